"""The parts of the benchmarks that look at the window: gaps while a batch runs, gaps in long lists, time to the first paint.

A gap is given twice: by the clock, which on a busy machine also counts what others did, and as what the window's own thread
computed in it, which is what this program can answer for.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.runs import figures

_HEAD = "| what | p99 ms | longest ms | computed in a gap by the window: p99 ms | longest ms |\n|---|---|---|---|---|"


def _runs(module: str, rounds: int, *arguments: str) -> list[dict[str, Any]]:
    return [figures([sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]) for _ in range(rounds)]


def _best_and_median(runs: Sequence[dict[str, float]], key: str) -> str:
    values = [run[key] for run in runs]
    return f"{min(values):.1f} / {statistics.median(values):.1f}"


def _gaps(runs: Sequence[dict[str, dict[str, float]]]) -> None:
    print(_HEAD)
    for what in runs[0]:
        found = [run[what] for run in runs]
        cells = " | ".join(_best_and_median(found, key) for key in ("p99", "max", "window_p99", "window_max"))
        print(f"| {what} | {cells} |")


def responsiveness(rounds: int) -> None:
    """A parallel batch of 50 on the practice services, 8 requests in flight, while its detail pane refreshes."""
    print(
        f"\nResponsiveness: gaps between 5 ms ticks; best / median of {rounds} rounds; `idle` is the same window before the run\n"
    )
    _gaps(_runs("responsiveness_regbatch", rounds, "{folder}"))


def lists(rounds: int) -> None:
    """10,000 batches and 100,000 restaurants in one file."""
    print(f"\nLists of 100,000 leads and 10,000 batches: gaps between 5 ms ticks; best / median of {rounds} rounds\n")
    _gaps(_runs("lists_regbatch", rounds, "{folder}"))


def start(rounds: int) -> None:
    """The first painted window beside an empty PySide6 window, alternating."""
    names = {"empty": "empty PySide6", "named": "empty, one flag of Qt named", "regbatch": "RegBatch"}
    runs: dict[str, list[dict[str, float]]] = {what: [] for what in names}
    for _ in range(rounds):
        for what, found in runs.items():
            found += _runs("start_window", 1, what, "{folder}")
    print(f"\nStart to the first painted window; best / median of {rounds} alternating runs\n")
    print("| window | ms | processor ms | of empty, best runs: ms | processor ms |\n|---|---|---|---|---|")
    for what, found in runs.items():
        ratios = [min(run[key] for run in found) / min(run[key] for run in runs["empty"]) for key in ("ms", "cpu_ms")]
        cells = [_best_and_median(found, "ms"), _best_and_median(found, "cpu_ms"), *(f"{ratio:.2f}" for ratio in ratios)]
        print(f"| {names[what]} | {' | '.join(cells)} |")

"""`python -m tests.benchmarks`: every engine in one run on this machine, alternating, each in a process of its own.

The peers are installed into an environment of their own, so that they never become dependencies of the product.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from tests.benchmarks.peers import peers_python
from tests.benchmarks.runs import HERE, figures
from tests.benchmarks.window_tables import lists, responsiveness, start
from tests.chosen_parts import chosen_parts

JOBS = 50
PARTS = ("overhead", "growth", "responsiveness", "lists", "start", "matching")


def overhead(rounds: int) -> None:
    """50 jobs of 17 empty bodies, every transition durable."""
    peers = peers_python()
    engines = {
        "RegBatch": [sys.executable, "-m", "tests.benchmarks.overhead_regbatch", "{folder}", str(JOBS)],
        "DBOS on SQLite (WAL, FULL)": [peers, str(HERE / "peer_dbos.py"), "{folder}", str(JOBS)],
        "LangGraph + AsyncSqliteSaver (FULL)": [peers, str(HERE / "peer_langgraph.py"), "{folder}", str(JOBS)],
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name, command in engines.items():
            runs[name].append(figures(command))
    print(f"\nOverhead: {JOBS} jobs x 6 steps, Step 6 with 12 sub-steps, empty bodies; medians of {rounds} alternating runs\n")
    print("| engine | wall s (range) | CPU s | RSS MB | RegBatch / it |")
    print("|---|---|---|---|---|")
    own = statistics.median(run["wall_s"] for run in runs["RegBatch"])
    for name, found in runs.items():
        walls = sorted(run["wall_s"] for run in found)
        wall, cpu, rss = (statistics.median(run[key] for run in found) for key in ("wall_s", "cpu_s", "rss_mb"))
        print(f"| {name} | {wall:.2f} ({walls[0]:.2f}–{walls[-1]:.2f}) | {cpu:.2f} | {rss:.0f} | {own / wall:.2f} |")


def growth() -> None:
    """The same batch in a workspace of 10, 50 and 500 batches."""
    found = figures([sys.executable, "-m", "tests.benchmarks.growth_regbatch", "{folder}"])
    print("\nGrowth: one workspace; medians of 5 batches and 200 queries at each size\n")
    print("| batches in the file | a batch of 50, s | a batch's status, ms |")
    print("|---|---|---|")
    for size, values in found.items():
        row: dict[str, float] = values
        print(f"| {size} | {row['batch_s']:.3f} | {row['status_query_ms']:.3f} |")


def matching() -> None:
    """Search and ranking beside the peers, the plan of calls, and time on a register of this machine."""
    from tests.benchmarks.matching import calls, fodors_zagats, table

    table.main()
    calls.main()
    fodors_zagats.main()
    found = figures([sys.executable, "-m", "tests.benchmarks.matching.growth", "50000", "700000"])
    print("\nA register on this machine; CPU times, one core\n")
    print("| companies | index, companies/s | index MB | a restaurant, ms (median) | p95 | plain bm25 search, ms | RSS MB |")
    print("|---|---|---|---|---|---|---|")
    for size, values in found.items():
        row: dict[str, float] = values
        print(
            f"| {int(size):,} | {row['companies_per_s']:,.0f} | {row['index_mb']:.0f} | {row['median_ms']:.1f} "
            f"| {row['p95_ms']:.1f} | {row['plain_ms']:.1f} | {row['rss_mb']:.0f} |"
        )


def main() -> None:
    """Everything, or the parts named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    arguments = chosen_parts(parser, PARTS)
    if "overhead" in arguments.parts:
        overhead(arguments.rounds)
    if "growth" in arguments.parts:
        growth()
    if "responsiveness" in arguments.parts:
        responsiveness(arguments.rounds)
    if "lists" in arguments.parts:
        lists(min(arguments.rounds, 3))
    if "start" in arguments.parts:
        start(3 * arguments.rounds)
    if "matching" in arguments.parts:
        matching()


if __name__ == "__main__":
    main()

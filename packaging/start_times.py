"""How long until the window is painted: from source and frozen, side by side, in turns. `packaging/start_times.py FROZEN [TURNS]`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def painted_s(command: list[str]) -> float:
    """Seconds from the start of the process to its first paint, by its own smoke report."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run([*command, "--smoke"], env=environment, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["painted_s"])


def main(frozen: str, turns: int) -> None:
    """One warm-up each, then medians."""
    commands = {"from source": [str(ROOT / ".venv/bin/regbatch-desktop")], "frozen": [frozen]}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(turns + 1):
        for name, command in commands.items():
            taken = painted_s(command)
            if turn:
                times[name].append(taken)
    for name, found in times.items():
        print(f"{name:12} {statistics.median(found):.2f} s [{min(found):.2f} to {max(found):.2f}]")
    print(f"ratio        {statistics.median(times['frozen']) / statistics.median(times['from source']):.2f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7)

"""How long until the window is on the screen: from source and frozen, side by side, in turns. `packaging/start_times.py FROZEN [TURNS]`.

Needs a display (Xvfb will do) and xdotool. The processor time up to that moment is shown as well: on a busy machine it says more than the clock.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 60.0


def processor_s(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def shown(command: list[str]) -> tuple[float, float]:
    """(seconds by the clock, by the processor) until the window is on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        program = subprocess.Popen(command, env={**os.environ, "REGBATCH_DATA_DIR": folder}, stderr=subprocess.DEVNULL)
        try:
            while time.monotonic() - began < LIMIT_S:
                found = subprocess.run(
                    ["xdotool", "search", "--onlyvisible", "--pid", str(program.pid)], capture_output=True, check=False
                )
                if found.stdout:
                    return time.monotonic() - began, processor_s(program.pid)
                time.sleep(0.005)
            raise SystemExit(f"{command[0]} showed no window within {LIMIT_S:.0f} s")
        finally:
            program.kill()
            program.wait()


def main(frozen: str, turns: int) -> None:
    """One warm-up each, then medians."""
    commands = {"from source": [str(ROOT / ".venv/bin/regbatch-desktop")], "frozen": [frozen]}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(turns + 1):
        for name, command in commands.items():
            taken = shown(command)
            if turn:
                times[name].append(taken)
    for number, what in enumerate(("clock", "processor")):
        medians = {}
        for name, found in times.items():
            values = [each[number] for each in found]
            medians[name] = statistics.median(values)
            print(f"{what:10} {name:12} {medians[name]:.2f} s [{min(values):.2f} to {max(values):.2f}]")
        print(f"{what:10} ratio        {medians['frozen'] / medians['from source']:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7)

"""How long the window was deaf: the gaps between the ticks of a 5 ms timer in its thread.

The machine is shared: a gap may be the window's own work, or somebody else had the processor. Each gap therefore also says how much
of it this program's threads computed; what is left of a long gap was not ours.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt, QTimer

TICK_MS = 5


class GapMeter:
    """Ticks while it is made, until `stop`."""

    def __init__(self) -> None:
        self._ticks = [(time.perf_counter(), time.process_time(), time.thread_time())]
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        self._ticks.append((time.perf_counter(), time.process_time(), time.thread_time()))

    def stop(self) -> None:
        """No more ticks; a gap that is still open counts."""
        self._timer.stop()
        self._tick()

    def figures(self) -> dict[str, float]:
        """All in ms: p99 and the longest gap; the same of what this program, and of what the window's thread computed in a gap."""
        gaps = [
            tuple((after - before) * 1000 for before, after in zip(one, next_one, strict=True))
            for one, next_one in zip(self._ticks, self._ticks[1:], strict=False)
        ]
        found: dict[str, float] = {"ticks": len(gaps)}
        for number, name in enumerate(("", "own_", "window_")):
            values = sorted(gap[number] for gap in gaps)
            found |= {f"{name}p99": values[int(len(values) * 0.99)], f"{name}max": values[-1]}
        return found


@contextmanager
def measured(into: dict[str, dict[str, float]], name: str) -> Iterator[None]:
    """The gaps while the block runs, put `into` under `name`."""
    meter = GapMeter()
    try:
        yield
    finally:
        meter.stop()
        into[name] = meter.figures()


async def idle(seconds: float) -> dict[str, float]:
    """The control: the same loop with nothing to do."""
    found: dict[str, dict[str, float]] = {}
    with measured(found, "idle"):
        await asyncio.sleep(seconds)
    return found["idle"]

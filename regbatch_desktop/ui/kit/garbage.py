"""Garbage is collected in the window's thread alone, and what lives long is not searched again and again.

Owns: when Python's cyclic collector runs while the window is open, and what it leaves out.
Never: looks for leaks; that is the tests' work.

Python collects in whichever thread happens to allocate. A Qt object in a cycle would then be destroyed by the thread of the store
while its timers still run in the window's: Qt cannot stop them from there, and the next tick is a segmentation fault.

Searching everything takes the time of several frames once the libraries or 100,000 rows are in memory. They are put aside when they
have come (they are still freed when nothing needs them; only their cycles are not searched), and taken back when a workspace closes.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

# A turn finds a few thousand young objects at the most. Searching the oldest takes more than a frame: not more often than this, as
# Python too leaves them alone until there are a quarter more (which it does not tell).
INTERVAL_MS, OLDEST_EVERY_S = 100, 60.0


@contextmanager
def garbage_collected_here() -> Iterator[None]:
    """The calling thread, which has Qt's loop, is the only one to collect until the end; then everything once more."""
    was_enabled = gc.isenabled()
    gc.disable()
    timer = QTimer()
    turn = _Turn()
    timer.timeout.connect(turn.collect_what_is_due)
    timer.start(INTERVAL_MS)
    try:
        yield
    finally:
        timer.stop()
        take_back()
        if was_enabled:
            gc.enable()


def put_aside() -> None:
    """What is in memory now is left out of every search until `take_back`. For the end of a long load, not for every change."""
    gc.freeze()


def take_back() -> None:
    """Search everything once, with what was put aside. Takes a tenth of a second or two: for when a workspace closes."""
    gc.unfreeze()
    gc.collect()


class _Turn:
    def __init__(self) -> None:
        self._oldest_at = time.monotonic()

    def collect_what_is_due(self) -> None:
        """The oldest generation that is over its threshold, as the collector itself would choose."""
        now = time.monotonic()
        for generation in (2, 1, 0):
            if gc.get_count()[generation] <= gc.get_threshold()[generation]:
                continue
            if generation == 2:
                if now - self._oldest_at < OLDEST_EVERY_S:
                    continue
                self._oldest_at = now
            gc.collect(generation)
            return

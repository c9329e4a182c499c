"""How soon the window's thread gets its turn when another thread computes.

Owns: the interpreter's switch interval while the window is open.
Never: makes threads.

With Python's own 5 ms a list of 100,000 that is read in the store's thread holds the window up for 5 ms at every single event; with
1 ms twice as many ticks of a 5 ms timer come through (measured beside a thread that computes, `tests/benchmarks/gaps.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

INTERVAL_S = 0.001


@contextmanager
def window_goes_first() -> Iterator[None]:
    """Other threads give way after a millisecond, until the end."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(INTERVAL_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)

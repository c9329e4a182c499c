"""Python's cyclic collector in a program without a window: less often, and never over what lives as long as the program.

Owns: the thresholds. With a window, ui/kit/garbage.py collects between two turns of its loop instead.
Never: switches the collector off.
"""

from __future__ import annotations

import gc

# Objects made and not freed before the youngest are searched: a batch of 50 makes some 50,000, hardly any of them in a cycle.
YOUNGEST = 20_000


def collect_seldom() -> None:
    """Call once everything is imported and open: what is in memory now is left out of every search."""
    gc.freeze()
    gc.set_threshold(YOUNGEST)

"""Panes are made ready for their first look while the person looks at another one.

Owns: when that is done, and what of it.
Never: shows anything, or asks the network: what is loaded here lies on this machine.

The first look at a pane costs two to four times as much as the later ones: styles, layouts and sizes are worked out, statements are
compiled, the fates of fifty decisions are looked up. Here that is done a pane at a time, in turns that the window does not notice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

# What is opened has the window to itself for so long; then a turn, and a pause in which everything else goes first.
QUIET_S, PAUSE_S = 0.3, 0.03
# A list that takes so long is not loaded before somebody wants it, and neither is any other then: the workspace is a large one.
LONG_S = 0.2
# A configuration's form asks the platform for menus, and a batch has to be chosen first.
_REHEARSED = ("leads", "batches", "selection", "outbox", "activity")


async def made_ready(panes: Mapping[str, QWidget], size: QSize) -> None:
    """`size`: that of a pane in the window."""
    await asyncio.sleep(QUIET_S)
    for pane in panes.values():
        if not pane.isVisible():
            pane.resize(size)
            for turn in (_styled, _laid_out):
                turn(pane)
                await asyncio.sleep(PAUSE_S)
    for name in _REHEARSED:
        if name in panes:
            began = time.monotonic()
            await panes[name].refresher.rehearse()  # type: ignore[attr-defined]
            if time.monotonic() - began > LONG_S:
                return
            await asyncio.sleep(PAUSE_S)


def _styled(pane: QWidget) -> None:
    for each in (pane, *pane.findChildren(QWidget)):
        each.ensurePolished()


def _laid_out(pane: QWidget) -> None:
    # From the inside out: whatever is laid out makes those around it ask again.
    for each in (*reversed(pane.findChildren(QWidget)), pane):
        if (layout := each.layout()) is not None:
            layout.activate()
    # The window asks every pane how small it may become, also the hidden ones.
    pane.sizeHint()
    pane.minimumSizeHint()

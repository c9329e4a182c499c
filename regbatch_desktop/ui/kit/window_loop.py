"""The asyncio loop of the window: qasync's, with its ready callbacks run in short turns between Qt's own events.

Owns: how long callbacks may go on before the window has its turn.
Never: knows what the callbacks do.

qasync gives each ready callback a Qt timer of its own, and Qt fires all that are due before it looks at anything else: when one commit
of the store answers fifty restaurants, keys, paints and clocks wait for all fifty. Here they wait for a turn, and a callback costs less.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

import qasync
from PySide6.QtCore import QObject, QTimerEvent
from PySide6.QtWidgets import QApplication

TURN_S = 0.002


class _Turns(QObject):
    """Calls `run` once after each `ask`, when Qt comes round to it."""

    def __init__(self, run: Callable[[], None]) -> None:
        super().__init__()
        self._run = run
        self._timer = 0

    def ask(self) -> None:
        """One more turn, however often it is asked for before it comes."""
        if not self._timer:
            self._timer = self.startTimer(0)

    def timerEvent(self, event: QTimerEvent) -> None:
        """See Qt."""
        self.killTimer(self._timer)
        self._timer = 0
        self._run()


class WindowLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """`call_soon` keeps asyncio's promise of first come, first served; everything else is qasync's."""

    def __init__(self, qt: QApplication) -> None:
        self._soon: deque[asyncio.Handle] = deque()
        self._turns = _Turns(self._run_soon)
        super().__init__(qt)

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """See asyncio. After `close` nothing runs any more, as with qasync."""
        handle = asyncio.Handle(callback, args, self, context=context)
        if not self.is_closed():
            self._soon.append(handle)
            self._turns.ask()
        return handle

    def close(self) -> None:
        """See asyncio."""
        super().close()
        self._soon.clear()

    def _run_soon(self) -> None:
        """A turn: what is ready now and, as with asyncio, nothing that it makes ready; until the time is over."""
        soon = self._soon
        if len(soon) > 1:
            # A callback that opens a dialog with a loop of its own: the others run on inside that loop.
            self._turns.ask()
        end = time.perf_counter() + TURN_S
        for _ in range(len(soon)):
            if not soon:
                return
            handle = soon.popleft()
            if not handle.cancelled():
                handle._run()
            if time.perf_counter() >= end:
                break
        if soon:
            self._turns.ask()

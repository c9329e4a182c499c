"""Leaving the program: what was typed is asked about, calls under way are finished and said.

Owns: the question, and whether the person has left.
Never: closes anything (application.py does, once leaving has begun).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.ui.main_window import MainWindow

CLOSING_S = 60.0


class Leaving:
    """`unsaved` says in words what was typed and not saved, or ""; `in_flight` how many calls are under way."""

    def __init__(self, window: MainWindow, scope: TaskScope, *, unsaved: Callable[[], str], in_flight: Callable[[], int]) -> None:
        self._window, self._scope = window, scope
        self._unsaved, self._in_flight = unsaved, in_flight
        self.begun = asyncio.Event()

    def ask(self) -> None:
        """Leave in order, after a question where something would be lost."""
        if self.begun.is_set():
            return
        if unsaved := self._unsaved():
            self._scope.spawn(self._asked(unsaved), name="ask-leave")
        else:
            self.begin()

    def begin(self) -> None:
        """Leave in order without a question."""
        if number := self._in_flight():
            words = f"Finishing {number} call{'s' if number != 1 else ''}, closing in at most {CLOSING_S:.0f} s."
            self._window.say(words)
            self._window.setWindowTitle(f"RegBatch: {words}")
        self.begun.set()

    async def _asked(self, unsaved: str) -> None:
        from regbatch_desktop.ui.kit.questions import ask

        if await ask(self._window, "Leave without saving?", unsaved, yes="Leave", no="Stay"):
            self.begin()

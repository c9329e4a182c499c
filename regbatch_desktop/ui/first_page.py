"""The page in front while no workspace is open: what can be opened from it, and what became of that.

Owns: the welcome pane and its questions.
Never: opens a workspace itself; loads a pane before it is shown.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.main_window import MainWindow

TEAM = "regbatch_desktop.bootstrap.team_desk"


class FirstPage(QObject):
    """`open_wanted` carries a file (None: a new one) and whether the sample leads are wanted in it."""

    open_wanted = Signal(object, bool)
    team_wanted = Signal()

    def __init__(self, window: MainWindow, scope: TaskScope) -> None:
        super().__init__(window)
        self._window = window
        self._ask = AsyncAction(scope, self._ask_workspace, name="ask-workspace", parent=self)
        self._to_team = AsyncAction(scope, self._load_team, name="show-sign-in", parent=self)
        self._to_team.succeeded.connect(lambda _: self.team_wanted.emit())
        self._ask.failed.connect(self.fail)
        self._to_team.failed.connect(self.fail)

    def show(self, recent: Sequence[str]) -> None:
        """Instead of whatever is in the window. `recent`: files that were open, the last one first."""
        from regbatch_desktop.ui.welcome.pane import WelcomePane

        pane = WelcomePane(list(recent))
        pane.try_wanted.connect(lambda: self.open_wanted.emit(None, True))
        pane.open_wanted.connect(lambda path: self.open_wanted.emit(Path(path), False) if path else self._ask.trigger(False))
        pane.create_wanted.connect(lambda: self._ask.trigger(True))
        pane.team_wanted.connect(lambda: self._to_team.trigger())
        self._window.detach()
        self._window.attach({"welcome": pane}, "")
        self._window.show_pane("welcome")

    def tells_of(self, action: AsyncAction) -> None:
        """Show that it is under way, and why it failed, where it was asked for."""
        action.busy_changed.connect(self._on_busy)
        action.failed.connect(self.fail)

    def fail(self, error: object) -> None:
        """Said where it was asked for; nothing when no such page is in front."""
        if (page := self._page()) is not None:
            page.notice.fail(error)

    def _on_busy(self, busy: bool) -> None:
        if (page := self._page()) is not None:
            page.set_busy(busy)
        self._window.say("Opening…" if busy else "Ready")

    def _page(self) -> Any:
        return self._window.panes.get("welcome") or self._window.panes.get("sign-in")

    async def _ask_workspace(self, create: bool) -> None:
        from regbatch_desktop.ui.kit.questions import ask_file

        title = "Create a workspace" if create else "Open a workspace"
        path = await ask_file(self._window, title, filters="Workspaces (*.db);;All files (*)", save="monday.db" if create else "")
        if path:
            self.open_wanted.emit(Path(path), False)

    async def _load_team(self) -> None:
        # The library behind it takes half a second to load; the first page goes on meanwhile.
        await asyncio.to_thread(importlib.import_module, TEAM)

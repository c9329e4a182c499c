"""The desktop application: opening and closing workspaces, leaving in order.

Owns: the order of opening and closing, what happens to an error that nobody expected.
Never: contains a pane's logic, or makes the event loop (start.py).
"""

from __future__ import annotations

import asyncio
import getpass
import importlib
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.ui.file_entry import FileEntry
from regbatch_desktop.ui.first_page import TEAM, FirstPage
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.garbage import garbage_collected_here, put_aside, take_back
from regbatch_desktop.ui.kit.theme import Look, apply_look
from regbatch_desktop.ui.kit.turns import window_goes_first
from regbatch_desktop.ui.leaving import CLOSING_S, Leaving
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.start import frame, furnished

_log = logging.getLogger(__name__)
_HEAVY = ("regbatch_desktop.bootstrap", "regbatch_desktop.services.lead_files", "regbatch_desktop.practice.sample")


class Application:
    """One window on at most one workspace at a time."""

    def __init__(
        self, qt: QApplication, data_dir: Path, *, practice: Mapping[str, Any] | None = None, window: MainWindow | None = None
    ) -> None:
        self._qt = qt
        self.data_dir = data_dir
        # Speed, faults and luck of the practice services (bootstrap.services.Services).
        self.practice = dict(practice or {})
        self.window = window or furnished(qt, frame(qt, data_dir))
        self.preferences = self.window.preferences
        self.scope = TaskScope("ui")
        self.workbench: Any = None
        self.desk: Any = None
        self._session: AsyncExitStack | None = None
        self.leaving = Leaving(self.window, self.scope, unsaved=self._unsaved, in_flight=self._in_flight)
        self.window.close_wanted.connect(self.leaving.ask)
        self.window.command.connect(self._on_command)
        self._files = FileEntry(self)
        self._open = AsyncAction(self.scope, self._files.open, name="open-workspace")
        self.first_page = FirstPage(self.window, self.scope)
        self.first_page.open_wanted.connect(self._open.trigger)
        self.first_page.team_wanted.connect(lambda: self.team.sign_in())
        self.first_page.tells_of(self._open)
        self._close = AsyncAction(self.scope, self._close_and_forget, name="close-workspace")
        self._reopen = AsyncAction(self.scope, self._open_again, name="reopen-workspace")
        self._reopen.failed.connect(self.first_page.fail)
        self._team: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.ready = asyncio.Event()

    async def run(self, path: Path | None = None) -> None:
        """Show the window and stay until the person leaves."""
        with garbage_collected_here(), window_goes_first():
            await self._run(path)

    async def _run(self, path: Path | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._on_loop_error)
        self.window.show()
        painted = asyncio.Event()
        QTimer.singleShot(0, painted.set)
        await painted.wait()
        for name in _HEAVY:
            await asyncio.to_thread(importlib.import_module, name)
        put_aside()
        self.welcome()
        # What was open when the program ended, in whatever way, goes on by itself.
        last = Path(self.preferences.get("open", ""))
        path = path or (last if last.is_file() else None)
        if path is not None:
            # Set again when it is open: a workspace that ends the program does not do it at every start.
            self.preferences.put("open", "")
            self._open.trigger(path, False)
        if self.preferences.get("team.project", {}):
            self.scope.spawn(asyncio.to_thread(importlib.import_module, TEAM), name="load-team")
        self.ready.set()
        try:
            await self.leaving.begun.wait()
        finally:
            await self.close_workspace()
            await self.scope.aclose()
            self.window.detach()
            self.window.close_for_good()

    def _unsaved(self) -> str:
        return self.workbench.unsaved() if self.workbench is not None else ""

    def _in_flight(self) -> int:
        return len(self.desk.runs.in_flight) if self.desk is not None else 0

    def open(self, path: Path) -> None:
        """Open a workspace; what goes wrong is said on the first page."""
        self._open.trigger(path, False)

    async def open_most_recent(self) -> None:
        """Wait for what is being opened, else open what was open last and still exists; nothing when there is none."""
        while self._open.is_busy:  # noqa: ASYNC110 - a workspace is opened in several ways, and any of them will do
            await asyncio.sleep(0.02)
        if self.desk is None and (recent := self._files.recent()):
            await self._files.open(Path(recent[0]), False)

    def welcome(self) -> None:
        """The first page."""
        self.first_page.show(self._files.recent())

    @property
    def team(self) -> Any:
        """The way into a team's workspace; made at the first use."""
        if self._team is None:
            from regbatch_desktop.ui.team_entry import TeamEntry

            self._team = TeamEntry(self)
        return self._team

    async def show_workspace(
        self,
        stack: AsyncExitStack,
        doors: Any,
        path: Path,
        is_practice: bool,
        notices: tuple[str, ...],
        *,
        engine: Any = None,
        queue: Any = None,
        person: str = "",
        prepare: Callable[[Any], None] = lambda _desk: None,
    ) -> Any:
        """The panes of an open workspace; the desk. `stack` closes its doors. A team's work is claimed from `queue` and done
        through the doors of its `engine`; `person` is who signed in. `prepare` is handed the desk before any pane is.
        """
        from regbatch_desktop.services.runs import Runs
        from regbatch_desktop.services.team_runs import TeamRuns
        from regbatch_desktop.ui.desk import Desk

        # The panes are made in this thread, a moment after the heavy part was loaded in another.
        from regbatch_desktop.ui.first_looks import made_ready
        from regbatch_desktop.ui.panes import made_panes
        from regbatch_desktop.ui.workbench import Workbench
        from regbatch_desktop.ui.workspace_settings import BOUNDS, settings_of

        chosen = settings_of(self.preferences, path)
        cap = chosen.parallel_cap or BOUNDS["parallel_cap"][2]
        runs = Runs(doors, parallel_cap=cap) if queue is None else TeamRuns(engine, queue, parallel_cap=cap)
        desk = Desk(doors, runs, TaskScope("workspace"), self.preferences, path, is_practice, person=person or getpass.getuser())
        prepare(desk)
        try:
            panes = await made_panes(self.window, desk, self.data_dir / "logs" / "regbatch.log")
            # Until here the page stays that the workspace was asked for on.
            self.window.detach()
            self.workbench = Workbench(self.window, desk, panes, notices)
        except BaseException:
            await runs.aclose(deadline_s=0)
            await stack.aclose()
            if not self.window.panes:
                self.welcome()
            raise
        self.desk, self._session = desk, stack
        desk.scope.spawn(made_ready(panes.by_name, self.window.pane_size), name="first-looks")
        self.workbench.settings.look_chosen.connect(self.set_look)
        self.workbench.settings.shortcuts_changed.connect(self.window.set_shortcuts)
        self.workbench.settings.reopen_wanted.connect(lambda: self._reopen.trigger())
        return desk

    def say_indexing(self, count: int) -> None:
        """A register file is being indexed, which is needed once; called from another thread."""
        words = f"Indexing the register file, needed once: {count:,} companies so far…"
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.window.say, words)

    async def _open_again(self) -> None:
        path = self.desk.path
        await self._close_and_welcome()
        if self._team is not None and self._team.is_at(path):
            await self._team.open_again()
        else:
            await self._files.open(path, False)
        self.window.show_pane("settings")

    async def _close_and_forget(self) -> None:
        """The person closed it: the next start begins at the first page."""
        self.preferences.put("open", "")
        await self._close_and_welcome()

    async def _close_and_welcome(self) -> None:
        await self.close_workspace()
        self.welcome()

    async def close_workspace(self) -> None:
        """Runs first (calls under way finish), then the panes, then the doors."""
        if self.desk is not None:
            left = await self.desk.runs.aclose(deadline_s=CLOSING_S)
            for call in left:
                _log.warning("left uncertain: %s", call.name, extra={"job_id": call.job_id})
            self.workbench.close()
            stragglers = await self.desk.scope.aclose()
            if stragglers:
                _log.warning("did not end: %s", ", ".join(stragglers))
            self.desk = self.workbench = None
        if self._session is not None:
            await self._session.aclose()
            self._session = None
            take_back()

    def set_look(self, look: str) -> None:
        """Light, dark or the system's."""
        self.preferences.put("look", look)
        apply_look(self._qt, self.window, Look(look))

    def _on_command(self, name: str) -> None:
        if name == "quit":
            self.leaving.ask()
        elif name == "palette":
            from regbatch_desktop.ui.command_palette import CommandPalette

            CommandPalette(self.window, list(self.window.actions_by_name.values())).open()
        elif name == "refresh" and self.workbench is not None:
            self.workbench.refresh()
        elif name == "import" and self.workbench is not None:
            self.window.show_pane("leads")
            self.workbench.leads.import_button.click()
        elif name == "close-workspace" and self.desk is not None:
            self._close.trigger()

    def _on_loop_error(self, _loop: object, context: dict[str, Any]) -> None:
        reference = uuid4().hex[:4].upper()
        _log.error("unexpected problem %s: %s", reference, context.get("message"), exc_info=context.get("exception"))
        self.window.say(f"Unexpected problem, reference {reference}. Nothing was lost; the log has the rest.")

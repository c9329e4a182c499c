"""The panes of one open workspace, wired to each other by names alone.

Owns: their unmaking (panes.py makes them), passing changes on to the one that can be seen, badges and notifications.
Never: contains a pane's logic.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.batches.presenter import BatchesPresenter
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.questions import ask_file
from regbatch_desktop.ui.kit.words import workspace_words
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.outbox_watch import OutboxWatch
from regbatch_desktop.ui.panes import Panes
from regbatch_desktop.ui.printed_report import write_pdf

BADGE_MS = 400


@dataclass(frozen=True, slots=True)
class _Needs:
    """Restaurants that wait for a company and for a configuration; the batches that are over, by id."""

    selection: int
    configuration: int
    over: Mapping[str, BatchRow]


def _needs(rows: Sequence[BatchRow]) -> _Needs:
    return _Needs(
        sum(row.waiting_at(2) + row.waiting_at(3) for row in rows),
        sum(row.waiting_at(5) for row in rows),
        {row.key: row for row in rows if row.status in (BatchStatus.COMPLETED, BatchStatus.FAILED)},
    )


class Workbench(QObject):
    """Made when a workspace is open; `close` before it is closed."""

    def __init__(self, window: MainWindow, desk: Desk, panes: Panes, notices: tuple[str, ...]) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        desk.go = self.go
        self.leads, self.batches, self.batch = panes.leads, panes.batches, panes.batch
        self.selection, self.configuration = panes.selection, panes.configuration
        self.activity, self.settings = panes.activity, panes.settings
        self._panes: Mapping[str, Any] = panes.by_name
        # What a team's workspace hears of the network.
        self.reachability: Any = None
        self._outbox: OutboxWatch | None = None
        if panes.outbox is not None:
            self.outbox = panes.outbox
        window.attach(self._panes, workspace_words(desk.path))
        self._unsubscribe = desk.doors.changes.subscribe(self._on_change)
        self._badges = AsyncAction(desk.scope, self._count, name="badges", parent=self)
        self._badges.succeeded.connect(self._on_counted)
        # Commits come by the hundred; the badges are counted at most a few times a second.
        self._soon = QTimer(self, singleShot=True, interval=BADGE_MS)
        self._soon.timeout.connect(self._count_now)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._say_state)
        self._tick.start()
        self._before: _Needs | None = None
        self._report = AsyncAction(desk.scope, self._write_report, name="report", parent=self)
        self._report.succeeded.connect(lambda text: self.batch.states.notice.say(text) if text else None)
        self._report.failed.connect(self.batch.states.notice.fail)
        self.batch.report_wanted.connect(self._report.trigger)
        self._tray = QSystemTrayIcon(window.windowIcon(), self) if QSystemTrayIcon.isSystemTrayAvailable() else None
        if self._tray is not None:
            self._tray.show()
        if desk.doors.outbox is not None:
            self._outbox = OutboxWatch(window, desk.doors.outbox, self._tell, self)
        practice = "Practice workspace: nothing real is touched." if desk.is_practice else ""
        window.say_aside(practice)
        if notices:
            self.leads.states.notice.say(" ".join(notices))
        self._soon.start()
        self._say_state()

    def go(self, name: str, key: str = "", job: str = "") -> None:
        """Show a pane, at a batch and a restaurant where that means something."""
        self._window.show_pane(name)
        if name == "batch":
            self.batch.open(key, job)
        elif name == "outbox" and "outbox" in self._panes:
            self.outbox.open(key)
        elif name == "selection" and key:
            self.selection.open(key, job)
        elif name == "configuration" and key:
            self.configuration.open(key, job)

    def refresh(self) -> None:
        """Load the pane in front again, now, and ask the team's project for what is new."""
        self._desk.look()
        pane = self._panes.get(self._window.shown)
        if pane is not None and hasattr(pane, "refresher"):
            pane.refresher.now()

    def unsaved(self) -> str:
        """What was typed and not saved, for a question; "" when nothing was."""
        counts = (("configuration", self.configuration.unsaved()), ("note", self.batch.view.note.unsaved()))
        parts = [f"{number} {noun}{'s' if number != 1 else ''}" for noun, number in counts if number]
        one = sum(number for _, number in counts) == 1
        return f"{' and '.join(parts)} {'was' if one else 'were'} typed and not saved." if parts else ""

    def close(self) -> None:
        """Stop timers and take the panes away."""
        self._unsubscribe()
        self._soon.stop()
        self._tick.stop()
        for pane in self._panes.values():
            if hasattr(pane, "refresher"):
                pane.refresher.stop()
        if self._tray is not None:
            self._tray.hide()
        if self._outbox is not None:
            self._outbox.close()
        self._window.say_aside("")
        self._window.set_badges(0, 0)
        self._window.detach()
        self.deleteLater()

    def _on_change(self, change: Change) -> None:
        pane = self._panes.get(self._window.shown)
        for each in self._panes.values():
            # The others note it and load when they are shown.
            if each is pane or hasattr(each, "refresher"):
                each.on_change(change)
        if self._outbox is not None and change.kind in ("fate", "connection"):
            self._outbox.mark()
        if not self._soon.isActive():
            self._soon.start()

    def _count_now(self) -> None:
        # What changed while a count was under way is not in it: it is counted again after that one.
        if self._badges.is_busy:
            self._soon.start()
        else:
            self._badges.trigger()

    async def _count(self) -> _Needs:
        began = time.monotonic()
        rows = await self._desk.doors.store.batch_rows()
        # Ten thousand batches are added up off the loop, and not more often than every fifth part of the time.
        needs = await asyncio.to_thread(_needs, rows)
        self._soon.setInterval(max(BADGE_MS, round(4000 * (time.monotonic() - began))))
        return needs

    def _on_counted(self, now: _Needs) -> None:
        before, self._before = self._before, now
        self._window.set_badges(now.selection, now.configuration)
        if before is None:
            return
        number = now.selection + now.configuration
        if number and not before.selection + before.configuration:
            self._tell("You are needed", f"{number} restaurant{'s wait' if number != 1 else ' waits'} for a decision.")
        for key in now.over.keys() - before.over.keys():
            row = now.over[key]
            failed = row.progress.counts.get(JobStatus.FAILED, 0)
            self._tell(f"“{row.name[:60]}” has ended", f"{row.progress.total - failed} done, {failed} failed.")

    def _tell(self, title: str, text: str) -> None:
        if not self._desk.preferences.get("notify", True):
            return
        QApplication.alert(self._window)
        if self._tray is not None and not self._window.isActiveWindow():
            self._tray.showMessage(title, text)
        self._window.say(f"{title}: {text}")

    def _say_state(self) -> None:
        number = len(self._desk.runs.in_flight)
        if number:
            self._window.say(f"Running: {number} call{'s' if number != 1 else ''} under way")
        elif self._window.statusBar().property("idle") is None:
            self._window.say((self._outbox.notice if self._outbox else "") or "Ready")

    async def _write_report(self, batch_id: str) -> str:
        path = await ask_file(self.batch, "PDF report", filters="PDF (*.pdf)", save="batch-report.pdf")
        if not path:
            return ""
        rows = await BatchesPresenter(self._desk.doors, self._desk.runs).report(batch_id)
        batch = await self._desk.doors.store.batch(batch_id)
        await asyncio.sleep(0)
        counts = Counter(row["status"] for row in rows)
        facts = [f"{len(rows)} restaurants", *(f"{number} {words}" for words, number in counts.most_common())]
        made = self._desk.doors.clock.now().astimezone()
        write_pdf(path, batch.name, f"{' · '.join(facts)} · made {made:%d %b %Y %H:%M}", rows)
        return f"Written to {path}."

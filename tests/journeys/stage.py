"""The real application offscreen, with real clicks and keys; each journey is a coroutine that reads as the operator's story."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QWidget

from regbatch_desktop.practice import sample
from regbatch_desktop.practice.faults import FaultPlan
from regbatch_desktop.practice.ledger import Ledger
from regbatch_desktop.ui.application import Application
from regbatch_desktop.ui.kit.theme import Look
from regbatch_desktop.ui.kit.window_loop import WindowLoop
from regbatch_desktop.ui.workbench import Workbench

SHOTS = os.environ.get("REGBATCH_SCREENSHOTS", "")
GALLERY = os.environ.get("REGBATCH_GALLERY", "")
NOTHING = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def qt() -> QApplication:
    """The one QApplication of the process."""
    found = QApplication.instance()
    if not isinstance(found, QApplication):
        found = QApplication([])
        found.setStyle("Fusion")
        found.setQuitOnLastWindowClosed(False)
    return found


def files(folder: Path, *, restaurants: int = 5) -> Path:
    """leads.csv and register.csv in the folder; the workspace made beside them uses that register."""
    return sample.write(folder, sample.generate(restaurants=restaurants, companies=300))[0]


def ledger(workspace: Path) -> Ledger:
    """What the practice platform did."""
    return Ledger(workspace.with_name(workspace.name + ".practice.jsonl"))


class Stage:
    """What an operator's hands and eyes can do."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.window = application.window

    @property
    def bench(self) -> Workbench:
        found: Workbench = self.application.workbench
        return found

    async def until(self, condition: Callable[[], object], *, seconds: float = 60) -> None:
        """Wait for something to be seen."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not condition():
            assert loop.time() < end, f"not seen in time; on the screen: {self.words()}"
            await asyncio.sleep(0.01)

    def words(self) -> list[str]:
        """The texts of the pane in front, for a failure's message."""
        shown = self.window.panes.get(self.window.shown)
        return [label.text() for label in shown.findChildren(QLabel) if label.isVisible()][:40] if shown else []

    def click(self, button: QAbstractButton) -> None:
        assert button.isEnabled(), button.text()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def key(self, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NOTHING) -> None:
        QTest.keyClick(widget, key, modifiers)

    async def in_front(self) -> None:
        """The window has the keyboard again after a dialog."""
        self.window.activateWindow()
        await self.until(self.window.isActiveWindow)

    async def dialog(self) -> QDialog:
        """The dialog in front."""

        def found() -> list[QDialog]:
            return [each for each in qt().topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]

        await self.until(found)
        return found()[-1]

    async def press(self, words: str) -> None:
        """Press a button of the dialog in front."""
        dialog = await self.dialog()
        button = next(each for each in dialog.findChildren(QAbstractButton) if words in each.text())
        await self.until(button.isEnabled)
        self.click(button)
        await self.until(lambda: not dialog.isVisible())

    async def pick_file(self, path: Path) -> None:
        """Answer a file dialog."""
        dialog = await self.dialog()
        assert isinstance(dialog, QFileDialog)
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert line is not None
        line.setText(str(path))
        self.key(line, Qt.Key.Key_Return)
        await self.until(lambda: not dialog.isVisible())

    def shot(self, name: str) -> None:
        """A picture, where a folder for them was named."""
        if SHOTS:
            folder = Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            self.window.grab().save(str(folder / f"{name}.png"))

    async def gallery(self, name: str) -> None:
        """Pictures in both looks and two sizes, for whoever looks at them; where a folder for them was named."""
        if not GALLERY:
            return
        before = self.window.size()
        for look in (Look.DARK, Look.LIGHT):
            self.application.set_look(look.value)
            for width, height in ((1280, 800), (1024, 700)):
                self.window.resize(width, height)
                await asyncio.sleep(0.15)
                Path(GALLERY).mkdir(parents=True, exist_ok=True)
                self.window.grab().save(str(Path(GALLERY) / f"{name}-{look.value}-{width}.png"))
        self.window.resize(before)

    # ------------------------------------------------------------ what every journey needs

    async def open(self, workspace: Path) -> None:
        await self.application.ready.wait()
        self.application._open.trigger(workspace, False)
        await self.until(lambda: self.application.workbench is not None and not self.application._open.is_busy)

    async def import_leads(self, path: Path) -> None:
        self.window.show_pane("leads")
        self.click(self.bench.leads.import_button)
        await self.pick_file(path)
        await self.press("Import")
        await self.until(lambda: self.bench.leads.table.shown_count() > 0)

    async def make_batch(self) -> str:
        """All leads into a batch that starts now; its id."""
        table = self.bench.leads.table
        table.selectAll()
        self.click(self.bench.leads.batch_button)
        await self.press("Make the batch")
        await self.until(lambda: self.window.shown == "batch" and self.bench.batch._board is not None)
        return self.bench.batch._presenter.batch_id

    async def to_the_configuration(self, workspace: Path, leads: Path) -> None:
        """Open, import, make a batch, choose every company."""
        await self.open(workspace)
        await self.import_leads(leads)
        await self.make_batch()
        await self.seen(lambda jobs: all(job.needs_you for job in jobs))
        await self.choose_all()
        await self.seen(lambda jobs: all(job.step == 5 for job in jobs))

    def jobs(self) -> list[Any]:
        board = self.bench.batch._board
        return list(board.jobs) if board else []

    async def seen(self, condition: Callable[[list[Any]], object], *, seconds: float = 40) -> None:
        """Until the detail pane shows it."""
        self.bench.go("batch", self.bench.batch._presenter.batch_id)
        await self.until(lambda: self.jobs() and condition(self.jobs()), seconds=seconds)

    async def choose_all(self, *, leave: int = 0) -> None:
        """At the selection pane by keys alone: the first candidate, or none where there is none; `leave` stay open."""
        pane = self.bench.selection
        self.bench.go("selection", self.bench.batch._presenter.batch_id)
        await self.until(lambda: pane.table.shown_count() > 0)
        while True:
            waiting = [row for row in pane.table.rows_model.rows if row.waits]
            if len(waiting) <= leave:
                return
            row = waiting[0]
            pane.table.select_key(row.key)
            self.key(pane.table, Qt.Key.Key_1 if row.candidates else Qt.Key.Key_N)
            if row.candidates:
                self.key(pane.table, Qt.Key.Key_Return)

            def decided(key: str = row.key) -> bool:
                return not any(each.key == key and each.waits for each in pane.table.rows_model.rows)

            await self.until(decided)

    async def configure_all(self) -> None:
        """At the configuration pane: start everything that is ready."""
        pane = self.bench.configuration
        self.bench.go("configuration", self.bench.batch._presenter.batch_id)
        await self.until(lambda: pane.table.shown_count() > 0 and pane.foot.start.isEnabled())
        several = sum(row.is_valid for row in pane.table.rows_model.rows) > 1
        self.click(pane.foot.start)
        if several:
            await self.press("Start them")
        await self.until(lambda: not any(row.is_valid for row in pane.table.rows_model.rows))


def perform(
    folder: Path, story: Callable[[Stage], Awaitable[None]], *, faults: FaultPlan | None = None, speed: float = 0.002
) -> None:
    """Start the application, play the story, leave in order; nothing may be left behind."""
    application_qt = qt()
    loop = WindowLoop(application_qt)
    with loop:
        practice = {"speed": speed, "faults": faults, "failing_per_mille": 0}
        application = Application(application_qt, folder / "data", practice=practice)

        async def play() -> None:
            running = asyncio.ensure_future(application.run())
            try:
                await story(Stage(application))
            finally:
                application.leaving.begun.set()
                await running
            left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task() and not task.done()]
            assert not left, left

        loop.run_until_complete(play())
    application.window.deleteLater()
    application_qt.processEvents()

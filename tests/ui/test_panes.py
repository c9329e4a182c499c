"""The panes of a workspace: made while the window goes on, made ready before the first look, dressed as the window is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services.batches import rename_batch
from regbatch_desktop.services.runs import Runs
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.first_looks import made_ready
from regbatch_desktop.ui.kit.form_dialog import FormDialog
from regbatch_desktop.ui.kit.theme import Look, apply_look, tokens
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.panes import made_panes
from regbatch_desktop.ui.preferences import Preferences
from tests.pipeline.workbench import bench
from tests.ui.qt_bench import on_qt, shows_something, until, workbench


@on_qt
async def test_what_the_workspace_was_asked_for_on_stays_until_the_panes_are_there(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "preferences.json")
    window = MainWindow(preferences).furnish()
    door = QWidget()
    window.attach({"welcome": door}, "")
    window.show_pane("welcome")
    window.show()
    async with bench(tmp_path) as made:
        desk = Desk(made.doors, Runs(made.doors), TaskScope("workspace"), preferences, tmp_path / "w.db", True, person="Ann")
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                assert window.shown == "welcome"
                assert door.isVisible()
                await asyncio.sleep(0)

        beating = asyncio.ensure_future(beat())
        panes = await made_panes(window, desk, tmp_path / "regbatch.log")
        beating.cancel()
        # Each pane's module, its making and its styling leave the loop a turn.
        assert beats > len(panes.by_name)
        assert panes.outbox is None
        assert not any(pane.isVisible() for pane in panes.by_name.values())

        stopped = asyncio.ensure_future(made_panes(window, desk, tmp_path / "regbatch.log"))
        housed = len(window.findChildren(QWidget))
        await until(lambda: len(window.findChildren(QWidget)) > housed)
        stopped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        await until(lambda: len(window.findChildren(QWidget)) == housed, "half of the panes stay")
        assert window.shown == "welcome"
        await desk.scope.aclose()
    window.close_for_good()
    window.deleteLater()


@on_qt
async def test_panes_made_ready_show_the_same_as_those_that_were_not(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await made.batch(3)
        await made.run(batch)
        async with workbench(made, tmp_path) as opened:
            await shows_something(opened.workbench.leads.states)
            await made_ready(opened.window.panes, opened.window.pane_size)
            assert opened.window.shown == "leads"
            assert opened.workbench.batches.table.shown_count() == 0
            # What came after that is in the first look all the same.
            await rename_batch(made.doors, batch.id, "Later")
            opened.workbench.go("batches")
            await shows_something(opened.workbench.batches.states)
            assert [row.name for row in opened.workbench.batches.table.rows_model.shown] == ["Later"]
            assert opened.workbench.batches.size() == opened.window.pane_size


@on_qt
async def test_a_dialog_of_a_pane_is_dressed_as_the_window_is_and_changes_with_it(tmp_path: Path, qt: QApplication) -> None:
    window = MainWindow(Preferences(tmp_path / "preferences.json")).furnish()
    pane = QWidget()
    window.attach({"pane": pane}, "")
    palette = qt.palette()
    try:
        for look in (Look.LIGHT, Look.DARK):
            apply_look(qt, window, look)
            dialog = FormDialog(pane, "Title", "Text", "Yes")
            line = dialog.line("Name")
            dialog.show()
            await until(dialog.isVisible)
            for widget, colour in ((dialog.yes, tokens(look).accent), (line, tokens(look).surface)):
                assert isinstance(widget, QPushButton | QLineEdit)
                # Inside the border, beside the words.
                assert widget.grab().toImage().pixelColor(6, widget.height() // 2).name() == colour
            dialog.close()
            dialog.deleteLater()
    finally:
        qt.setPalette(palette)
    window.close_for_good()
    window.deleteLater()

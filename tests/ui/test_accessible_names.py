"""Whoever cannot see the window hears a name for everything that can be reached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QProgressBar,
    QTabWidget,
    QWidget,
)

from regbatch_desktop.services.batches import start_batch
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.ui.activity.pane import BundleDialog
from regbatch_desktop.ui.batch.timeline import Timeline
from regbatch_desktop.ui.command_palette import CommandPalette
from regbatch_desktop.ui.configuration.hours_dialog import HoursDialog
from regbatch_desktop.ui.kit.form_dialog import EntryDialog
from regbatch_desktop.ui.kit.questions import Question
from regbatch_desktop.ui.leads.batch_dialog import BatchDialog
from regbatch_desktop.ui.selection.presenter import SelectionPresenter, SelectionRow
from regbatch_desktop.ui.selection.search_dialog import SearchDialog
from regbatch_desktop.ui.welcome.pane import WelcomePane
from tests.pipeline.workbench import bench, leads
from tests.ui.qt_bench import on_qt, shows_something, until, workbench

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QProgressBar, QTabWidget, Timeline,
)  # fmt: skip
ROW = SelectionRow("1", "Kea", "1 Kea Street", "Napier", "", "", "", "Monday", "action_required", "waits", True, ())


def _is_inside_another(widget: QWidget) -> bool:
    """Parts that Qt makes inside a control speak for nobody: the control does."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, (QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView)):
            return True
        parent = parent.parentWidget()
    return widget.objectName().startswith("qt_")


def nameless(root: QWidget) -> list[str]:
    """Controls and tab stops below `root` that have no name."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        reached = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        if _is_inside_another(widget) or not (reached or isinstance(widget, CONTROLS)):
            continue
        told = QAccessible.queryAccessibleInterface(widget)
        if not told or not told.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


@on_qt
async def test_every_control_of_every_pane_has_a_name(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        first = await made.batch(3)
        second = await create_batch(made.doors, (await import_leads(made.doors, leads(5))).added)
        await start_batch(made.doors, second.id)
        await made.run(first)
        selection = SelectionPresenter(made.doors)
        for row in (await selection.board()).rows:
            await selection.choose(row.key, row.candidates[0].hit.company_number, "someone")
        await made.run(first)
        await made.run(second)
        async with workbench(made, tmp_path) as opened:
            assert nameless(opened.window) == []
            states = {}
            for name, pane in opened.window.panes.items():
                opened.workbench.go(name, second.id if name == "selection" else first.id)
                if hasattr(pane, "states"):
                    await shows_something(pane.states)
                    states[name] = pane.states.state
                assert nameless(pane) == [], name
            assert set(states.values()) == {"content"}, states
            await until(lambda: opened.workbench.selection.candidates.chosen, "no candidate is shown")
            await until(lambda: opened.workbench.configuration._shown, "no configuration is shown")
            assert nameless(opened.window) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda parent: Question(parent, "Sure?", "Really?", rows=["one"]),
        lambda parent: BatchDialog(parent, "Monday", 60, ["Kea"]),
        lambda parent: HoursDialog(parent, None),
        lambda parent: SearchDialog(parent, ROW),
        lambda parent: EntryDialog(parent, "Kea"),
        lambda parent: BundleDialog(parent, {"facts.json": "{}"}),
        lambda parent: CommandPalette(parent, [QAction("Quit", parent)]),
    ],
)
def test_every_control_of_a_dialog_has_a_name(make: Callable[[QWidget], QDialog]) -> None:
    parent = QWidget()
    assert nameless(make(parent)) == []


def test_every_way_in_has_a_name() -> None:
    pane = WelcomePane(["/leads/monday.db", "/leads/tuesday.db"])
    assert nameless(pane) == []
    names = [each.accessibleName() for each in pane.findChildren(QAbstractButton)]
    assert len(set(names)) == len(names)

"""The activity pane.

Owns: its widgets.
Never: reads the log itself (presenter.py).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from regbatch_desktop.domain.names import folded
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.activity.presenter import ActivityPresenter, Board
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.questions import answered, ask_file
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.kit.states import States, button
from regbatch_desktop.ui.kit.table import RowsTable
from regbatch_desktop.ui.kit.words import clock

CALLS = (
    Column("Restaurant", lambda row: row.restaurant, width=150),
    Column("Call", lambda row: row.name, width=165, cell="status"),
    Column("Sent at", lambda row: clock(row.sent_at), sort=lambda row: row.sent_at, width=0),
)
RETRIED = (
    Column("Restaurant", lambda row: row.restaurant, width=150),
    Column("What", lambda row: row.what, width=165, cell="status"),
    Column("Tries", lambda row: str(row.attempts), sort=lambda row: row.attempts, width=55, right=True),
    Column("Next", lambda row: clock(row.next_at) if row.next_at else "", width=75),
    Column("Reason", lambda row: row.reason, width=0),
)
LOG = (
    Column("When", lambda row: row.at, width=190),
    Column("Level", lambda row: row.level.lower(), width=100, cell="status"),
    Column("Message", lambda row: row.message, width=0),
)


class BundleDialog(QDialog):
    """Every line that would leave the machine."""

    def __init__(self, parent: QWidget, parts: dict[str, str]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Diagnostics bundle")
        self.resize(760, 520)
        box = QVBoxLayout(self)
        box.addWidget(Label("This is all that the bundle holds. Passwords and tokens were taken out.", wrap=True))
        tabs = QTabWidget()
        tabs.setAccessibleName("Parts of the bundle")
        for name, text in parts.items():
            view = QPlainTextEdit(text)
            view.setReadOnly(True)
            view.setAccessibleName(name)
            tabs.addTab(view, name)
        box.addWidget(tabs, 1)
        buttons = QDialogButtonBox()
        buttons.addButton("Write it…", QDialogButtonBox.ButtonRole.AcceptRole).setProperty("role", "primary")
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)


class ActivityPane(QWidget):
    """Activity."""

    def __init__(self, desk: Desk, log_path: Path) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = ActivityPresenter(desk.doors, desk.runs, log_path)
        head = QHBoxLayout()
        head.addWidget(Label("Activity", role="title"), 1)
        self.bundle_button = button("Diagnostics bundle…")
        head.addWidget(self.bundle_button)
        self.calls = RowsTable(CALLS, name="Calls under way")
        self.calls.placeholder = "Nothing is under way."
        self.retried = RowsTable(RETRIED, name="Tried again")
        self.retried.placeholder = "Nothing had to be tried again."
        self.log = RowsTable(LOG, name="Log")
        self.log.placeholder = "No line of the log is shown."
        self._running = Label("Nothing is under way.", role="strong")
        self.search = QLineEdit(placeholderText="Search the log")
        self.search.setAccessibleName("Search the log")
        self.search.textChanged.connect(self._filter)
        self._level = QComboBox()
        self._level.setAccessibleName("Filter by level")
        self._level.addItems(["Every level", "Warnings and errors", "Errors"])
        self._level.currentIndexChanged.connect(self._filter)
        upper, lower = QWidget(), QWidget()
        grid = QGridLayout(upper)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self._running, 0, 0)
        grid.addWidget(Label("Tried again", role="strong"), 0, 1)
        grid.addWidget(self.calls, 1, 0)
        grid.addWidget(self.retried, 1, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        box = QVBoxLayout(lower)
        box.setContentsMargins(0, 0, 0, 0)
        tools = QHBoxLayout()
        tools.addWidget(self.search, 1)
        tools.addWidget(self._level)
        box.addLayout(tools)
        box.addWidget(self.log)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(upper)
        split.addWidget(lower)
        split.setSizes([200, 400])
        split.setChildrenCollapsible(False)
        self.states = States(split, empty_title="Nothing has happened yet", empty_text="Start a batch.")
        outer = QVBoxLayout(self)
        outer.addLayout(head)
        outer.addWidget(self.states, 1)
        self.refresher = Refresher(
            desk.scope, self, self._presenter.board, name="activity", poll_s=lambda: desk.interval_s("busy")
        )
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self._bundle = AsyncAction(desk.scope, self._make_bundle, name="activity:bundle", parent=self)
        self._bundle.succeeded.connect(lambda text: self.states.notice.say(text) if text else None)
        self._bundle.failed.connect(self.states.notice.fail)
        self.bundle_button.clicked.connect(lambda: self._bundle.trigger())

    def on_change(self, change: Change) -> None:
        """Something was committed."""
        if change.kind == "job":
            self.refresher.mark()

    def _on_loaded(self, board: Board) -> None:
        self.calls.set_rows(board.calls)
        self.retried.set_rows(board.retried)
        self.log.set_rows(board.log)
        number = len(board.calls)
        self._running.setText(f"{number} call{'s' if number != 1 else ''} under way" if number else "Nothing is under way.")
        self.states.show_content()

    def _filter(self) -> None:
        words, level = folded(self.search.text()).split(), self._level.currentIndex()
        wanted = ((), ("WARNING", "ERROR", "CRITICAL"), ("ERROR", "CRITICAL"))[level]
        self.log.set_filter(
            lambda row: (not wanted or row.level in wanted) and all(word in folded(row.message) for word in words)
        )

    async def _make_bundle(self) -> str:
        parts = await self._presenter.bundle(self._desk.preferences.values())
        if not await answered(BundleDialog(self, parts)):
            return ""
        path = await ask_file(self, "Write the bundle", filters="Archive (*.zip)", save="regbatch-diagnostics.zip")
        return await self._presenter.write(path, parts) if path else ""

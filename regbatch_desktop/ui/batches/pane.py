"""The batches pane: tabs with counts, search, filters, and what can be done with the chosen ones.

Owns: its widgets; tab, search and sort are remembered.
Never: changes a batch itself (presenter.py).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.names import folded
from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.batches.columns import COLUMNS, TABS, step_words, tab_counts, tabs_of
from regbatch_desktop.ui.batches.filters import BatchFilters
from regbatch_desktop.ui.batches.presenter import BatchesPresenter, can_cancel, can_start
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.fate_strip import FateStrip
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.questions import ask, ask_file, ask_text
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.states import States, button
from regbatch_desktop.ui.kit.table import RowsTable
from regbatch_desktop.ui.kit.words import batch_status_words, plural

_NOTHING_HERE = {
    "Active": "Nothing is active.", "Needs you": "Nothing needs you.", "Completed": "Nothing is completed.", "Failed": "Nothing has failed.",
    "All": "No batch is shown.",
}  # fmt: skip


class BatchesPane(QWidget):
    """Batches."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = BatchesPresenter(desk.doors, desk.runs)
        head = QHBoxLayout()
        head.addWidget(Label("Batches", role="title"), 1)
        self.open_button = button("Open", role="primary")
        self.start_button = button("Start")
        self.retry_button = button("Retry failures")
        self.cancel_button = button("Cancel…")
        self.rename_button = button("Rename…")
        self.export_button = button("Export…")
        for each in (
            self.open_button,
            self.start_button,
            self.retry_button,
            self.cancel_button,
            self.rename_button,
            self.export_button,
        ):
            head.addWidget(each)
        tools = QHBoxLayout()
        self._tabs = QButtonGroup(self)
        self._tab = desk.preferences.get("batches.tab", "Active")
        self._tab_buttons = {}
        for name in TABS:
            made = button(name, role="tab")
            made.setCheckable(True)
            made.setChecked(name == self._tab)
            self._tabs.addButton(made)
            self._tab_buttons[name] = made
            tools.addWidget(made)
            made.clicked.connect(lambda _=False, name=name: self._on_tab(name))
        tools.addStretch()
        found = QHBoxLayout()
        self.search = QLineEdit(placeholderText="Search batches")
        self.search.setAccessibleName("Search batches")
        self.search.setClearButtonEnabled(True)
        self.search.setText(desk.preferences.get("batches.search", ""))
        self.filters = BatchFilters(desk.preferences)
        found.addWidget(self.search, 2)
        found.addWidget(self.filters, 3)
        self.table = RowsTable(COLUMNS, name="Batches")
        self.states = States(
            self.table, empty_title="No batches yet", empty_text="Choose restaurants among the leads and make a batch of up to 50.",
            action="Go to the leads",
        )  # fmt: skip
        box = QVBoxLayout(self)
        box.addLayout(head)
        box.addLayout(tools)
        box.addLayout(found)
        self.fate = FateStrip()
        box.addWidget(self.fate)
        box.addWidget(self.states, 1)

        self.refresher = Refresher(desk.scope, self, self._presenter.rows, name="batches", poll_s=lambda: desk.interval_s("list"))
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self.states.acted.connect(lambda: desk.go("leads"))
        self._start = self._action(self._ask_start, "start", self.start_button)
        self._cancel = self._action(self._ask_cancel, "cancel", self.cancel_button)
        self._retry = self._action(self._ask_retry, "retry", self.retry_button)
        self._rename = self._action(self._ask_rename, "rename", self.rename_button)
        self._export = self._action(self._ask_export, "export", self.export_button)
        self._withdraw = self._action(self._presenter.withdraw, "withdraw", self.fate.withdraw_button)
        self.fate.withdraw_wanted.connect(self._withdraw.trigger)
        self.fate.look_wanted.connect(lambda key: desk.go("outbox", key))
        self.open_button.clicked.connect(self._open)
        self.start_button.clicked.connect(
            lambda: self._start.trigger([row for row in self.table.selected_rows() if can_start(row)])
        )
        for each, action in (
            (self.cancel_button, self._cancel), (self.retry_button, self._retry), (self.rename_button, self._rename),
            (self.export_button, self._export),
        ):  # fmt: skip
            each.clicked.connect(lambda _=False, action=action: action.trigger())
        self.table.activated_row.connect(lambda row: desk.go("batch", row.key))
        self.table.selection_moved.connect(self._on_selection)
        self.table.rearranged.connect(self._on_selection)
        self._typed = QTimer(self, singleShot=True, interval=120)
        self._typed.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda _: self._typed.start())
        self.filters.changed.connect(self._filter)
        column, order = desk.preferences.get("batches.sort", (-1, 0))
        self.table.sortByColumn(column, Qt.SortOrder(order))
        self.table.horizontalHeader().sortIndicatorChanged.connect(
            lambda column, order: desk.preferences.put("batches.sort", [column, order.value])
        )
        self._filter()
        self._on_selection()

    def on_change(self, change: Change) -> None:
        """Something was committed."""
        if change.kind in ("batch", "job", "fate"):
            self.refresher.mark()

    def _action(self, work: object, name: str, busy: QWidget) -> AsyncAction:
        made = AsyncAction(self._desk.scope, work, name=f"batches:{name}", parent=self)  # type: ignore[arg-type]
        made.failed.connect(self.states.notice.fail)
        made.succeeded.connect(self._on_done)
        made.busy_changed.connect(lambda is_busy: busy.setDisabled(is_busy) if is_busy else self._on_selection())
        return made

    def _on_done(self, sentence: object) -> None:
        if isinstance(sentence, str) and sentence:
            self.states.notice.say(self._desk.said(sentence))
        self.refresher.now()

    def _open(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self._desk.go("batch", row.key)

    async def _ask_start(self, rows: list[BatchRow]) -> str:
        listed = [f"{row.name}: {plural(row.progress.total, 'restaurant')}" for row in rows]
        text = "Their first steps begin at once."
        if len(rows) > 1 and not await ask(
            self, f"Start {plural(len(rows), 'batch', 'batches')}?", text, rows=listed, yes="Start them"
        ):
            return ""
        return await self._presenter.start([row.key for row in rows])

    async def _ask_cancel(self) -> str:
        rows = [row for row in self.table.selected_rows() if can_cancel(row)]
        text = "This is for good. Nothing new starts; calls under way finish and are recorded. What was created stays at the platform."
        listed = [f"{row.name}: {row.progress.total} restaurants, {batch_status_words(row)}" for row in rows]
        if not await ask(
            self, f"Cancel {plural(len(rows), 'batch', 'batches')}?", text, rows=listed, yes="Cancel them", no="Keep"
        ):
            return ""
        return await self._presenter.cancel([row.key for row in rows])

    async def _ask_retry(self) -> str:
        found = await self._presenter.failed_jobs([row.key for row in self.table.selected_rows()])
        if not found:
            return "Nothing in these batches has failed."
        text = "Each goes on from its first open step. What succeeded at the platform is not done again."
        listed = [f"{name}: {job.error_message or 'some sub-steps failed'}" for name, job in found]
        if not await ask(self, f"Retry {plural(len(found), 'restaurant')}?", text, rows=listed, yes="Retry"):
            return ""
        return await self._presenter.retry([job for _, job in found])

    async def _ask_rename(self) -> str:
        row = self.table.current_row()
        name = await ask_text(self, "Rename the batch", "A name that your colleagues will recognise.", row.name) if row else None
        if row is None or name is None:
            return ""
        await self._presenter.rename(row.key, name)
        return ""

    async def _ask_export(self) -> str:
        rows = self.table.selected_rows()
        path = await ask_file(self, "Export", filters="Spreadsheet (*.xlsx);;CSV (*.csv)", save="batches.xlsx")
        return await self._presenter.export([row.key for row in rows], path) if path else ""

    def _on_tab(self, name: str) -> None:
        self._tab = name
        self._desk.preferences.put("batches.tab", name)
        self._filter()

    def _on_loaded(self, rows: tuple[BatchRow, ...]) -> None:
        counts = tab_counts(rows)
        for name, made in self._tab_buttons.items():
            made.setText(f"{name} {counts[name]}" if counts[name] else name)
            made.setAccessibleName(f"{name}, {counts[name]}")
        self.filters.show_choices(rows)
        self.table.set_rows(rows)
        self._on_selection()
        self._say_nothing_here()
        if not rows:
            self.states.show_empty()
        else:
            self.states.show_content()

    def _filter(self) -> None:
        words, tab = folded(self.search.text()).split(), self._tab
        chosen = self.filters.choice(self._desk.doors.clock.now())

        def accept(row: BatchRow) -> bool:
            if tab not in tabs_of(row) or not chosen(row):
                return False
            text = folded(f"{row.name} {batch_status_words(row)} {step_words(row)}") if words else ""
            return all(word in text for word in words)

        self.table.set_filter(accept)
        self._say_nothing_here()
        self._desk.preferences.put("batches.search", self.search.text())

    def _say_nothing_here(self) -> None:
        """What stands in the empty list of a tab."""
        hidden = "the search or the filters hide them" if self.search.text() or self.filters.is_active else "look under All"
        number = plural(len(self.table.rows_model.rows), "batch", "batches")
        self.table.placeholder = f"{_NOTHING_HERE[self._tab]}\n{number} in all: {hidden}."

    def _on_selection(self) -> None:
        rows = self.table.selected_rows()
        self.fate.show_fate(rows[0].fate if len(rows) == 1 else None)
        self.open_button.setEnabled(len(rows) == 1)
        self.rename_button.setEnabled(len(rows) == 1)
        self.export_button.setEnabled(bool(rows))
        self.start_button.setEnabled(any(can_start(row) for row in rows))
        self.cancel_button.setEnabled(any(can_cancel(row) for row in rows))
        self.retry_button.setEnabled(any("Failed" in tabs_of(row) for row in rows))

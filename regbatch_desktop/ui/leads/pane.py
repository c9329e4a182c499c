"""The leads pane: search, choose, import, make a batch.

Owns: its widgets and what is typed into the search.
Never: reads a file or a row itself (presenter.py).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.lead import Lead
from regbatch_desktop.domain.names import folded
from regbatch_desktop.read_models import LeadRow
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.services.lead_files import Sheet
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import Label, plain_tooltip
from regbatch_desktop.ui.kit.questions import answered, ask_file
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.states import States, button
from regbatch_desktop.ui.kit.table import RowsTable
from regbatch_desktop.ui.kit.words import plural
from regbatch_desktop.ui.leads.batch_dialog import BatchDialog
from regbatch_desktop.ui.leads.columns import COLUMNS, state_words
from regbatch_desktop.ui.leads.import_dialog import ImportDialog
from regbatch_desktop.ui.leads.presenter import LeadsPresenter


class LeadsPane(QWidget):
    """Leads."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = LeadsPresenter(desk.doors)
        self._choose_all = False
        head = QHBoxLayout()
        self._count = Label("", role="muted")
        head.addWidget(Label("Leads", role="title"))
        head.addWidget(self._count, 1)
        self.import_button = button("Import a spreadsheet…", tip="CSV or XLSX")
        self.batch_button = button("Make a batch…", role="primary")
        head.addWidget(self.import_button)
        head.addWidget(self.batch_button)
        tools = QHBoxLayout()
        self.search = QLineEdit(placeholderText="Search name, address, city, phone, e-mail")
        self.search.setAccessibleName("Search leads")
        self.search.setClearButtonEnabled(True)
        self._state = QComboBox()
        self._state.setAccessibleName("Filter by state")
        for words, key in (
            ("All states", ""),
            ("Free for a batch", "free"),
            ("New", "new"),
            ("In a batch", "busy"),
            ("Failed", "failed"),
        ):
            self._state.addItem(words, key)
        self._city = QComboBox()
        self._city.setAccessibleName("Filter by city")
        self._city.addItem("All cities", "")
        tools.addWidget(self.search, 1)
        tools.addWidget(self._state)
        tools.addWidget(self._city)
        self.table = RowsTable(COLUMNS, name="Leads")
        self.states = States(
            self.table, empty_title="No leads yet", empty_text="Import a spreadsheet of restaurants: one row each, any column order.",
            action="Import a spreadsheet…",
        )  # fmt: skip
        box = QVBoxLayout(self)
        box.addLayout(head)
        box.addLayout(tools)
        box.addWidget(self.states, 1)

        scope = desk.scope
        self.refresher = Refresher(scope, self, self._presenter.rows, name="leads", poll_s=lambda: desk.interval_s("list"))
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self._choose = AsyncAction(scope, self._choose_file, name="leads:choose", parent=self)
        self._choose.failed.connect(self.states.notice.fail)
        self._import = AsyncAction(scope, self._import_file, name="leads:import", parent=self)
        self._import.succeeded.connect(self._on_imported)
        self._import.failed.connect(self.states.notice.fail)
        self._import.busy_changed.connect(self.import_button.setDisabled)
        self._undo = AsyncAction(scope, self._presenter.undo_import, name="leads:undo", parent=self)
        self._undo.succeeded.connect(self.states.notice.say)
        self._undo.failed.connect(self.states.notice.fail)
        self._make = AsyncAction(scope, self._make_batch, name="leads:batch", parent=self)
        self._make.succeeded.connect(self._on_made)
        self._make.failed.connect(self.states.notice.fail)
        self._make.busy_changed.connect(self.batch_button.setDisabled)
        self.states.notice.undone.connect(self._undo.trigger)
        self.states.acted.connect(self._choose.trigger)
        self.import_button.clicked.connect(lambda: self._choose.trigger())
        self.batch_button.clicked.connect(lambda: self._make.trigger())
        self.table.selection_moved.connect(self._on_selection)
        self.table.rearranged.connect(self._on_rearranged)
        # A key pressed in the search waits a moment, so that typing stays light with 100,000 rows.
        self._typed = QTimer(self, singleShot=True, interval=120)
        self._typed.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda _: self._typed.start())
        self._state.currentIndexChanged.connect(self._filter)
        self._city.currentIndexChanged.connect(self._filter)
        self._restore()
        self._filter()
        self._on_selection()

    def on_change(self, change: Change) -> None:
        """Something was committed."""
        if change.kind in ("restaurant", "batch", "waiting"):
            self.refresher.mark()
        if change.kind == "connection":
            self._on_selection()

    def choose_all_when_loaded(self) -> None:
        """Mark every lead once they are there: the next click makes a batch of them."""
        self._choose_all = True
        self.refresher.now()

    def import_path(self, path: str) -> None:
        """Begin an import of a file that is known already (dropped, or given on the command line)."""
        self._import.trigger(path)

    async def _choose_file(self) -> None:
        if away := self._desk.away("Importing leads"):
            self.states.notice.say(away)
            return
        path = await ask_file(self, "Import leads", filters="Spreadsheets (*.csv *.tsv *.txt *.xlsx *.xls *.ods);;All files (*)")
        if path:
            self._import.trigger(path)

    async def _import_file(self, path: str) -> str:
        sheet: Sheet = await self._presenter.read(path)
        dialog = ImportDialog(self, self._presenter, self._desk.scope, sheet, Path(path).name)
        leads: tuple[Lead, ...] = ()
        if await answered(dialog):
            leads = dialog.leads
        return await self._presenter.import_leads(leads) if leads else ""

    def _on_imported(self, sentence: str) -> None:
        if sentence:
            self.states.notice.say(sentence, undo=not sentence.startswith("0 "))
        self.refresher.now()

    async def _make_batch(self) -> tuple[Batch, ...]:
        chosen: list[LeadRow] = self.table.selected_rows()
        free = [row for row in chosen if row.is_free]
        busy = [f"{row.name} ({row.batch_name})" for row in chosen if not row.is_free]
        dialog = BatchDialog(self, self._presenter.proposed_name(len(free)), len(free), busy)
        if not await answered(dialog):
            return ()
        name = dialog.name or self._presenter.proposed_name(len(free))
        return await self._presenter.make_batches([row.key for row in free], name, dialog.mode, start=dialog.start)

    def _on_made(self, made: tuple[Batch, ...]) -> None:
        self.refresher.now()
        if len(made) == 1:
            self._desk.go("batch", made[0].id)
        elif made:
            self._desk.go("batches")

    def _on_loaded(self, rows: tuple[LeadRow, ...]) -> None:
        cities = sorted({row.city for row in rows if row.city})
        if cities != [self._city.itemText(number) for number in range(1, self._city.count())]:
            wanted = self._city.currentData() or self._desk.preferences.get("leads.city", "")
            self._city.blockSignals(True)
            self._city.clear()
            self._city.addItem("All cities", "")
            for city in cities:
                self._city.addItem(city, city)
            self._city.setCurrentIndex(max(0, self._city.findData(wanted)))
            self._city.blockSignals(False)
            self._filter()
        self.table.set_rows(rows)
        if rows:
            self.states.show_content()
        else:
            self.states.show_empty()

    def _on_rearranged(self) -> None:
        if self._choose_all and self.table.shown_count():
            self._choose_all = False
            self.table.selectAll()
            self.table.setFocus()
        self._on_selection()

    def _filter(self) -> None:
        words, state, city = folded(self.search.text()).split(), self._state.currentData(), self._city.currentData() or ""

        def accept(row: LeadRow) -> bool:
            if city and row.city != city:
                return False
            if state == "free" and not row.is_free:
                return False
            if state == "busy" and row.is_free:
                return False
            if state in ("new", "failed") and row.status_key != state:
                return False
            if not words:
                return True
            text = folded(f"{row.name} {row.address} {row.city} {row.phone} {row.email} {row.batch_name} {state_words(row)}")
            return all(word in text for word in words)

        self.table.set_filter(accept)
        self._desk.preferences.put("leads.state", state)
        if self._city.count() > 1:
            self._desk.preferences.put("leads.city", city)

    def _on_selection(self) -> None:
        chosen = self.table.selected_count()
        shown, total = self.table.shown_count(), len(self.table.rows_model.rows)
        words = plural(total, "lead") if shown == total else f"{shown:,} of {plural(total, 'lead')}"
        self._count.setText(words + (f", {chosen:,} chosen" if chosen else ""))
        away = self._desk.away("Making a batch")
        self.batch_button.setEnabled(not away and any(row.is_free for row in self.table.each_selected()))
        self.batch_button.setToolTip(
            plain_tooltip(away) if away else "" if chosen else "Choose restaurants first (Ctrl+A takes all)"
        )
        no_import = self._desk.away("Importing leads")
        self.import_button.setEnabled(not no_import and not self._import.is_busy)
        self.import_button.setToolTip(plain_tooltip(no_import) if no_import else "CSV or XLSX")

    def _restore(self) -> None:
        self._state.setCurrentIndex(max(0, self._state.findData(self._desk.preferences.get("leads.state", ""))))

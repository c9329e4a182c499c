"""Importing a file: what each column means, a preview with a verdict on every row, mending in place.

Owns: the mapping and the mended cells of one import.
Never: stores anything; the pane imports what is accepted.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from regbatch_desktop.domain.lead import HEADER_ALIASES, Lead, RowStatus
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services.lead_files import LeadFile, Sheet
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label, plain_tooltip
from regbatch_desktop.ui.kit.states import Notice
from regbatch_desktop.ui.kit.theme import current
from regbatch_desktop.ui.leads.presenter import LeadsPresenter

PREVIEW_ROWS = 200
_SHOWN = ("name", "address", "city", "phone", "email")
FIELD_WORDS = {
    "name": "Restaurant name", "address": "Street address", "city": "City", "postcode": "Postcode", "phone": "Phone", "email": "E-mail",
    "website_url": "Website", "ubereats_url": "Uber Eats link", "doordash_url": "DoorDash link", "facebook_url": "Facebook",
    "instagram_url": "Instagram", "cuisine": "Cuisine", "opening_hours": "Opening hours", "contact_name": "Contact name",
    "contact_email": "Contact e-mail", "contact_phone": "Contact phone", "external_id": "Reference",
}  # fmt: skip


class ImportDialog(QDialog):
    """`leads` holds the good rows after it was accepted."""

    def __init__(self, parent: QWidget, presenter: LeadsPresenter, scope: TaskScope, sheet: Sheet, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import leads")
        self.resize(900, 620)
        self.leads: tuple[Lead, ...] = ()
        self._sheet = sheet
        self._fixes: dict[tuple[int, str], str] = {}
        self._filling = False
        self._notice = Notice()
        self._judge = AsyncAction(scope, presenter.judge, name="leads:judge", on_retrigger="restart", parent=self)
        self._judge.succeeded.connect(self._on_judged)
        self._judge.failed.connect(self._on_failed)
        box = QVBoxLayout(self)
        box.addWidget(ElidedLabel(f"Import {name}", role="subtitle"))
        self._summary = Label("Reading…", role="strong", wrap=True)
        box.addWidget(self._summary)
        box.addWidget(self._notice)
        box.addWidget(Label("What the columns mean", role="muted"))
        box.addWidget(self._mapping())
        box.addWidget(
            Label(
                f"Preview (first {PREVIEW_ROWS} rows). Double-click a cell to mend it; only good rows are imported.", role="muted"
            )
        )
        self._table = QTableWidget(0, len(_SHOWN) + 2)
        self._table.setAccessibleName("Preview of the rows")
        self._table.setHorizontalHeaderLabels(["Row", "Verdict", *(FIELD_WORDS[field] for field in _SHOWN)])
        self._table.verticalHeader().setVisible(False)
        for number, width in enumerate((50, 240, 180, 160, 100, 110, 150)):
            self._table.setColumnWidth(number, width)
        self._table.cellChanged.connect(self._on_cell_changed)
        box.addWidget(self._table, 1)
        buttons = QDialogButtonBox()
        self._accept = buttons.addButton("Import", QDialogButtonBox.ButtonRole.AcceptRole)
        self._accept.setProperty("role", "primary")
        self._accept.setEnabled(False)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)
        QTimer.singleShot(0, self, self._again)

    def _mapping(self) -> QWidget:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(8, 8, 8, 8)
        self._choices: list[tuple[int, QComboBox]] = []
        for position, (index, header) in enumerate((i, h) for i, h in enumerate(self._sheet.header) if h.strip()):
            choice = QComboBox()
            choice.addItem("not used", "")
            for field in HEADER_ALIASES:
                choice.addItem(FIELD_WORDS[field], field)
            choice.setCurrentIndex(max(0, choice.findData(self._sheet.columns.get(index, ""))))
            choice.setAccessibleName(f"Meaning of the column {header[:60]}")
            choice.currentIndexChanged.connect(self._again)
            label = ElidedLabel(header[:80], role="strong")
            label.setFixedWidth(120)
            grid.addWidget(label, position // 3, position % 3 * 2)
            grid.addWidget(choice, position // 3, position % 3 * 2 + 1)
            self._choices.append((index, choice))
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setAccessibleName("What the columns mean")
        area.setFrameShape(QFrame.Shape.StyledPanel)
        area.setMaximumHeight(140)
        return area

    def _again(self) -> None:
        columns = {index: choice.currentData() for index, choice in self._choices if choice.currentData()}
        self._judge.trigger(self._sheet, columns, dict(self._fixes))

    def _on_failed(self, error: object) -> None:
        self._notice.fail(error)
        self._accept.setEnabled(False)

    def _on_judged(self, found: LeadFile) -> None:
        self._notice.hide()
        self.leads = found.leads
        counts = {status: sum(v.status is status for v in found.verdicts) for status in RowStatus}
        self._summary.setText(
            f"{counts[RowStatus.GOOD]} good rows, {counts[RowStatus.DUPLICATE]} duplicates, "
            f"{counts[RowStatus.BAD]} that cannot be used"
        )
        self._accept.setText(f"Import {len(self.leads)}")
        self._accept.setEnabled(bool(self.leads))
        self._fill(found)

    def _fill(self, found: LeadFile) -> None:
        self._filling = True
        # What needs a look comes first.
        order = {RowStatus.BAD: 0, RowStatus.DUPLICATE: 1, RowStatus.GOOD: 2}
        verdicts = sorted(found.verdicts, key=lambda v: (order[v.status], not v.reasons, v.row_number))[:PREVIEW_ROWS]
        self._table.setRowCount(len(verdicts))
        look = current()
        for at, verdict in enumerate(verdicts):
            words = verdict.status.value if not verdict.reasons else f"{verdict.status.value}: {' '.join(verdict.reasons)}"
            values = [str(verdict.row_number), words]
            lead = verdict.lead
            values += [str(getattr(lead, field)) if lead else (verdict.name if field == "name" else "") for field in _SHOWN]
            for column, value in enumerate(values):
                item = QTableWidgetItem(value[:300])
                item.setToolTip(plain_tooltip(value))
                if column < 2:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                if column == 1 and verdict.status is not RowStatus.GOOD:
                    item.setForeground(QColor(look.bad if verdict.status is RowStatus.BAD else look.warn))
                self._table.setItem(at, column, item)
        self._filling = False

    def _on_cell_changed(self, row: int, column: int) -> None:
        if self._filling or column < 2:
            return
        number, item = self._table.item(row, 0), self._table.item(row, column)
        if number is not None and item is not None:
            self._fixes[int(number.text()), _SHOWN[column - 2]] = item.text()
            self._again()

"""The two forms of company selection: search again with own values, and manual entry.

Owns: their fields.
Never: searches or stores.
"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.search_query import clean_name, clean_street
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.selection.presenter import SelectionRow


class _Form(QDialog):
    def __init__(self, parent: QWidget, title: str, text: str, yes: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        box = QVBoxLayout(self)
        box.addWidget(Label(title, role="subtitle", wrap=True))
        box.addWidget(Label(text, role="muted", wrap=True))
        self.form = QFormLayout()
        box.addLayout(self.form)
        buttons = QDialogButtonBox()
        self.yes = buttons.addButton(yes, QDialogButtonBox.ButtonRole.AcceptRole)
        self.yes.setProperty("role", "primary")
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)

    def line(self, label: str, value: str = "") -> QLineEdit:
        """A field with a name."""
        made = QLineEdit(value)
        made.setAccessibleName(label)
        made.setMaxLength(300)
        self.form.addRow(label, made)
        return made


class SearchDialog(_Form):
    """Own values, pre-filled with the cleaned ones."""

    def __init__(self, parent: QWidget, row: SelectionRow) -> None:
        super().__init__(
            parent, f"Search again for {row.name}", "An empty field falls back to the restaurant's own value.", "Search"
        )
        self._name = self.line("Name", clean_name(row.name))
        self._street = self.line("Street", clean_street(row.address))
        self._city = self.line("City", row.city)

    @property
    def values(self) -> tuple[str, str, str]:
        """Name, street, city."""
        return self._name.text().strip(), self._street.text().strip(), self._city.text().strip()


class EntryDialog(_Form):
    """Details by hand; the contact's name is required."""

    _FIELDS = (
        ("contact_name", "Contact name *"), ("full_legal_name", "Full legal name"), ("contact_email", "Contact e-mail"),
        ("contact_phone", "Contact phone"), ("company_name", "Company name"), ("company_number", "Company number"),
        ("gst_number", "GST number"), ("nzbn", "NZBN"),
    )  # fmt: skip

    def __init__(self, parent: QWidget, row: SelectionRow) -> None:
        super().__init__(parent, f"Details of {row.name} by hand", "They stand in for steps 2 to 4.", "Save and go on")
        self._lines = {field: self.line(label) for field, label in self._FIELDS}
        self._lines["contact_email"].setText(row.email)
        self._lines["contact_phone"].setText(row.phone)
        self._lines["contact_name"].textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)

    @property
    def entry(self) -> ManualEntry:
        """What was typed. MissingSelections without a contact's name."""
        return ManualEntry(**{field: line.text().strip() for field, line in self._lines.items()})

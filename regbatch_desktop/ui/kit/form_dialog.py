"""A dialog of named lines, and the one that two panes share: company details by hand.

Owns: their fields.
Never: searches or stores.
"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.ui.kit.plain_text import Label


class FormDialog(QDialog):
    """A title, a sentence, lines, two buttons."""

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


class EntryDialog(FormDialog):
    """Details by hand; the contact's name is required."""

    _FIELDS = (
        ("contact_name", "Contact name *"), ("full_legal_name", "Full legal name"), ("contact_email", "Contact e-mail"),
        ("contact_phone", "Contact phone"), ("company_name", "Company name"), ("company_number", "Company number"),
        ("gst_number", "GST number"), ("nzbn", "NZBN"),
    )  # fmt: skip

    def __init__(self, parent: QWidget, name: str, *, email: str = "", phone: str = "") -> None:
        super().__init__(parent, f"Details of {name} by hand", "They stand in for steps 2 to 4.", "Save and go on")
        self._lines = {field: self.line(label) for field, label in self._FIELDS}
        self._lines["contact_email"].setText(email)
        self._lines["contact_phone"].setText(phone)
        self._lines["contact_name"].textChanged.connect(lambda text: self.yes.setEnabled(bool(text.strip())))
        self.yes.setEnabled(False)

    @property
    def entry(self) -> ManualEntry:
        """What was typed. MissingSelections without a contact's name."""
        return ManualEntry(**{field: line.text().strip() for field, line in self._lines.items()})

"""One restaurant's configuration: its name, what became of the last decision, the form.

Owns: when there is a form to fill in.
Never: loads, checks or stores (pane.py, presenter.py).
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from regbatch_desktop.ui.configuration.drafts import ConfigurationRow, Draft
from regbatch_desktop.ui.configuration.form import ConfigurationForm
from regbatch_desktop.ui.kit.fate_strip import FateStrip
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label


class Sheet(QWidget):
    """The right side of the pane."""

    def __init__(self) -> None:
        super().__init__()
        self.form = ConfigurationForm()
        self.fate = FateStrip()
        self._name = ElidedLabel("", role="subtitle")
        self._note = Label("", role="muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._name)
        box.addWidget(self._note)
        box.addWidget(self.fate)
        box.addWidget(self.form, 1)
        box.addStretch()

    def clear(self) -> None:
        """Nobody waits."""
        self.form.show_draft(None)
        self.fate.show_fate(None)

    def show_draft(self, draft: Draft, row: ConfigurationRow) -> None:
        """What is typed so far."""
        self._name.set_whole(row.name)
        self._note.setText(draft.note)
        self.form.show_draft(draft)
        self.form.show()

    def show_without_form(self, row: ConfigurationRow) -> None:
        """On its way, or not readable now: there is nothing to type."""
        self._name.set_whole(row.name)
        self._note.setText(row.problem or "The form comes back when this is taken back, or is not taken.")
        self.form.show_draft(None)
        self.form.hide()

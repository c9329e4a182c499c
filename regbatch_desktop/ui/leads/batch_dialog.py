"""Making a batch of chosen leads: name, how Step 6 runs, now or later.

Owns: the three answers.
Never: makes the batch.
"""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.batch import MAX_RESTAURANTS, ExecutionMode
from regbatch_desktop.ui.kit.plain_text import Label


class BatchDialog(QDialog):
    """`name`, `mode` and `start` after it was accepted."""

    def __init__(self, parent: QWidget, name: str, count: int, busy: list[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Make a batch")
        self.setMinimumWidth(460)
        box = QVBoxLayout(self)
        box.addWidget(Label(f"A batch of {count} restaurant{'s' if count != 1 else ''}", role="subtitle"))
        if count > MAX_RESTAURANTS:
            parts = -(-count // MAX_RESTAURANTS)
            box.addWidget(Label(f"A batch holds at most {MAX_RESTAURANTS}; {parts} batches will be made.", wrap=True))
        if busy:
            listed = ", ".join(busy[:5]) + (" …" if len(busy) > 5 else "")
            box.addWidget(Label(f"Left out, because they are in a batch that has not ended: {listed}", role="error", wrap=True))
        form = QFormLayout()
        self._name = QLineEdit(name)
        self._name.setAccessibleName("Name of the batch")
        self._name.setMaxLength(120)
        self._mode = QComboBox()
        self._mode.addItem("One restaurant after the other (safest)", ExecutionMode.SEQUENTIAL)
        self._mode.addItem("Up to four restaurants at once", ExecutionMode.PARALLEL)
        self._mode.setAccessibleName("How accounts are set up")
        self._start = QCheckBox("Start it now")
        self._start.setChecked(True)
        form.addRow("Name", self._name)
        form.addRow("Account setup", self._mode)
        form.addRow("", self._start)
        box.addLayout(form)
        buttons = QDialogButtonBox()
        accept = buttons.addButton("Make the batch", QDialogButtonBox.ButtonRole.AcceptRole)
        accept.setProperty("role", "primary")
        accept.setEnabled(count > 0)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)

    @property
    def name(self) -> str:
        """The batch's name."""
        return self._name.text().strip()

    @property
    def mode(self) -> ExecutionMode:
        """How Step 6 runs."""
        return ExecutionMode(self._mode.currentData())

    @property
    def start(self) -> bool:
        """Begin at once."""
        return self._start.isChecked()

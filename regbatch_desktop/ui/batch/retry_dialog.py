"""Retrying from a step: which one, and whether the configuration is asked again.

Owns: the two answers.
Never: retries.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from regbatch_desktop.domain.steps import STEPS
from regbatch_desktop.read_models import JobRow
from regbatch_desktop.ui.kit.plain_text import Label


class RetryDialog(QDialog):
    """`from_step` and `reset_config` after it was accepted."""

    def __init__(self, parent: QWidget, rows: Sequence[JobRow]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Retry")
        self.setMinimumWidth(430)
        box = QVBoxLayout(self)
        names = ", ".join(row.name for row in rows[:3]) + (" …" if len(rows) > 3 else "")
        box.addWidget(Label(f"Retry {names}", role="subtitle", wrap=True))
        box.addWidget(Label("What succeeded at the platform is not done again.", role="muted", wrap=True))
        self._step = QComboBox()
        self._step.setAccessibleName("Step to retry from")
        furthest = min(row.step for row in rows)
        for step in STEPS[:furthest]:
            self._step.addItem(f"Step {step.number}: {step.name}", step.number)
        self._step.setCurrentIndex(self._step.count() - 1)
        self._reset = QCheckBox("Ask for the configuration again")
        form = QFormLayout()
        form.addRow("From", self._step)
        form.addRow("", self._reset)
        box.addLayout(form)
        buttons = QDialogButtonBox()
        accept = buttons.addButton("Retry", QDialogButtonBox.ButtonRole.AcceptRole)
        accept.setProperty("role", "primary")
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)

    @property
    def from_step(self) -> int:
        """1..6."""
        return int(self._step.currentData())

    @property
    def reset_config(self) -> bool:
        """Drop the saved configuration."""
        return self._reset.isChecked()

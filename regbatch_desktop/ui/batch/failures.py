"""What failed in a batch, grouped by cause; Enter or the button retries a whole group.

Owns: its list.
Never: retries.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from regbatch_desktop.read_models import FailureGroup
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.kit.words import plural


class Failures(QWidget):
    """`retried` carries the ids of the jobs of one group."""

    retried = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[FailureGroup, ...] = ()
        self._none = Label("Nothing has failed.", role="muted")
        self.listed = QListWidget()
        self.listed.setAccessibleName("Failures by cause")
        self.listed.setWordWrap(True)
        self.listed.itemActivated.connect(lambda _item: self._retry())
        self.listed.currentRowChanged.connect(lambda _row: self._on_row())
        self.retry_button = button("Retry this group", role="primary")
        self.retry_button.clicked.connect(self._retry)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.addWidget(self._none)
        box.addWidget(self.listed, 1)
        box.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignRight)
        self.show_groups(())

    def show_groups(self, groups: Sequence[FailureGroup]) -> None:
        """Show these; the chosen one stays chosen."""
        empty = not groups
        self._none.setVisible(empty)
        self.listed.setHidden(empty)
        self.retry_button.setHidden(empty)
        if tuple(groups) == self._groups:
            return
        chosen = self._chosen()
        self._groups = tuple(groups)
        self.listed.clear()
        for group in groups:
            self.listed.addItem(QListWidgetItem(f"{len(group.job_ids)} × {group.sentence}"[:400]))
        keys = [group.key for group in groups]
        if keys:
            self.listed.setCurrentRow(keys.index(chosen.key) if chosen and chosen.key in keys else 0)

    def _chosen(self) -> FailureGroup | None:
        number = self.listed.currentRow()
        return self._groups[number] if 0 <= number < len(self._groups) else None

    def _on_row(self) -> None:
        group = self._chosen()
        self.retry_button.setEnabled(group is not None)
        if group is not None:
            self.retry_button.setText(f"Retry {plural(len(group.job_ids), 'restaurant')}")

    def _retry(self) -> None:
        group = self._chosen()
        if group is not None:
            self.retried.emit(group.job_ids)

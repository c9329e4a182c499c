"""Choosing one of the batches that wait for something, or all of them.

Owns: the list; filling it again is no choice of the person.
Never: loads.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

_LONGEST = 60


class BatchBox(QComboBox):
    """`chosen` carries the batch's id, "" for all."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Batch")
        self.setMinimumWidth(260)
        self.currentIndexChanged.connect(lambda _: self.chosen.emit(self.currentData() or ""))

    def show_batches(self, batches: Sequence[tuple[str, str]], current: str) -> None:
        """(id, name) of each, with `current` chosen."""
        wanted = [("", "All batches"), *((key, name[:_LONGEST]) for key, name in batches)]
        self.blockSignals(True)
        if [(self.itemData(n), self.itemText(n)) for n in range(self.count())] != wanted:
            self.clear()
            for key, name in wanted:
                self.addItem(name, key)
        self.setCurrentIndex(max(0, self.findData(current)))
        self.blockSignals(False)

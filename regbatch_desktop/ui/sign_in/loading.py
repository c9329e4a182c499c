"""What is being loaded of a large team before its workspace opens for the first time: how much of how much, and a way to stop.

Owns: its widgets; hidden while nothing is loaded.
Never: loads.
"""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from regbatch_desktop.ui.kit.buttons import button
from regbatch_desktop.ui.kit.plain_text import Label


class Loading(QFrame):
    """`show_rows` with each page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.words = Label("", wrap=True)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName("Rows loaded")
        self.stop_button = button("Stop", name="Stop loading", tip="What was loaded stays; the next time goes on from there")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        told = QVBoxLayout()
        told.addWidget(self.words)
        told.addWidget(self._bar)
        row.addLayout(told, 1)
        row.addWidget(self.stop_button)
        self.hide()

    def show_rows(self, here: int, total: int) -> None:
        """So many rows are here, of about so many."""
        self.words.setText(
            f"Loading your team's workspace to this machine, needed once: {here:,} of {total:,} rows. It then works without a network as well."
        )
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(here)
        self.show()

"""The foot of the selection pane: what can be done with the restaurant in front, and the keys for it.

Owns: its buttons, and which of them can be pressed.
Never: does what they say (pane.py).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from regbatch_desktop.ui.kit.plain_text import ElidedLabel, plain_tooltip
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.selection.presenter import SelectionRow

HINT = "1–9 choose · Enter confirms and goes on · N none of these · R search again · M by hand · Backspace takes back"


class Foot(QWidget):
    """`confirm`, `none`, `search`, `manual`, `back`: the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.confirm = button("Confirm", role="primary", tip="Enter")
        self.none = button("None of these", tip="N")
        self.search = button("Search again…", tip="R")
        self.manual = button("By hand…", tip="M")
        self.back = button("Take back", tip="Backspace: possible until Step 5 has been started")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(ElidedLabel(HINT, role="muted"))
        row = QHBoxLayout()
        row.addStretch()
        for each in (self.back, self.manual, self.search, self.none, self.confirm):
            row.addWidget(each)
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.addLayout(row)

    def follow(self, row: SelectionRow | None, *, has_choice: bool, away: str) -> None:
        """The restaurant in front; `away`: why its register cannot be searched now, or ""."""
        waits = row is not None and row.waits
        for each in (self.none, self.manual):
            each.setEnabled(waits)
        self.search.setEnabled(waits and not away)
        self.search.setToolTip(plain_tooltip(away) if away else "R")
        self.confirm.setEnabled(waits and has_choice)
        self.back.setEnabled(row is not None and row.goes_back)

"""What became of the decision that a row shows: mark, words, and what can still be done about it.

Owns: its widgets; hidden where nothing is on its way.
Never: takes anything back itself; it asks by signal.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QWidget

from regbatch_desktop.domain.fate import OPEN, Fate, FateState
from regbatch_desktop.services.fates import sentence, state_words
from regbatch_desktop.ui.kit.buttons import button
from regbatch_desktop.ui.kit.marks import Mark
from regbatch_desktop.ui.kit.plain_text import Label, narrow

NARROW_PX = 430


class FateStrip(QFrame):
    """`withdraw_wanted` carries the Fate, `look_wanted` its key."""

    withdraw_wanted = Signal(object)
    look_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.fate: Fate | None = None
        self._mark = Mark()
        self.words = narrow(Label("", wrap=True))
        self.withdraw_button = button("Take back", name="Take back what was not sent")
        self.look_button = button("Look at it…", name="Look at the decision that was not taken")
        told = QHBoxLayout()
        told.addWidget(self._mark)
        told.addWidget(self.words, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(8, 4, 6, 4)
        self._row.addLayout(told, 1)
        for each in (self.withdraw_button, self.look_button):
            self._row.addWidget(each, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.withdraw_button.clicked.connect(lambda: self.withdraw_wanted.emit(self.fate))
        self.look_button.clicked.connect(lambda: self.look_wanted.emit(self.fate.key if self.fate else ""))
        self.hide()

    def show_fate(self, fate: Fate | None, what: str = "") -> None:
        """Of the row in front; None hides it. `what`: the decision in the row's own words."""
        if fate == self.fate:
            return
        self.fate = fate
        self.setVisible(fate is not None)
        if fate is None:
            return
        self._mark.set_status(fate.state.value)
        # A row shows what is there now; of what was not taken that is somebody else's.
        mine = f"yours was {fate.words}" if fate.state in OPEN else what or fate.words
        words = f"{_capital(state_words(fate))}: {mine[:200]}. {sentence(fate)}"
        self.words.setText(words)
        self.setAccessibleName(words)
        self.withdraw_button.setVisible(fate.can_withdraw)
        self.look_button.setVisible(fate.state in OPEN)
        self.look_button.setText("Look at both…" if fate.state is FateState.CONFLICT else "Look at it…")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand below the words where there is no room beside them."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW_PX
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

"""What the window's frame is filled with after its first paint: navigation left, the panes' place, the status bar, the actions.

Owns: those widgets and how they look.
Never: decides which pane is shown (main_window.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from regbatch_desktop.ui.command_keys import SHORTCUTS
from regbatch_desktop.ui.kit.buttons import button
from regbatch_desktop.ui.kit.marks import Mark
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label, plain_tooltip

NAVIGATION = ("leads", "batches", "selection", "configuration", "outbox", "activity", "settings")


class Navigation(QWidget):
    """The column on the left. `chosen` carries the name of a pane."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(216)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 14, 8, 10)
        box.addWidget(Label("RegBatch", role="subtitle"))
        self._workspace = ElidedLabel("", role="muted")
        box.addWidget(self._workspace)
        box.addSpacing(10)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for name in NAVIGATION:
            made = button(SHORTCUTS[name][0], role="nav")
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._group.addButton(made)
            self._buttons[name] = made
            box.addWidget(made)
        box.addStretch()
        self.hide()

    def set_workspace(self, name: str) -> None:
        """What is open."""
        self._workspace.set_whole(name)

    def set_there(self, names: Collection[str]) -> None:
        """The panes that there are: a file's workspace has no outbox."""
        for name, made in self._buttons.items():
            made.setVisible(name in names)

    def light(self, name: str) -> bool:
        """Mark the pane in front; False when it has no button of its own."""
        made = self._buttons.get(name)
        if made is not None:
            made.setChecked(True)
        return made is not None

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Name → keys, shown as tooltips."""
        for name, made in self._buttons.items():
            made.setToolTip(keys[name])

    def set_waiting(self, name: str, number: int) -> None:
        """How much waits for the person in a pane."""
        words = SHORTCUTS[name][0]
        self._buttons[name].setText(f"{words} ({number})" if number else words)
        self._buttons[name].setAccessibleName(f"{words}, {number} wait" if number else words)


class OutboxLine(QPushButton):
    """How many decisions wait, with a mark, in the status bar; a click opens them."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "line")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._mark = Mark(parent=self)
        self.setAccessibleName("Outbox")
        self.hide()

    def show_words(self, words: str, mark: str, tip: str) -> None:
        """Nothing to say hides it."""
        self.setText(words)
        self.setAccessibleName(f"Outbox: {words}")
        self.setToolTip(plain_tooltip(tip))
        self._mark.set_status(mark)
        self.setVisible(bool(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self._mark.move(4, (self.height() - self._mark.height()) // 2)


class Interior:
    """Put into `window` when it is made."""

    def __init__(self, window: QMainWindow) -> None:
        self.navigation = Navigation()
        self.stack = QStackedWidget()
        # An empty page, so that there is one before the first pane.
        self.stack.addWidget(QWidget())
        central = QWidget()
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addWidget(self.stack, 1)
        window.setCentralWidget(central)
        self.state = ElidedLabel("")
        self.state.setMinimumWidth(200)
        window.statusBar().addWidget(self.state, 1)
        self.outbox = OutboxLine()
        window.statusBar().addPermanentWidget(self.outbox)
        self.aside = Label("", role="muted")
        window.statusBar().addPermanentWidget(self.aside)
        self.actions: dict[str, QAction] = {}
        for name, (words, _) in SHORTCUTS.items():
            action = QAction(words, window)
            window.addAction(action)
            self.actions[name] = action

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Put keys on the commands; the ones they come with where none are given."""
        for name, action in self.actions.items():
            action.setShortcut(QKeySequence(keys.get(name, SHORTCUTS[name][1])))
        self.navigation.set_keys({name: action.shortcut().toString() for name, action in self.actions.items()})

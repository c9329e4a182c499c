"""The command palette: every command by a few letters.

Owns: its list and the search.
Never: knows what a command does.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from regbatch_desktop.domain.names import folded


class CommandPalette(QDialog):
    """Enter runs the marked command; Escape closes."""

    def __init__(self, parent: QWidget, actions: Sequence[QAction]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Commands")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 360)
        self._actions = [action for action in actions if action.isEnabled()]
        self.search = QLineEdit(placeholderText="Type a command")
        self.search.setAccessibleName("Search commands")
        self.list = QListWidget()
        self.list.setAccessibleName("Commands")
        box = QVBoxLayout(self)
        box.addWidget(self.search)
        box.addWidget(self.list)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._run)
        self.list.itemActivated.connect(lambda _item: self._run())
        self.search.installEventFilter(self)
        self._filter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down move the mark while one types."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            step = -1 if event.key() == Qt.Key.Key_Up else 1
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
            return True
        return super().eventFilter(watched, event)

    def _filter(self) -> None:
        words = folded(self.search.text()).split()
        self.list.clear()
        for action in self._actions:
            text = action.text().replace("&", "")
            if all(word in folded(text) for word in words):
                keys = action.shortcut().toString()
                item = QListWidgetItem(f"{text}    {keys}" if keys else text)
                item.setData(Qt.ItemDataRole.UserRole, action)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        item = self.list.currentItem()
        self.close()
        if item is not None:
            item.data(Qt.ItemDataRole.UserRole).trigger()

"""The window: a frame that is painted at once, and the panes that are shown in it, one at a time.

Owns: which pane is shown, the window's place on the screen, how it is closed.
Never: imports a pane or what it is filled with (interior.py) before `furnish`: the frame is on the screen before anything is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Signal
from PySide6.QtWidgets import QMainWindow

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QCloseEvent
    from PySide6.QtWidgets import QWidget

    from regbatch_desktop.ui.interior import Interior
    from regbatch_desktop.ui.preferences import Preferences


class MainWindow(QMainWindow):
    """`close_wanted`: the person wants to leave; `command` carries the name of a command that is not a pane."""

    close_wanted = Signal()
    command = Signal(str)
    _interior: Interior

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self._may_close = False
        self.setWindowTitle("RegBatch")
        self.setMinimumSize(1000, 640)
        self.resize(1280, 800)
        self.panes: dict[str, QWidget] = {}
        geometry = preferences.get("window.geometry", "")
        if geometry:
            self.restoreGeometry(QByteArray.fromHex(geometry.encode()))

    def furnish(self) -> MainWindow:
        """Fill the frame; once, before anything is shown in it."""
        from regbatch_desktop.ui.interior import Interior

        self._interior = Interior(self)
        self._interior.navigation.chosen.connect(self.show_pane)
        self._interior.outbox.clicked.connect(lambda: self.show_pane("outbox"))
        for name, action in self.actions_by_name.items():
            action.triggered.connect(lambda _=False, name=name: self._run(name))
        self.set_shortcuts(self.preferences.get("shortcuts", {}))
        return self

    @property
    def actions_by_name(self) -> Mapping[str, QAction]:
        """Every command."""
        return self._interior.actions

    def _run(self, name: str) -> None:
        if name in self.panes:
            self.show_pane(name)
        else:
            self.command.emit(name)

    def set_shortcuts(self, keys: Mapping[str, str]) -> None:
        """Put keys on the commands."""
        self._interior.set_keys(keys)

    def house(self, pane: QWidget) -> None:
        """Put a pane into the window, where it is not to be seen yet."""
        self._interior.stack.addWidget(pane)
        margins = pane.layout()
        if margins is not None:
            margins.setContentsMargins(16, 12, 16, 10)

    @property
    def pane_size(self) -> QSize:
        """What a pane has of the window."""
        return self._interior.stack.size()

    def attach(self, panes: Mapping[str, QWidget], workspace: str) -> None:
        """The panes of a workspace; the navigation appears."""
        for name, pane in panes.items():
            self.panes[name] = pane
            if self._interior.stack.indexOf(pane) < 0:
                self.house(pane)
        self._interior.navigation.set_workspace(workspace)
        self._interior.navigation.set_there(panes)
        self._interior.navigation.setVisible("leads" in panes)

    def detach(self) -> None:
        """Take every pane away."""
        self._interior.navigation.hide()
        # Else the next one would come to the front by itself.
        self._interior.stack.setCurrentIndex(0)
        for pane in self.panes.values():
            self._interior.stack.removeWidget(pane)
            pane.deleteLater()
        self.panes.clear()

    def show_pane(self, name: str) -> None:
        """Bring one pane to the front."""
        pane = self.panes.get(name)
        if pane is None:
            return
        self._interior.stack.setCurrentWidget(pane)
        lit = "batches" if name == "batch" else name
        if self._interior.navigation.light(lit):
            # A disk that is busy must not hold up the look at a pane.
            self.preferences.put("window.pane", lit, later=True)

    @property
    def shown(self) -> str:
        """The name of the pane in front, or ""."""
        return next((name for name, pane in self.panes.items() if pane is self._interior.stack.currentWidget()), "")

    def say(self, text: str) -> None:
        """The left part of the status bar."""
        self._interior.state.set_whole(text)

    def say_aside(self, text: str) -> None:
        """The right part of the status bar."""
        self._interior.aside.setText(text)

    def say_outbox(self, words: str, mark: str, tip: str, number: int) -> None:
        """What waits to be sent or wants a look, in the status bar and the navigation; "" when nothing does."""
        self._interior.outbox.show_words(words, mark, tip)
        self._interior.navigation.set_waiting("outbox", number)

    def set_badges(self, selection: int, configuration: int) -> None:
        """How much waits for the person."""
        self._interior.navigation.set_waiting("selection", selection)
        self._interior.navigation.set_waiting("configuration", configuration)
        total = selection + configuration
        self.setWindowTitle(f"({total}) RegBatch" if total else "RegBatch")
        # Shown on the task bar or dock where the desktop has a place for it.
        from PySide6.QtGui import QGuiApplication

        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(total)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing waits for the calls under way; application.py closes for good."""
        self.preferences.put("window.geometry", bytes(self.saveGeometry().toHex().data()).decode())
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_wanted.emit()

    def close_for_good(self) -> None:
        """Nothing is left to wait for."""
        self._may_close = True
        self.preferences.flush()
        self.close()

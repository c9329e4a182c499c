"""The window: navigation left, one pane at a time, the status bar, the commands and their keys.

Owns: which pane is shown, the window's place on the screen.
Never: imports a pane; it must be painted before anything heavy is loaded (application.py brings them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMainWindow, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from regbatch_desktop.ui.kit.buttons import button
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.preferences import Preferences

# Name → (words, keys); the person can change the keys.
SHORTCUTS: Mapping[str, tuple[str, str]] = {
    "leads": ("Leads", "Ctrl+1"), "batches": ("Batches", "Ctrl+2"), "selection": ("Company selection", "Ctrl+3"),
    "configuration": ("Yolo configuration", "Ctrl+4"), "activity": ("Activity", "Ctrl+5"), "settings": ("Settings", "Ctrl+,"),
    "import": ("Import leads…", "Ctrl+I"), "palette": ("Commands…", "Ctrl+K"), "refresh": ("Refresh", "F5"),
    "close-workspace": ("Close the workspace", "Ctrl+W"), "quit": ("Quit", "Ctrl+Q"),
}  # fmt: skip
NAVIGATION = ("leads", "batches", "selection", "configuration", "activity", "settings")


class MainWindow(QMainWindow):
    """`close_wanted`: the person wants to leave; `command` carries the name of a command that is not a pane."""

    close_wanted = Signal()
    command = Signal(str)

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self._may_close = False
        self.setWindowTitle("RegBatch")
        self.setMinimumSize(1000, 640)
        self.resize(1280, 800)
        self.panes: dict[str, QWidget] = {}
        self._stack = QStackedWidget()
        self._first = Label("", role="muted")
        self._first.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self._first)
        self._sidebar = QWidget()
        self._sidebar.setObjectName("sidebar")
        self._sidebar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sidebar.setFixedWidth(216)
        box = QVBoxLayout(self._sidebar)
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
            made.clicked.connect(lambda _=False, name=name: self.show_pane(name))
            self._group.addButton(made)
            self._buttons[name] = made
            box.addWidget(made)
        box.addStretch()
        self._sidebar.hide()
        central = QWidget()
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._sidebar)
        row.addWidget(self._stack, 1)
        self.setCentralWidget(central)
        self._state = ElidedLabel("")
        self._state.setMinimumWidth(200)
        self.statusBar().addWidget(self._state, 1)
        self._aside = Label("", role="muted")
        self.statusBar().addPermanentWidget(self._aside)
        self.actions_by_name: dict[str, QAction] = {}
        for name, (words, _) in SHORTCUTS.items():
            action = QAction(words, self)
            action.triggered.connect(self._command(name))
            self.addAction(action)
            self.actions_by_name[name] = action
        self.set_shortcuts(preferences.get("shortcuts", {}))
        geometry = preferences.get("window.geometry", "")
        if geometry:
            self.restoreGeometry(QByteArray.fromHex(geometry.encode()))

    def _command(self, name: str) -> Callable[[], None]:
        def run() -> None:
            if name in self.panes:
                self.show_pane(name)
            else:
                self.command.emit(name)

        return run

    def set_shortcuts(self, keys: Mapping[str, str]) -> None:
        """Put keys on the commands."""
        for name, action in self.actions_by_name.items():
            action.setShortcut(QKeySequence(keys.get(name, SHORTCUTS[name][1])))
            if name in self._buttons:
                self._buttons[name].setToolTip(action.shortcut().toString())

    def attach(self, panes: Mapping[str, QWidget], workspace: str) -> None:
        """The panes of a workspace; the navigation appears."""
        for name, pane in panes.items():
            self.panes[name] = pane
            self._stack.addWidget(pane)
            margins = pane.layout()
            if margins is not None:
                margins.setContentsMargins(16, 12, 16, 10)
        self._workspace.set_whole(workspace)
        self._sidebar.setVisible("leads" in panes)

    def detach(self) -> None:
        """Take every pane away."""
        self._sidebar.hide()
        for pane in self.panes.values():
            self._stack.removeWidget(pane)
            pane.deleteLater()
        self.panes.clear()

    def show_pane(self, name: str) -> None:
        """Bring one pane to the front."""
        pane = self.panes.get(name)
        if pane is None:
            return
        self._stack.setCurrentWidget(pane)
        lit = "batches" if name == "batch" else name
        if lit in self._buttons:
            self._buttons[lit].setChecked(True)
            self.preferences.put("window.pane", lit)

    @property
    def shown(self) -> str:
        """The name of the pane in front, or ""."""
        return next((name for name, pane in self.panes.items() if pane is self._stack.currentWidget()), "")

    def say(self, text: str) -> None:
        """The left part of the status bar."""
        self._state.set_whole(text)

    def say_aside(self, text: str) -> None:
        """The right part of the status bar."""
        self._aside.setText(text)

    def set_badges(self, selection: int, configuration: int) -> None:
        """How much waits for the person."""
        for name, number in (("selection", selection), ("configuration", configuration)):
            words = SHORTCUTS[name][0]
            self._buttons[name].setText(f"{words} ({number})" if number else words)
            self._buttons[name].setAccessibleName(f"{words}, {number} wait" if number else words)
        total = selection + configuration
        self.setWindowTitle(f"({total}) RegBatch" if total else "RegBatch")
        # Shown on the task bar or dock where the desktop has a place for it.
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
        self.close()

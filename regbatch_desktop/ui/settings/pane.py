"""The settings pane: look, intervals, the workspace's services, keys, shortcuts.

Owns: its groups; what concerns the window alone is kept and counts at once.
Never: holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.desk import INTERVALS_S, Desk
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.theme import Look
from regbatch_desktop.ui.settings.keys import KeysGroup
from regbatch_desktop.ui.settings.services import ServicesGroup
from regbatch_desktop.ui.settings.shortcuts import ShortcutsGroup
from regbatch_desktop.ui.updates import UpdatesBox

LOOK_WORDS = {Look.SYSTEM: "As the system", Look.LIGHT: "Light", Look.DARK: "Dark"}
_INTERVAL_WORDS = {"busy": "While something runs", "idle": "While nothing runs", "list": "Long lists"}
_WIDEST = 860


class SettingsPane(QWidget):
    """`look_chosen`; `shortcuts_changed` (name → keys); `reopen_wanted`: close this workspace and open it again."""

    look_chosen = Signal(str)
    shortcuts_changed = Signal(object)
    reopen_wanted = Signal()

    def __init__(self, desk: Desk, shortcuts: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self._desk = desk
        inner = QWidget()
        inner.setMaximumWidth(_WIDEST)
        box = QVBoxLayout(inner)
        box.addWidget(Label("Settings", role="title"))
        box.addWidget(self._appearance())
        self.services = ServicesGroup(desk)
        self.services.reopen_wanted.connect(self.reopen_wanted)
        box.addWidget(self.services)
        self.keys = KeysGroup(desk)
        box.addWidget(self.keys)
        box.addWidget(self._intervals())
        self.shortcuts = ShortcutsGroup(desk.preferences, shortcuts)
        self.shortcuts.changed.connect(self.shortcuts_changed)
        box.addWidget(self.shortcuts)
        self.updates = UpdatesBox(desk)
        box.addWidget(self.updates)
        box.addStretch()
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setAccessibleName("Settings")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def on_change(self, _change: Change) -> None:
        """Nothing here follows commits."""

    def _appearance(self) -> QGroupBox:
        group = QGroupBox("Appearance")
        form = QFormLayout(group)
        self.look = QComboBox()
        self.look.setAccessibleName("Look")
        for look, words in LOOK_WORDS.items():
            self.look.addItem(words, look.value)
        self.look.setCurrentIndex(max(0, self.look.findData(self._desk.preferences.get("look", Look.SYSTEM.value))))
        self.look.currentIndexChanged.connect(lambda _: self.look_chosen.emit(self.look.currentData()))
        form.addRow("Look", self.look)
        self.notify = QCheckBox("Tell me on the desktop when I am needed or a batch ends")
        self.notify.setChecked(bool(self._desk.preferences.get("notify", True)))
        self.notify.toggled.connect(lambda on: self._desk.preferences.put("notify", on))
        form.addRow("Notifications", self.notify)
        return group

    def _intervals(self) -> QGroupBox:
        group = QGroupBox("Look again by itself, every")
        form = QFormLayout(group)
        form.addRow(Label("What changes here shows at once; this is for what others change.", role="muted", wrap=True))
        for name, words in _INTERVAL_WORDS.items():
            box = QSpinBox()
            box.setRange(1, 600)
            box.setSuffix(" s")
            box.setValue(round(self._desk.preferences.get(f"interval.{name}", INTERVALS_S[name])))
            box.setAccessibleName(f"{words}, seconds")
            box.valueChanged.connect(lambda value, name=name: self._desk.preferences.put(f"interval.{name}", float(value)))
            form.addRow(words, box)
        return group

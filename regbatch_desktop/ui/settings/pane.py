"""The settings pane: look, intervals, shortcuts, and what this workspace is connected to.

Owns: its widgets; every change is kept at once.
Never: holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QKeySequenceEdit, QScrollArea, QVBoxLayout, QWidget

from regbatch_desktop import __version__
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.states import Notice, button
from regbatch_desktop.ui.kit.theme import Look

LOOK_WORDS = {Look.SYSTEM: "As the system", Look.LIGHT: "Light", Look.DARK: "Dark"}


class SettingsPane(QWidget):
    """`look_chosen`; `shortcuts_changed` (name → keys)."""

    look_chosen = Signal(str)
    shortcuts_changed = Signal(object)

    def __init__(self, desk: Desk, shortcuts: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self._desk = desk
        self._defaults = shortcuts
        self.notice = Notice()
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.addWidget(Label("Settings", role="title"))
        box.addWidget(self.notice)
        group = QGroupBox("Appearance")
        form = QFormLayout(group)
        self.look = QComboBox()
        self.look.setAccessibleName("Look")
        for look, words in LOOK_WORDS.items():
            self.look.addItem(words, look.value)
        self.look.setCurrentIndex(max(0, self.look.findData(desk.preferences.get("look", Look.SYSTEM.value))))
        self.look.currentIndexChanged.connect(lambda _: self.look_chosen.emit(self.look.currentData()))
        form.addRow("Look", self.look)
        self.notify = QCheckBox("Tell me on the desktop when I am needed or a batch ends")
        self.notify.setChecked(bool(desk.preferences.get("notify", True)))
        self.notify.toggled.connect(lambda on: desk.preferences.put("notify", on))
        form.addRow("Notifications", self.notify)
        box.addWidget(group)
        group = QGroupBox("This workspace")
        form = QFormLayout(group)
        form.addRow("File", Label(str(desk.path), wrap=True))
        words = "practice services on this machine; nothing real is touched" if desk.is_practice else "the platform"
        form.addRow("Connected to", Label(words, wrap=True))
        limits = desk.doors.limits
        form.addRow("Between two accounts", Label(f"at least {limits.account_spacing_s:g} s"))
        form.addRow("Calls at once per service", Label(str(limits.max_in_flight)))
        form.addRow("Tries for a passing problem", Label(str(limits.max_retries + 1)))
        form.addRow("Version", Label(__version__))
        box.addWidget(group)
        group = QGroupBox("Shortcuts")
        form = QFormLayout(group)
        self._edits: dict[str, QKeySequenceEdit] = {}
        kept = desk.preferences.get("shortcuts", {})
        for name, (words, keys) in shortcuts.items():
            edit = QKeySequenceEdit(QKeySequence(kept.get(name, keys)))
            edit.setAccessibleName(words)
            edit.editingFinished.connect(lambda name=name: self._on_edited(name))
            self._edits[name] = edit
            form.addRow(words, edit)
        back = button("Back to the usual shortcuts")
        back.clicked.connect(self._on_defaults)
        form.addRow("", back)
        box.addWidget(group)
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

    def keys(self) -> dict[str, str]:
        """Name → keys as they are set."""
        return {name: edit.keySequence().toString() for name, edit in self._edits.items()}

    def _on_edited(self, name: str) -> None:
        keys = self.keys()
        clash = next((other for other, value in keys.items() if other != name and value and value == keys[name]), None)
        if clash is not None:
            taken = self._defaults[clash][0]
            self.notice.say(f"{keys[name]} is taken by “{taken}”; nothing was changed.")
            kept = self._desk.preferences.get("shortcuts", {})
            self._edits[name].setKeySequence(QKeySequence(kept.get(name, self._defaults[name][1])))
            return
        self._desk.preferences.put("shortcuts", keys)
        self.shortcuts_changed.emit(keys)

    def _on_defaults(self) -> None:
        for name, (_, keys) in self._defaults.items():
            self._edits[name].setKeySequence(QKeySequence(keys))
        self._desk.preferences.put("shortcuts", {})
        self.shortcuts_changed.emit(self.keys())

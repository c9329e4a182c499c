"""The keys of the commands; two commands never share one.

Owns: its fields.
Never: puts keys on a command; `changed` says which.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFormLayout, QGroupBox, QKeySequenceEdit

from regbatch_desktop.ui.kit.states import Notice, button
from regbatch_desktop.ui.preferences import Preferences


class ShortcutsGroup(QGroupBox):
    """`changed` carries name → keys."""

    changed = Signal(object)

    def __init__(self, preferences: Preferences, shortcuts: Mapping[str, tuple[str, str]]) -> None:
        super().__init__("Shortcuts")
        self._preferences = preferences
        self._defaults = shortcuts
        self.notice = Notice()
        form = QFormLayout(self)
        form.addRow(self.notice)
        self.edits: dict[str, QKeySequenceEdit] = {}
        kept = preferences.get("shortcuts", {})
        for name, (words, keys) in shortcuts.items():
            edit = QKeySequenceEdit(QKeySequence(kept.get(name, keys)))
            edit.setAccessibleName(words)
            edit.editingFinished.connect(lambda name=name: self._on_edited(name))
            self.edits[name] = edit
            form.addRow(words, edit)
        back = button("Back to the usual shortcuts")
        back.clicked.connect(self._on_defaults)
        form.addRow("", back)

    def keys(self) -> dict[str, str]:
        """Name → keys as they are set."""
        return {name: edit.keySequence().toString() for name, edit in self.edits.items()}

    def _on_edited(self, name: str) -> None:
        keys = self.keys()
        clash = next((other for other, value in keys.items() if other != name and value and value == keys[name]), None)
        if clash is not None:
            taken = self._defaults[clash][0]
            self.notice.say(f"{keys[name]} is taken by “{taken}”; nothing was changed.")
            kept = self._preferences.get("shortcuts", {})
            self.edits[name].setKeySequence(QKeySequence(kept.get(name, self._defaults[name][1])))
            return
        self._preferences.put("shortcuts", keys)
        self.changed.emit(keys)

    def _on_defaults(self) -> None:
        for name, (_, keys) in self._defaults.items():
            self.edits[name].setKeySequence(QKeySequence(keys))
        self._preferences.put("shortcuts", {})
        self.changed.emit(self.keys())

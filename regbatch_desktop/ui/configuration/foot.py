"""The foot of the configuration pane.

Owns: its buttons, and which of them can be pressed.
Never: does what they say (pane.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from regbatch_desktop.ui.configuration.drafts import Draft
from regbatch_desktop.ui.kit.states import button


class Foot(QWidget):
    """`copy`, `template`, `reset`, `save`, `only`, `start`: the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.copy = button("Copy to…")
        self.template = button("Templates")
        self.reset = button("Back to proposed")
        self.save = button("Save", tip="Ctrl+S")
        self.only = button("Start only this")
        self.start = button("Start all that are ready", role="primary", tip="Ctrl+Enter")
        for each in (self.save, self.only, self.start, self.reset):
            each.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (self.copy, self.template, self.reset):
            row.addWidget(each)
        row.addStretch()
        for each in (self.save, self.only, self.start):
            row.addWidget(each)

    def follow(self, draft: Draft | None) -> None:
        """The draft in front; None: there is nothing to type."""
        for each in (self.copy, self.template):
            each.setEnabled(draft is not None)
        unsaved = draft is not None and (draft.is_dirty or draft.kept is None)
        self.save.setEnabled(unsaved)
        self.save.setText("Save" if unsaved or draft is None else "Saved")
        self.only.setEnabled(draft is not None and not draft.problems)
        self.reset.setEnabled(draft is not None and draft.current != draft.proposed)

    def count_ready(self, ready: int) -> None:
        """How many can start."""
        self.start.setText(f"Start all that are ready ({ready})")
        self.start.setEnabled(ready > 0)

    def show_templates(self, templates: Mapping[str, Any], use: Callable[[Any], None], keep: Callable[[], None]) -> None:
        """A menu of what is kept, below its button."""
        menu = QMenu(self)
        for name, values in sorted(templates.items()):
            menu.addAction(f"Use “{name[:60]}”").triggered.connect(lambda _=False, values=values: use(values))
        if templates:
            menu.addSeparator()
        menu.addAction("Keep these settings as a template…").triggered.connect(keep)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.template.mapToGlobal(self.template.rect().bottomLeft()))

"""The form: one editor per field, the problem under it, the proposal's reason in its tooltip.

Owns: its editors; a field that has the focus is never written over.
Never: decides what is valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QGroupBox, QScrollArea, QVBoxLayout, QWidget

from regbatch_desktop.ui.configuration.drafts import Draft
from regbatch_desktop.ui.configuration.editor import FieldEditor
from regbatch_desktop.ui.configuration.form_fields import FIELDS, SECTION_WORDS, FormField
from regbatch_desktop.ui.kit.plain_text import Label, plain_tooltip

PROPOSED = "proposed"
WIDE_PX = 520


class ConfigurationForm(QScrollArea):
    """`edited` (path, value)."""

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Configuration of this restaurant")
        self._inner = inner = QWidget()
        self._box = QVBoxLayout(inner)
        self.editors: dict[str, FieldEditor] = {}
        self._problems: dict[str, Label] = {}
        self._origins: dict[str, Label] = {}
        self._is_wide = True
        for section, words in SECTION_WORDS.items():
            group = QGroupBox(words)
            grid = QGridLayout(group)
            grid.setVerticalSpacing(4)
            grid.setColumnMinimumWidth(0, 120)
            grid.setColumnStretch(1, 1)
            at = 0
            for field in (field for field in FIELDS if field.section == section):
                at = self._add(grid, at, field)
            self._box.addWidget(group)
        self._box.addStretch()
        self.setWidget(inner)
        inner.setEnabled(False)

    def _add(self, grid: QGridLayout, at: int, field: FormField) -> int:
        editor, problem, origin = FieldEditor(field), Label("", role="error", wrap=True), Label("", role="muted")
        editor.edited.connect(lambda value, path=field.path: self.edited.emit(path, value))
        editor.setToolTip(plain_tooltip(f"Proposed: {field.why}"))
        label = Label(field.label)
        label.setWordWrap(True)
        grid.addWidget(label, at, 0)
        grid.addWidget(editor, at, 1)
        grid.addWidget(origin, at, 2)
        grid.addWidget(problem, at + 1, 1, 1, 2)
        problem.hide()
        self.editors[field.path], self._problems[field.path], self._origins[field.path] = editor, problem, origin
        return at + 2

    def show_draft(self, draft: Draft | None) -> None:
        """Fill every field that is not being typed in."""
        self._inner.setEnabled(draft is not None)
        if draft is None:
            return
        problems = {problem.field: problem.sentence for problem in draft.problems}
        for path, editor in self.editors.items():
            value = _at(draft.current, path)
            editor.show_value(value)
            editor.show_problem(problems.get(path, ""))
            self._problems[path].setText(problems.get(path, ""))
            self._problems[path].setVisible(path in problems)
            own = value == _at(draft.proposed, path)
            self._origins[path].setText(PROPOSED if own else "changed")
            self._origins[path].setVisible(self._is_wide or not own)
            self._origins[path].setToolTip(plain_tooltip(f"Proposed: {editor.field.why}"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window only what was changed is marked."""
        super().resizeEvent(event)
        self._is_wide = self.viewport().width() >= WIDE_PX
        for origin in self._origins.values():
            origin.setVisible(self._is_wide or origin.text() != PROPOSED)

    def show_pictures(self, pictures: Mapping[str, bytes | str]) -> None:
        """The pictures of the restaurant that is shown, by source."""
        for editor in self.editors.values():
            editor.show_pictures(pictures)

    def commit_typing(self) -> None:
        """A shortcut does not take the focus out of the line that is being typed in."""
        for editor in self.editors.values():
            editor.commit_typing()


def _at(configuration: object, path: str) -> Any:
    section, name = path.split(".")
    return getattr(getattr(configuration, section), name)

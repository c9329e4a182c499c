"""The form: one editor per field, the problem under it, the proposal's reason in its tooltip.

Owns: its editors; a field that has the focus is never written over.
Never: decides what is valid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from regbatch_desktop.domain.configuration.schema import ALLOWED
from regbatch_desktop.domain.opening_hours import OpeningHours
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ui.configuration.form_fields import FIELDS, SECTION_WORDS, FormField
from regbatch_desktop.ui.configuration.hours_dialog import HoursDialog, hours_words
from regbatch_desktop.ui.configuration.presenter import Draft
from regbatch_desktop.ui.kit.plain_text import Label, plain_tooltip
from regbatch_desktop.ui.kit.states import button


class _Editor(QWidget):
    """One field's widgets. `edited` carries the new value."""

    edited = Signal(object)

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self.field = field
        self._value: Any = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.line: QLineEdit | None = None
        self.choice: QComboBox | None = None
        self.flag: QCheckBox | None = None
        self.push: QPushButton | None = None
        match field.kind:
            case "flag":
                self.flag = QCheckBox()
                self.flag.setAccessibleName(field.label)
                self.flag.clicked.connect(lambda on: self.edited.emit(on))
                row.addWidget(self.flag)
                row.addStretch()
            case "choice" | "menu":
                self.choice = QComboBox()
                self.choice.setAccessibleName(field.label)
                self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                self.choice.setMinimumContentsLength(10)
                for value in ALLOWED.get(field.path, ()):
                    self.choice.addItem(value.replace("_", " ") or "none", value)
                self.choice.activated.connect(lambda _: self.edited.emit(self.choice.currentData() if self.choice else ""))
                row.addWidget(self.choice, 1)
            case "hours":
                self.push = button("", name=field.label)
                self.push.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                self.push.clicked.connect(self._on_hours)
                row.addWidget(self.push, 1)
            case _:
                self.line = QLineEdit()
                self.line.setAccessibleName(field.label)
                self.line.setMaxLength(500)
                self.line.editingFinished.connect(self._on_line)
                row.addWidget(self.line, 1)
                if field.kind == "colour":
                    self.push = button("", name=f"Choose {field.label}")
                    self.push.setFixedWidth(34)
                    self.push.clicked.connect(self._on_colour)
                    row.addWidget(self.push)
                if field.kind == "password":
                    self.line.setEchoMode(QLineEdit.EchoMode.Password)
                    self.push = button("Show", name=f"Show {field.label}")
                    self.push.setCheckable(True)
                    self.push.toggled.connect(self._on_reveal)
                    row.addWidget(self.push)

    def show_value(self, value: Any) -> None:
        """Fill, unless the person is typing here."""
        self._value = value
        if self.flag is not None:
            self.flag.setChecked(bool(value))
        elif self.choice is not None:
            if self.choice.findData(value) < 0:
                self.choice.addItem(str(value) or "no menu", value)
            self.choice.setCurrentIndex(self.choice.findData(value))
        elif self.field.kind == "hours":
            if self.push is not None:
                words = hours_words(value)
                self.push.setText(words if len(words) < 44 else words[:42] + "…")
                self.push.setToolTip(plain_tooltip(words))
        elif self.line is not None and not (self.line.hasFocus() and self.line.isModified()):
            self.line.setText(self._text(value))
            if self.push is not None and self.field.kind == "colour":
                shown = value if QColor(value or "").isValid() else "transparent"
                self.push.setStyleSheet(f"background: {shown};")

    def show_menus(self, menus: Sequence[tuple[str, str]]) -> None:
        """The menus to choose from, and none."""
        if self.choice is None:
            return
        self.choice.clear()
        self.choice.addItem("no menu", "")
        for key, words in menus:
            self.choice.addItem(words[:80], key)
        self.show_value(self._value)

    def show_problem(self, problem: str) -> None:
        """Mark the editor."""
        if self.line is not None:
            self.line.setProperty("invalid", bool(problem))
            self.line.style().unpolish(self.line)
            self.line.style().polish(self.line)

    @staticmethod
    def _text(value: Any) -> str:
        if isinstance(value, Secret):
            return value.reveal()
        if isinstance(value, tuple | list):
            return ", ".join(value)
        return str(value or "")

    def _on_line(self) -> None:
        if self.line is not None and self.line.text() != self._text(self._value):
            self.line.setModified(False)
            self.edited.emit(self.line.text().strip())

    def _on_reveal(self, shown: bool) -> None:
        if self.line is not None and self.push is not None:
            self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
            self.push.setText("Hide" if shown else "Show")

    def _on_colour(self) -> None:
        dialog = QColorDialog(QColor(self._value or "#000000"), self)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.colorSelected.connect(lambda colour: self.edited.emit(colour.name().upper()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_hours(self) -> None:
        dialog = HoursDialog(self, self._value if isinstance(self._value, OpeningHours) else None)
        dialog.accepted.connect(lambda: self.edited.emit(dialog.text or None))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class ConfigurationForm(QScrollArea):
    """`edited` (path, value)."""

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Configuration of this restaurant")
        self._inner = inner = QWidget()
        self._box = QVBoxLayout(inner)
        self.editors: dict[str, _Editor] = {}
        self._problems: dict[str, Label] = {}
        self._origins: dict[str, Label] = {}
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
        editor, problem, origin = _Editor(field), Label("", role="error", wrap=True), Label("", role="muted")
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
            self._origins[path].setText("" if own else "changed")
            self._origins[path].setToolTip("" if own else plain_tooltip(f"Proposed: {editor.field.why}"))


def _at(configuration: object, path: str) -> Any:
    section, name = path.split(".")
    return getattr(getattr(configuration, section), name)

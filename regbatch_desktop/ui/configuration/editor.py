"""One field of the form: its widgets, its value, and what the person does with it.

Owns: what is being typed; it is never written over.
Never: decides what is valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QColorDialog, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from regbatch_desktop.domain.configuration.schema import ALLOWED
from regbatch_desktop.domain.opening_hours import OpeningHours
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ui.configuration.form_fields import FormField, choice_words
from regbatch_desktop.ui.configuration.hours_dialog import HoursDialog, hours_words
from regbatch_desktop.ui.configuration.picture_preview import PicturePreview
from regbatch_desktop.ui.kit.plain_text import plain_tooltip
from regbatch_desktop.ui.kit.states import button


class FieldEditor(QWidget):
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
        self.preview: PicturePreview | None = None
        match field.kind:
            case "flag":
                self.flag = QCheckBox()
                self.flag.setAccessibleName(field.label)
                self.flag.clicked.connect(lambda on: self.edited.emit(on))
                row.addWidget(self.flag)
                row.addStretch()
            case "choice" | "picture" | "menu":
                self.choice = QComboBox()
                self.choice.setAccessibleName(field.label)
                self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                self.choice.setMinimumContentsLength(6)
                for value in ALLOWED.get(field.path, ()):
                    self.choice.addItem(choice_words(value), value)
                self.choice.activated.connect(lambda _: self.edited.emit(self.choice.currentData() if self.choice else ""))
                row.addWidget(self.choice, 1)
                if field.kind == "picture":
                    self.preview = PicturePreview(field.label)
                    row.addWidget(self.preview)
            case "hours":
                self.push = button("", name=field.label)
                self.push.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                self.push.setStyleSheet("text-align: left;")
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
            if self.preview is not None:
                self.preview.show_source(str(value or ""))
        elif self.field.kind == "hours":
            if self.push is not None:
                words = hours_words(value)
                self.push.setText(words if len(words) < 44 else words[:42] + "…")
                self.push.setToolTip(plain_tooltip(words))
        elif self.line is not None and not (self.line.hasFocus() and self.line.isModified()):
            self.line.setText(self._text(value))
            self.line.setCursorPosition(0)
            if self.push is not None and self.field.kind == "colour":
                sheet = f"background: {value if QColor(value or '').isValid() else 'transparent'};"
                if self.push.styleSheet() != sheet:
                    self.push.setStyleSheet(sheet)

    def show_menus(self, menus: Sequence[tuple[str, str]]) -> None:
        """The menus to choose from, and none."""
        if self.choice is None:
            return
        self.choice.clear()
        self.choice.addItem("no menu", "")
        for key, words in menus:
            self.choice.addItem(words[:80], key)
        self.show_value(self._value)

    def show_pictures(self, pictures: Mapping[str, bytes | str]) -> None:
        """What each source looks like, or why that is not known; a source without a picture says so."""
        if self.choice is None or self.preview is None:
            return
        for number in range(self.choice.count()):
            source = str(self.choice.itemData(number) or "")
            missing = bool(source) and source not in pictures
            self.choice.setItemText(number, choice_words(source) + (" (not extracted)" if missing else ""))
        self.preview.show_pictures(pictures)

    def commit_typing(self) -> None:
        """What stands in a line with the focus counts as typed, as if the person had left it."""
        if self.line is not None and self.line.isModified():
            self._on_line()

    def show_problem(self, problem: str) -> None:
        """Mark the editor."""
        # Styling a line again costs, and a form has forty.
        if self.line is not None and bool(self.line.property("invalid")) != bool(problem):
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

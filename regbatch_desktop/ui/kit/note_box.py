"""A note on a restaurant: what is kept, who wrote it, and a place to change it.

Owns: what was typed and not kept yet, for each restaurant that was in front.
Never: keeps a note itself; it asks by signal.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.errors import InputError
from regbatch_desktop.domain.fate import Fate
from regbatch_desktop.domain.note import NO_NOTE, Note, in_words, note_text
from regbatch_desktop.services.notes import signed
from regbatch_desktop.ui.kit.buttons import button
from regbatch_desktop.ui.kit.fate_strip import FateStrip
from regbatch_desktop.ui.kit.plain_text import Label, narrow

_LINES = 3


@dataclass
class _Draft:
    """Typed on top of the note `seen`; `sent`: what was last asked to be kept."""

    text: str
    seen: str
    sent: str | None = None


class NoteBox(QWidget):
    """`save_wanted` carries the key that the note was shown under, the text, and the note that it was typed over."""

    save_wanted = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key, self._note = "", NO_NOTE
        self._drafts: dict[str, _Draft] = {}
        self.edit = QPlainTextEdit(placeholderText="A note for whoever decides next")
        self.edit.setAccessibleName("Note on this restaurant")
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * _LINES + 14)
        self.edit.textChanged.connect(self._on_typed)
        self.told = narrow(Label("", role="muted", wrap=True))
        self.keep_button = button("Keep the note", tip="Ctrl+Enter while you write")
        self.drop_button = button("Drop my changes", name="Drop what I typed into the note")
        self.keep_button.clicked.connect(self._on_keep)
        self.drop_button.clicked.connect(self._on_drop)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self.edit, self._on_keep, context=Qt.ShortcutContext.WidgetShortcut)
        self.fate = FateStrip()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        box.addWidget(Label("Note", role="muted"))
        box.addWidget(self.edit)
        box.addWidget(self.told)
        buttons = QHBoxLayout()
        buttons.addWidget(self.keep_button)
        buttons.addWidget(self.drop_button)
        buttons.addStretch()
        box.addLayout(buttons)
        box.addWidget(self.fate)
        self._tell()

    def show_note(self, key: str, note: Note, fate: Fate | None) -> None:
        """Of the restaurant in front, as it is kept now. What was typed and not kept stays, whatever is kept meanwhile."""
        self.fate.show_fate(fate)
        if (key, note) == (self._key, self._note):
            return
        self._key, self._note = key, note
        draft = self._drafts.get(key)
        if draft is not None and _is_kept(draft.text, note):
            del self._drafts[key]
            draft = None
        elif draft is not None and note.text == draft.sent:
            # Kept, and typed on since.
            draft.seen = note.text
        self._fill(note.text if draft is None else draft.text)
        self._tell()

    def unsaved(self) -> int:
        """How many notes were typed and not kept."""
        return len(self._drafts)

    @property
    def is_dirty(self) -> bool:
        """Something was typed here and is not kept."""
        return self._key in self._drafts

    def _fill(self, text: str) -> None:
        if text != self.edit.toPlainText():
            self.edit.blockSignals(True)
            self.edit.setPlainText(text)
            self.edit.moveCursor(QTextCursor.MoveOperation.End)
            self.edit.blockSignals(False)

    def _on_typed(self) -> None:
        text = self.edit.toPlainText()
        if _is_kept(text, self._note):
            self._drafts.pop(self._key, None)
        elif self._key in self._drafts:
            self._drafts[self._key].text = text
        else:
            self._drafts[self._key] = _Draft(text, self._note.text)
        self._tell()

    def _on_keep(self) -> None:
        draft = self._drafts.get(self._key)
        if draft is None or not self.keep_button.isEnabled():
            return
        # What somebody wrote meanwhile stands under the box: it was seen.
        draft.sent = note_text(draft.text)
        self.save_wanted.emit(self._key, draft.text, self._note.text)

    def _on_drop(self) -> None:
        self._drafts.pop(self._key, None)
        self._fill(self._note.text)
        self._tell()

    def _tell(self) -> None:
        draft, problem = self._drafts.get(self._key), ""
        words = signed(self._note)
        if draft is not None:
            words = "Not kept yet."
            if draft.seen != self._note.text:
                words = f"Changed meanwhile by {signed(self._note)}: {in_words(self._note.text)}. Keeping yours replaces it."
            try:
                note_text(draft.text)
            except InputError as error:
                words = problem = error.sentence
        self.told.setText(words)
        self.told.setVisible(bool(words))
        self.keep_button.setVisible(draft is not None)
        self.keep_button.setEnabled(not problem)
        self.drop_button.setVisible(draft is not None)


def _is_kept(typed: str, note: Note) -> bool:
    """Keeping what was typed would change nothing."""
    try:
        return note_text(typed) == note.text
    except InputError:
        return False

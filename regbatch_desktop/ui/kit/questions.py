"""Asking the person: dialogs that are opened, never executed, so that everything else goes on.

Owns: the one way to put a question; bulk actions list exactly what they touch.
Never: uses exec(), which stops every other coroutine (ecosystem §0.2).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLineEdit, QListWidget, QVBoxLayout, QWidget

from regbatch_desktop.ui.kit.plain_text import Label


async def answered(dialog: QDialog) -> bool:
    """Open it and wait for its end; True when accepted."""
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finished(result: int) -> None:
        if not future.done():
            future.set_result(result)

    dialog.finished.connect(finished)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    try:
        return await future == QDialog.DialogCode.Accepted.value
    finally:
        # A workspace that closes takes its panes away with the dialogs on them.
        with contextlib.suppress(RuntimeError):
            dialog.deleteLater()


class Question(QDialog):
    """A title, a sentence, the rows that it is about, and two buttons."""

    def __init__(
        self, parent: QWidget, title: str, text: str, *, rows: Sequence[str] = (), yes: str = "OK", no: str = "Cancel"
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        box = QVBoxLayout(self)
        box.addWidget(Label(title, role="subtitle", wrap=True))
        box.addWidget(Label(text, wrap=True))
        if rows:
            listed = QListWidget()
            listed.setAccessibleName("What this touches")
            listed.addItems([row[:300] for row in rows])
            listed.setMinimumHeight(min(300, 26 * len(rows) + 20))
            listed.setWordWrap(True)
            listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setMinimumWidth(640)
            box.addWidget(listed)
        self.buttons = buttons = QDialogButtonBox()
        accept = buttons.addButton(yes, QDialogButtonBox.ButtonRole.AcceptRole)
        accept.setProperty("role", "primary")
        if no:
            buttons.addButton(no, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)


async def ask(parent: QWidget, title: str, text: str, *, rows: Sequence[str] = (), yes: str = "OK", no: str = "Cancel") -> bool:
    """True for yes."""
    return await answered(Question(parent, title, text, rows=rows, yes=yes, no=no))


async def ask_which(parent: QWidget, title: str, text: str, *, choices: Sequence[str], no: str, rows: Sequence[str] = ()) -> str:
    """One of several ways to go on, or "" for none of them."""
    dialog = Question(parent, title, text, rows=rows, yes=choices[0], no=no)
    chosen = [choices[0]]

    def take(words: str) -> None:
        chosen[0] = words
        dialog.accept()

    for words in choices[1:]:
        made = dialog.buttons.addButton(words, QDialogButtonBox.ButtonRole.ActionRole)
        made.clicked.connect(lambda _=False, words=words: take(words))
    return chosen[0] if await answered(dialog) else ""


async def ask_text(parent: QWidget, title: str, text: str, value: str = "") -> str | None:
    """A line of text, or None."""
    dialog = Question(parent, title, text)
    line = QLineEdit(value)
    line.setAccessibleName(title)
    line.setMaxLength(200)
    line.selectAll()
    layout = dialog.layout()
    assert isinstance(layout, QVBoxLayout)  # noqa: S101 - Question makes it
    layout.insertWidget(2, line)
    line.setFocus()
    return line.text() if await answered(dialog) else None


async def ask_file(parent: QWidget, title: str, *, filters: str, save: str = "") -> str:
    """A path, or "". With `save` a name is proposed for a new file."""
    dialog = QFileDialog(parent, title)
    dialog.setNameFilter(filters)
    if save:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(save)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    chosen: list[str] = []
    dialog.fileSelected.connect(chosen.append)
    return chosen[0] if await answered(dialog) and chosen else ""

"""The four states of every pane: loading, content, empty with the next action, failed with Retry; and the notice strip.

Owns: which of them is shown.
Never: throws old content away for an error; the strip above it says how old it is.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QStackedLayout, QVBoxLayout, QWidget

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.ui.kit.buttons import button as button
from regbatch_desktop.ui.kit.plain_text import Label


class Notice(QFrame):
    """A strip that says what happened, where it happened. Hidden while there is nothing to say."""

    retried = Signal()
    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self._text = Label(wrap=True)
        self._retry = button("Retry")
        self._undo = button("Undo")
        self._close = button("Dismiss")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.addWidget(self._text, 1)
        row.addWidget(self._undo)
        row.addWidget(self._retry)
        row.addWidget(self._close)
        self._retry.clicked.connect(self.retried)
        self._undo.clicked.connect(self.undone)
        self._close.clicked.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def say(self, text: str, *, undo: bool = False) -> None:
        """Something that went well, or a fact."""
        self._show(text, retry=False, undo=undo)

    def fail(self, error: object) -> None:
        """An error in words; Retry when it helps."""
        if isinstance(error, RegBatchError):
            self._show(error.sentence, retry=error.retry_helps, undo=False)
        else:
            self._show("Something went wrong; the log has the details.", retry=True, undo=False)

    def _show(self, text: str, *, retry: bool, undo: bool) -> None:
        self._text.setText(text[:600])
        self.setAccessibleName(text[:600])
        self._retry.setVisible(retry)
        self._undo.setVisible(undo)
        self.show()


class States(QWidget):
    """Wraps a pane's content."""

    retried = Signal()
    acted = Signal()

    def __init__(
        self, content: QWidget, *, empty_title: str, empty_text: str, action: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.notice = Notice()
        self.notice.retried.connect(self.retried)
        self._loaded_at: datetime | None = None
        self._stale = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.notice)
        self._stack = QStackedLayout()
        box.addLayout(self._stack, 1)
        self._content = content
        loading = QWidget()
        inner = QVBoxLayout(loading)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(220)
        bar.setAccessibleName("Loading")
        inner.addStretch()
        inner.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(Label("Loading…", role="muted"), 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch()
        self._title = Label(empty_title, role="subtitle")
        self._text = Label(empty_text, role="muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setMinimumWidth(360)
        empty = QWidget()
        inner = QVBoxLayout(empty)
        inner.addStretch()
        inner.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        if action:
            act = button(action, role="primary")
            act.clicked.connect(self.acted)
            inner.addWidget(act, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch()
        failed = QWidget()
        inner = QVBoxLayout(failed)
        self._problem = Label(role="error", wrap=True)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        again = button("Retry", role="primary")
        again.clicked.connect(self.retried)
        inner.addStretch()
        inner.addWidget(self._problem)
        inner.addWidget(again, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch()
        for each in (loading, content, empty, failed):
            self._stack.addWidget(each)

    @property
    def state(self) -> str:
        """loading, content, empty or failed."""
        return ("loading", "content", "empty", "failed")[self._stack.currentIndex()]

    def show_content(self) -> None:
        """There is something to show."""
        self._on_loaded()
        self._stack.setCurrentIndex(1)

    def show_empty(self, title: str = "", text: str = "") -> None:
        """There is nothing, and this is what to do next."""
        self._on_loaded()
        if title:
            self._title.setText(title)
            self._text.setText(text)
        self._stack.setCurrentIndex(2)

    def _on_loaded(self) -> None:
        self._loaded_at = datetime.now().astimezone()
        if self._stale and self.notice.text == self._stale:
            self.notice.hide()
        self._stale = ""

    def show_failure(self, error: object) -> None:
        """Old content stays, with its age; without any, the error and Retry."""
        sentence = error.sentence if isinstance(error, RegBatchError) else "This could not be loaded; the log has the details."
        if self._loaded_at is not None:
            self.notice.fail(
                type("Old", (RegBatchError,), {"retry_helps": True})(
                    f"{sentence} Showing what was there at {self._loaded_at:%H:%M}."
                )
            )
            self._stale = self.notice.text
            return
        self._problem.setText(sentence)
        self._stack.setCurrentIndex(3)

"""The head of the detail pane: what batch it is, how it stands, what can be done with the whole of it.

Owns: its widgets.
Never: changes a batch.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.read_models import BatchBoard
from regbatch_desktop.services.fates import batch_words
from regbatch_desktop.ui.kit.fate_strip import FateStrip
from regbatch_desktop.ui.kit.marks import Mark, ProgressBar
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.kit.words import batch_status_words, moment, plural

OVER = (BatchStatus.COMPLETED, BatchStatus.CANCELLED)


class Head(QWidget):
    """The line of the title; `facts`, the lines below it, stand inside what is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.back = button("← Batches", name="Back to the batches")
        self._mark = Mark()
        self._title = ElidedLabel("", role="title")
        self._status = Label("", role="strong")
        self.start = button("Start", role="primary")
        self.retry = button("Retry failures")
        self.report = button("PDF report…")
        self.cancel = button("Cancel…")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.back)
        row.addWidget(self._mark)
        row.addWidget(self._title, 1)
        row.addWidget(self._status)
        for each in (self.start, self.retry, self.report, self.cancel):
            row.addWidget(each)
        self.fate = FateStrip()
        self._words = ElidedLabel("", role="muted")
        self._bar = ProgressBar()
        self.facts = QWidget()
        box = QVBoxLayout(self.facts)
        box.setContentsMargins(0, 0, 0, 0)
        for part in (self.fate, self._words, self._bar):
            box.addWidget(part)

    def show_board(self, board: BatchBoard) -> None:
        """As it stands."""
        row = board.row
        self._title.set_whole(row.name)
        self._mark.set_status(row.status_key)
        self._status.setText(batch_status_words(row) if row.fate is None else batch_words(row.fate))
        self.fate.show_fate(row.fate)
        # What counts most comes first: the line is cut at its end where the window is narrow.
        facts = [plural(row.progress.total, "restaurant"), f"{row.percent} % ended"]
        facts += [f"{row.failed} failed"] if row.failed else []
        facts += [board.eta] if board.eta else []
        facts += ["one at a time" if board.mode == "sequential" else "up to four at once", f"created {moment(row.created_at)}"]
        self._words.set_whole(" · ".join(facts))
        self._bar.show_percent(row.percent, row.failed_percent)
        self.start.setVisible(row.status is BatchStatus.PENDING)
        self.cancel.setVisible(row.status not in OVER and row.status is not BatchStatus.DRAFT)
        self.retry.setVisible(bool(board.failures))

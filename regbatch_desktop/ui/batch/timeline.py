"""The timeline of a batch: one line per restaurant, one bar per step.

Owns: its drawing.
Never: loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from regbatch_desktop.read_models import JobRow
from regbatch_desktop.services.boards import gantt
from regbatch_desktop.ui.kit.marks import colour_of
from regbatch_desktop.ui.kit.theme import current
from regbatch_desktop.ui.kit.words import clock, duration

LINE = 20
NAMES = 150
HEAD = 26
LABEL = 90


class _Bars(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[JobRow] = ()
        self.setAccessibleName("Timeline of the batch")

    def show_rows(self, rows: Sequence[JobRow]) -> None:
        self._rows = rows
        self.setMinimumHeight(HEAD + LINE * len(rows) + 8)
        span = gantt(rows)
        words = f"from {clock(span[0])} to {clock(span[1])}" if span else "nothing has happened yet"
        self.setAccessibleDescription(f"{len(rows)} restaurants, {words}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look, span = current(), gantt(self._rows)
        painter.fillRect(self.rect(), QColor(look.surface))
        painter.setPen(QColor(look.muted))
        if span is None:
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "Nothing has happened yet.")
            return
        first, last = span[0], max(span[1], datetime.now(span[0].tzinfo)) if self._is_live() else span[1]
        total = max(0.001, (last - first).total_seconds())
        width = max(50, self.width() - NAMES - 16)
        parts = 4 if width >= 4 * LABEL else 2
        for part in range(parts + 1):
            painter.setPen(QColor(look.border))
            x = NAMES + width * part / parts
            painter.drawLine(int(x), HEAD - 4, int(x), HEAD + LINE * len(self._rows))
            painter.setPen(QColor(look.muted))
            words = clock(first) if part == 0 else f"+{duration(total * part / parts)}"
            flag = Qt.AlignmentFlag.AlignRight if part == parts else Qt.AlignmentFlag.AlignLeft
            box = QRectF(x - LABEL if part == parts else x + 2, 2, LABEL, 18)
            painter.drawText(box, int(flag), words)
        for number, row in enumerate(self._rows):
            top = HEAD + number * LINE
            if top > event.rect().bottom() or top + LINE < event.rect().top():
                continue
            painter.setPen(QColor(look.text))
            name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, NAMES - 12)
            painter.drawText(QRectF(6, top, NAMES - 10, LINE), int(Qt.AlignmentFlag.AlignVCenter), name)
            for step in row.steps:
                if step.started_at is None:
                    continue
                ended = step.completed_at or last
                x = NAMES + width * (step.started_at - first).total_seconds() / total
                w = max(2.0, width * (ended - step.started_at).total_seconds() / total)
                colour = colour_of(step.status_key)
                colour.setAlpha(130 if step.number % 2 else 220)
                painter.fillRect(QRectF(x, top + 4, w, LINE - 8), colour)
                if w > 14:
                    painter.setPen(QColor(look.surface))
                    painter.drawText(QRectF(x, top + 4, w, LINE - 8), int(Qt.AlignmentFlag.AlignCenter), str(step.number))

    def _is_live(self) -> bool:
        return any(row.status_key in ("in_progress", "action_required") for row in self._rows)


class Timeline(QScrollArea):
    """Scrolls when there are many restaurants."""

    def __init__(self) -> None:
        super().__init__()
        self._bars = _Bars()
        self.setWidget(self._bars)
        self.setWidgetResizable(True)
        self.setAccessibleName("Timeline")

    def show_rows(self, rows: Sequence[JobRow]) -> None:
        """Show these restaurants."""
        self._bars.show_rows(rows)

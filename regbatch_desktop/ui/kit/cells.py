"""How the cells of a table are painted: words alone, words beside a mark, six step marks, a progress bar.

Owns: what stands in a cell.
Never: decides what is shown (columns do), where the cell is or what is behind it (rows_painter.py), or asks the style.
Words are fitted and laid out once and then drawn at a point: laying them out at every paint costs three times as much, in a box six.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText, QTransform

from regbatch_desktop.ui.kit.marks import MARK, paint_bar, paint_mark, paint_marks

# Longer text never fits into a cell; so many fitted ones are remembered per column.
LONGEST, REMEMBERED = 400, 4_096


@dataclass(frozen=True, slots=True)
class FittedWords:
    """One line as it is drawn: shortened to the room there is; `width` in pixels."""

    text: str
    width: int
    drawn: QStaticText


class FittedLines:
    """Lines of one font, fitted once for each width."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetrics(font)
        # From the middle of a line up to its top.
        self.rise = (self._metrics.ascent() + self._metrics.descent()) / 2
        self._fitted: dict[tuple[str, int], FittedWords] = {}

    def fitted(self, text: str, width: int) -> FittedWords:
        """`text` in `width` pixels."""
        found = self._fitted.get((text, width))
        if found is None:
            if len(self._fitted) >= REMEMBERED:
                self._fitted.clear()
            line = text[:LONGEST].replace("\n", " ").replace("\r", " ").replace("\t", " ")
            shown = self._metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
            drawn = QStaticText(shown)
            drawn.setTextFormat(Qt.TextFormat.PlainText)
            drawn.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            drawn.prepare(QTransform(), self.font)
            found = self._fitted[text, width] = FittedWords(shown, self._metrics.horizontalAdvance(shown), drawn)
        return found


class TextCell:
    """The column's words, shortened where there is no room."""

    def __init__(self) -> None:
        self._lines: FittedLines | None = None

    def paint(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """Inside the box; the pen has the colour of text."""
        font = painter.font()
        if self._lines is None or self._lines.font != font:
            self._lines = FittedLines(QFont(font))
        words = self._lines.fitted(text, int(box.width()))
        left = box.right() - words.width if right else box.left()
        painter.drawStaticText(QPointF(left, box.center().y() - self._lines.rise), words.drawn)


class StatusCell(TextCell):
    """A mark and the word. The row has `status_key`, or a `mark` that says more."""

    def paint(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """See the base."""
        paint_mark(painter, QRectF(box.left(), box.center().y() - MARK / 2, MARK, MARK), getattr(row, "mark", row.status_key))
        super().paint(painter, box.adjusted(MARK + 7, 0, 0, 0), row, text, right=right)


class StepsCell(TextCell):
    """Six marks. The row has `step_marks`: six status words."""

    def paint(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """See the base."""
        gap = min(20.0, box.width() / 6)
        paint_marks(painter, QRectF(box.left(), box.center().y() - MARK / 2, MARK, MARK), row.step_marks, gap)


class ProgressCell(TextCell):
    """A bar with the finished part and the failed part, and the words. The row has `percent` and `failed_percent`."""

    def paint(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """See the base."""
        words = max(painter.fontMetrics().horizontalAdvance("100 %"), 40)
        bar = QRectF(box.left(), box.center().y() - 4, max(20.0, box.width() - words - 8), 8)
        paint_bar(painter, bar, row.percent, row.failed_percent)
        super().paint(painter, box, row, f"{row.percent} %", right=True)


CELLS = {"": TextCell, "status": StatusCell, "steps": StepsCell, "progress": ProgressCell}

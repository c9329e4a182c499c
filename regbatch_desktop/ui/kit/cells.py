"""How the cells of a table are painted: words alone, words beside a mark, six step marks, a progress bar.

Owns: the background of a cell and what stands in it.
Never: decides what is shown (columns do), or asks the style: a styled cell costs four times as much, and a table in motion has hundreds.
For the same reason words are fitted once and then drawn at a point: laying them out in a box at every paint costs six times as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from regbatch_desktop.ui.kit.marks import MARK, paint_bar, paint_mark, paint_marks
from regbatch_desktop.ui.kit.rows_model import RowsModel
from regbatch_desktop.ui.kit.theme import current

Index = QModelIndex | QPersistentModelIndex
_SELECTED, _FOCUSED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_HasFocus
MARGIN = 5
# Longer text never fits into a cell; so many fitted ones are remembered per column.
LONGEST, REMEMBERED = 400, 4_096


@dataclass(frozen=True, slots=True)
class FittedWords:
    """One line as it is drawn: shortened to the room there is; `width` in pixels."""

    text: str
    width: int


class FittedLines:
    """Lines of one font, fitted once for each width."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetrics(font)
        # From the middle of a line down to where its letters stand.
        self.drop = (self._metrics.ascent() - self._metrics.descent()) / 2
        self._fitted: dict[tuple[str, int], FittedWords] = {}

    def fitted(self, text: str, width: int) -> FittedWords:
        """`text` in `width` pixels."""
        found = self._fitted.get((text, width))
        if found is None:
            if len(self._fitted) >= REMEMBERED:
                self._fitted.clear()
            line = text[:LONGEST].replace("\n", " ").replace("\r", " ").replace("\t", " ")
            shown = self._metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
            found = self._fitted[text, width] = FittedWords(shown, self._metrics.horizontalAdvance(shown))
        return found


class TextDelegate(QStyledItemDelegate):
    """The column's words, shortened where there is no room; the background says selected, focused, and every other line."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: FittedLines | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row, column, look = model.shown[index.row()], model.columns[index.column()], current()
        if option.state & _SELECTED:
            painter.fillRect(option.rect, QColor(look.raised))
        elif index.row() % 2:
            painter.fillRect(option.rect, QColor(look.window))
        painter.setPen(QColor(look.text))
        box = QRectF(option.rect).adjusted(MARGIN, 0, -MARGIN, 0)
        self.paint_content(painter, box, row, column.text(row), right=column.right)
        if option.state & _FOCUSED:
            painter.setPen(QPen(QColor(look.accent), 1))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """Inside the cell; the pen has the colour of text."""
        font = painter.font()
        if self._lines is None or self._lines.font != font:
            self._lines = FittedLines(QFont(font))
        words = self._lines.fitted(text, int(box.width()))
        left = box.right() - words.width if right else box.left()
        painter.drawText(QPointF(left, box.center().y() + self._lines.drop), words.text)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See Qt."""
        return QSize(80, 30)


class StatusDelegate(TextDelegate):
    """A mark and the word. The row has `status_key`, or a `mark` that says more."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """See the base."""
        paint_mark(painter, QRectF(box.left(), box.center().y() - MARK / 2, MARK, MARK), getattr(row, "mark", row.status_key))
        super().paint_content(painter, box.adjusted(MARK + 7, 0, 0, 0), row, text, right=right)


class StepsDelegate(TextDelegate):
    """Six marks. The row has `step_marks`: six status words."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """See the base."""
        gap = min(20.0, box.width() / 6)
        paint_marks(painter, QRectF(box.left(), box.center().y() - MARK / 2, MARK, MARK), row.step_marks, gap)


class ProgressDelegate(TextDelegate):
    """A bar with the finished part and the failed part, and the words. The row has `percent` and `failed_percent`."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, *, right: bool) -> None:
        """See the base."""
        words = max(painter.fontMetrics().horizontalAdvance("100 %"), 40)
        bar = QRectF(box.left(), box.center().y() - 4, max(20.0, box.width() - words - 8), 8)
        paint_bar(painter, bar, row.percent, row.failed_percent)
        super().paint_content(painter, box, row, f"{row.percent} %", right=True)


DELEGATES = {"": TextDelegate, "status": StatusDelegate, "steps": StepsDelegate, "progress": ProgressDelegate}

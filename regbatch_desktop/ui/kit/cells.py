"""How the cells of a table are painted: words alone, words beside a mark, six step marks, a progress bar.

Owns: the background of a cell and what stands in it.
Never: decides what is shown (columns do), or asks the style: a styled cell costs four times as much, and a table in motion has hundreds.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from regbatch_desktop.ui.kit.marks import MARK, paint_bar, paint_mark, paint_marks
from regbatch_desktop.ui.kit.rows_model import RowsModel
from regbatch_desktop.ui.kit.theme import current

Index = QModelIndex | QPersistentModelIndex
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextSingleLine)
_SELECTED, _FOCUSED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_HasFocus
MARGIN = 5


class TextDelegate(QStyledItemDelegate):
    """The column's words, shortened where there is no room; the background says selected, focused, and every other line."""

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
        self.paint_content(
            painter, QRectF(option.rect).adjusted(MARGIN, 0, -MARGIN, 0), row, column.text(row), _RIGHT if column.right else _LEFT
        )
        if option.state & _FOCUSED:
            painter.setPen(QPen(QColor(look.accent), 1))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, side: int) -> None:
        """Inside the cell; the pen has the colour of text."""
        painter.drawText(box, side, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width())))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See Qt."""
        return QSize(80, 30)


class StatusDelegate(TextDelegate):
    """A mark and the word. The row has `status_key`."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, side: int) -> None:
        """See the base."""
        paint_mark(painter, QRectF(box.left(), box.center().y() - MARK / 2, MARK, MARK), row.status_key)
        super().paint_content(painter, box.adjusted(MARK + 7, 0, 0, 0), row, text, side)


class StepsDelegate(TextDelegate):
    """Six marks. The row has `step_marks`: six status words."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, side: int) -> None:
        """See the base."""
        gap = min(20.0, box.width() / 6)
        paint_marks(painter, QRectF(box.left(), box.center().y() - MARK / 2, MARK, MARK), row.step_marks, gap)


class ProgressDelegate(TextDelegate):
    """A bar with the finished part and the failed part, and the words. The row has `percent` and `failed_percent`."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str, side: int) -> None:
        """See the base."""
        words = max(painter.fontMetrics().horizontalAdvance("100 %"), 40)
        bar = QRectF(box.left(), box.center().y() - 4, max(20.0, box.width() - words - 8), 8)
        paint_bar(painter, bar, row.percent, row.failed_percent)
        super().paint_content(painter, box, row, f"{row.percent} %", _RIGHT)


DELEGATES = {"": TextDelegate, "status": StatusDelegate, "steps": StepsDelegate, "progress": ProgressDelegate}

"""Status as a shape and a word: small marks painted beside texts, six step marks in a row, progress bars.

Owns: which shape means what.
Never: decides a status.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from regbatch_desktop.ui.kit.rows_model import RowRole
from regbatch_desktop.ui.kit.theme import current

MARK = 12
Index = QModelIndex | QPersistentModelIndex


def colour_of(status: str) -> QColor:
    """The colour that goes with a status word."""
    look = current()
    named = {
        "completed": look.good, "done": look.good, "failed": look.bad, "action_required": look.warn, "unknown": look.warn,
        "in_progress": look.info, "running": look.info, "retrying": look.warn, "cancelled": look.idle, "skipped": look.idle,
    }  # fmt: skip
    return QColor(named.get(status, look.idle))


def paint_mark(painter: QPainter, box: QRectF, status: str) -> None:
    """Tick, cross, triangle with !, question mark, ring with a part filled, dash, or empty ring."""
    colour = colour_of(status)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour, 1.6)
    painter.setPen(pen)
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    ink = QPen(QColor(current().surface), 1.8)
    if status in ("completed", "done"):
        painter.setBrush(colour)
        painter.drawEllipse(box)
        painter.setPen(ink)
        painter.drawPolyline(
            [QPointF(x + w * 0.27, y + h * 0.53), QPointF(x + w * 0.44, y + h * 0.7), QPointF(x + w * 0.75, y + h * 0.33)]
        )
    elif status == "failed":
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 2, 2)
        painter.setPen(ink)
        painter.drawLine(QPointF(x + w * 0.3, y + h * 0.3), QPointF(x + w * 0.7, y + h * 0.7))
        painter.drawLine(QPointF(x + w * 0.7, y + h * 0.3), QPointF(x + w * 0.3, y + h * 0.7))
    elif status in ("action_required", "unknown"):
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x + w / 2, y), QPointF(x + w, y + h), QPointF(x, y + h)]))
        painter.setPen(ink)
        painter.drawLine(QPointF(x + w / 2, y + h * 0.4), QPointF(x + w / 2, y + h * 0.66))
        painter.drawPoint(QPointF(x + w / 2, y + h * 0.85))
    elif status in ("in_progress", "running", "retrying"):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box)
        painter.setBrush(colour)
        painter.drawPie(box, 90 * 16, -(180 if status != "retrying" else 90) * 16)
    elif status in ("skipped", "cancelled"):
        painter.drawEllipse(box)
        painter.drawLine(QPointF(x + w * 0.25, y + h / 2), QPointF(x + w * 0.75, y + h / 2))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box)
    painter.restore()


def paint_bar(painter: QPainter, bar: QRectF, percent: int, failed_percent: int) -> None:
    """What has ended of all, with the failed part of it in front."""
    look = current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for part, colour in ((100, look.raised), (percent, look.good), (failed_percent, look.bad)):
        if part:
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * part / 100, bar.height()), 4, 4)
    painter.restore()


class ProgressBar(QWidget):
    """The same bar as a widget."""

    def __init__(self) -> None:
        super().__init__()
        self._percent, self._failed_percent = 0, 0
        self.setFixedHeight(10)
        self.setAccessibleName("Progress of the batch")

    def show_percent(self, percent: int, failed_percent: int) -> None:
        """Show other values."""
        self._percent, self._failed_percent = percent, failed_percent
        self.setAccessibleDescription(f"{percent} % ended, {failed_percent} % failed")
        self.update()

    def paintEvent(self, _event: object) -> None:
        """See Qt."""
        painter = QPainter(self)
        paint_bar(painter, QRectF(self.rect()).adjusted(0, 1, 0, -1), self._percent, self._failed_percent)
        painter.end()


class Mark(QWidget):
    """One mark as a widget."""

    def __init__(self, status: str = "pending", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = status
        self.setFixedSize(MARK + 4, MARK + 4)

    def set_status(self, status: str) -> None:
        """Show another status."""
        if status != self._status:
            self._status = status
            self.update()
        self.setAccessibleName(status.replace("_", " "))

    def paintEvent(self, _event: object) -> None:
        """See Qt."""
        painter = QPainter(self)
        paint_mark(painter, QRectF(2, 2, MARK, MARK), self._status)
        painter.end()


class _Painted(QStyledItemDelegate):
    """The background as the style draws it; the content by a subclass."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        self.initStyleOption(option, index)
        text = option.text
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        self.paint_content(painter, QRectF(option.rect).adjusted(6, 0, -6, 0), index.data(RowRole), text)

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str) -> None:
        """Inside the cell."""
        raise NotImplementedError

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """See Qt."""
        return QSize(80, 30)


class StatusDelegate(_Painted):
    """A mark and the word. The row has `status_key`."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str) -> None:
        """See the base."""
        mark = QRectF(box.left(), box.center().y() - MARK / 2, MARK, MARK)
        paint_mark(painter, mark, row.status_key)
        rest = box.adjusted(MARK + 7, 0, 0, 0)
        painter.setPen(QColor(current().text))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rest.width()))
        painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


class StepsDelegate(_Painted):
    """Six marks. The row has `step_marks`: six status words."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str) -> None:
        """See the base."""
        gap = min(20.0, box.width() / 6)
        for number, status in enumerate(row.step_marks):
            paint_mark(painter, QRectF(box.left() + number * gap, box.center().y() - MARK / 2, MARK, MARK), status)


class ProgressDelegate(_Painted):
    """A bar with the finished part and the failed part, and the words. The row has `percent` and `failed_percent`."""

    def paint_content(self, painter: QPainter, box: QRectF, row: Any, text: str) -> None:
        """See the base."""
        look = current()
        words = max(painter.fontMetrics().horizontalAdvance("100 %"), 40)
        bar = QRectF(box.left(), box.center().y() - 4, max(20.0, box.width() - words - 8), 8)
        paint_bar(painter, bar, row.percent, row.failed_percent)
        painter.setPen(QColor(look.text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), f"{row.percent} %")


DELEGATES = {"status": StatusDelegate, "steps": StepsDelegate, "progress": ProgressDelegate}

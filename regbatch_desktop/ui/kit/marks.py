"""Status as a shape: small marks and progress bars, painted anywhere or as widgets of their own.

Owns: which shape means what.
Never: decides a status, or paints a table's cell (cells.py).
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from regbatch_desktop.ui.kit.theme import Tokens, current

MARK = 12


def colour_of(status: str) -> QColor:
    """The colour that goes with a status word."""
    look = current()
    named = {
        "completed": look.good, "done": look.good, "failed": look.bad, "action_required": look.warn, "unknown": look.warn,
        "in_progress": look.info, "running": look.info, "retrying": look.warn, "cancelled": look.idle, "skipped": look.idle,
        "queued": look.info, "sent": look.info, "taken": look.good, "conflict": look.warn, "refused": look.bad, "gone": look.idle,
        "parked_sign_in": look.warn, "parked_revoked": look.warn, "parked_too_old": look.warn, "closed": look.idle,
    }  # fmt: skip
    return QColor(named.get(status, look.idle))


def paint_mark(painter: QPainter, box: QRectF, status: str) -> None:
    """Tick, cross, triangle with !, ring with a part filled, dash, or empty ring; on the way to a team: arrow in a ring (queued), arrow on
    a disc (sent), two bars (parked), two arrows against each other (conflict).
    """
    paint_marks(painter, box, (status,), 0.0)


def paint_marks(painter: QPainter, first: QRectF, statuses: tuple[str, ...], gap: float) -> None:
    """Marks in a row: the first in its box, each `gap` after the one before."""
    ratio = painter.device().devicePixelRatioF()
    at = QPointF(round(first.x() * ratio) / ratio - 1, round(first.y() * ratio) / ratio - 1)
    painter.drawImage(at, _drawn(statuses, current(), first.width(), first.height(), gap, ratio))


@lru_cache(maxsize=512)
def _drawn(statuses: tuple[str, ...], look: Tokens, width: float, height: float, gap: float, ratio: float) -> QImage:
    """The marks with a pixel around them. Drawn once: a table in motion shows hundreds a second."""
    whole = width + gap * (len(statuses) - 1) + 2
    image = QImage(round(whole * ratio), round((height + 2) * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    for number, status in enumerate(statuses):
        _draw(painter, QRectF(1 + number * gap, 1, width, height), status, colour_of(status), QColor(look.surface))
    painter.end()
    return image


def _draw(painter: QPainter, box: QRectF, status: str, colour: QColor, surface: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    ink = QPen(surface, 1.8)
    if status in ("completed", "done", "taken"):
        painter.setBrush(colour)
        painter.drawEllipse(box)
        painter.setPen(ink)
        painter.drawPolyline(
            [QPointF(x + w * 0.27, y + h * 0.53), QPointF(x + w * 0.44, y + h * 0.7), QPointF(x + w * 0.75, y + h * 0.33)]
        )
    elif status in ("failed", "refused"):
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
        painter.drawEllipse(box)
        painter.setBrush(colour)
        painter.drawPie(box, 90 * 16, -(180 if status != "retrying" else 90) * 16)
    elif status in ("queued", "sent"):
        if status == "sent":
            painter.setBrush(colour)
        painter.drawEllipse(box)
        painter.setPen(ink if status == "sent" else QPen(colour, 1.6))
        painter.drawLine(QPointF(x + w / 2, y + h * 0.24), QPointF(x + w / 2, y + h * 0.76))
        painter.drawPolyline(
            [QPointF(x + w * 0.3, y + h * 0.46), QPointF(x + w / 2, y + h * 0.24), QPointF(x + w * 0.7, y + h * 0.46)]
        )
    elif status.startswith("parked"):
        painter.drawEllipse(box)
        for across in (0.38, 0.62):
            painter.drawLine(QPointF(x + w * across, y + h * 0.3), QPointF(x + w * across, y + h * 0.7))
    elif status == "conflict":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + w * 0.46, y + h / 2), QPointF(x, y + h)]))
        painter.drawPolygon(QPolygonF([QPointF(x + w, y), QPointF(x + w * 0.54, y + h / 2), QPointF(x + w, y + h)]))
    elif status in ("skipped", "cancelled", "gone", "closed"):
        painter.drawEllipse(box)
        painter.drawLine(QPointF(x + w * 0.25, y + h / 2), QPointF(x + w * 0.75, y + h / 2))
    else:
        painter.drawEllipse(box)


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
        if (percent, failed_percent) == (self._percent, self._failed_percent):
            return
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
        self.setAccessibleName(status.replace("_", " "))
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

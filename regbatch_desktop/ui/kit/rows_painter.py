"""How the lines of a table are painted: what is behind them, and each cell in its column.

Owns: the background that says selected and every other line, the frame of the current cell.
Never: asks the style or a delegate: a styled cell costs four times as much, one that Qt prepares twice, and a table in motion has hundreds.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QRegion
from PySide6.QtWidgets import QTableView

from regbatch_desktop.ui.kit.cells import CELLS
from regbatch_desktop.ui.kit.rows_model import RowsModel
from regbatch_desktop.ui.kit.theme import current

MARGIN = 5


class RowsPainter:
    """Paints the lines of one table, all of the same height."""

    def __init__(self, table: QTableView, model: RowsModel) -> None:
        self._table, self._model = table, model
        self._cells = [CELLS[column.cell]() for column in model.columns]

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """The lines that lie in the region of the viewport."""
        table, bounds = self._table, region.boundingRect()
        first, last = table.rowAt(bounds.top()), table.rowAt(bounds.bottom())
        if first < 0:
            return
        columns = self._columns_in(bounds)
        for number in range(first, (last if last >= 0 else len(self._model.shown) - 1) + 1):
            line = QRect(bounds.left(), table.rowViewportPosition(number), bounds.width(), table.rowHeight(number))
            if region.intersects(line):
                self._paint_row(painter, number, line, columns)

    def _columns_in(self, rect: QRect) -> list[tuple[int, int, int]]:
        """Number, left edge and width of each column that can be seen there."""
        table = self._table
        each = ((number, table.columnViewportPosition(number), table.columnWidth(number)) for number in range(len(self._cells)))
        return [
            (number, left, width) for number, left, width in each if width and left <= rect.right() and left + width > rect.left()
        ]

    def _paint_row(self, painter: QPainter, number: int, line: QRect, columns: list[tuple[int, int, int]]) -> None:
        table, model, look = self._table, self._model, current()
        row = model.shown[number]
        chosen = table.selectionModel().isSelected(model.index(number, 0))
        if columns and (chosen or number % 2):
            left, width = columns[0][1], columns[-1][1] + columns[-1][2] - columns[0][1]
            painter.fillRect(left, line.top(), width, line.height(), QColor(look.raised if chosen else look.window))
        painter.setPen(QColor(look.text))
        for at, left, width in columns:
            column = model.columns[at]
            box = QRectF(left + MARGIN, line.top(), max(0, width - 2 * MARGIN), line.height())
            self._cells[at].paint(painter, box, row, column.text(row), right=column.right)
        index = table.currentIndex()
        if index.row() == number and table.hasFocus():
            painter.setPen(QPen(QColor(look.accent), 1))
            painter.drawRect(table.visualRect(index).adjusted(0, 0, -1, -1))

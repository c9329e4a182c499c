"""A table of rows: model, view, and a place that never jumps.

Owns: the selection by key, copying cells, the columns' widths.
Never: loads rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from regbatch_desktop.ui.kit.arrangement import runs
from regbatch_desktop.ui.kit.rows_model import Column, Index, RowRole, RowsModel
from regbatch_desktop.ui.kit.rows_painter import RowsPainter

# What a stretching column keeps at least, and how far the others may be narrowed.
STRETCHED_PX, NARROWEST = 130, 0.62
# From so many chosen rows on, this table and not Qt carries them over to another order.
MANY = 500


class RowsTable(QTableView):
    """`activated_row` on Enter and double click; `selection_moved` whenever the selected rows change.

    A long list is filtered and sorted while the window goes on: `rearranged` says when it is there.
    """

    activated_row = Signal(object)
    selection_moved = Signal()
    rearranged = Signal()

    def __init__(self, columns: Sequence[Column], *, name: str, multi: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Said in the empty space when the filter lets nothing through.
        self.placeholder = ""
        self._fit = (1.0, 0)
        self.rows_model = RowsModel(columns, self)
        self._painter = RowsPainter(self, self.rows_model)
        self.rows_model.rearranging.connect(self._note_place)
        self.rows_model.rearranged.connect(self._on_rearranged)
        # The row in the first line, to be found there again after other rows came; None while the person looks at the beginning.
        self._keeps_place = False
        self._top: str | None = None
        self._carried: frozenset[str] = frozenset()
        self._carries_all = False
        self.setModel(self.rows_model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if multi else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setSortingEnabled(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(32)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        # A selection of its own that stays empty: else it asks of every row whether its whole column is chosen, at every paint.
        header.setSelectionModel(QItemSelectionModel(self.rows_model, header))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(50)
        for number, column in enumerate(columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_moved.emit())

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; what was selected and where one was stays."""
        self._keeps_place = True
        self.rows_model.set_rows(rows)
        self._keeps_place = not self.rows_model.is_settled

    def set_filter(self, accept: Callable[[Any], bool]) -> None:
        """Show only the rows that `accept` wants."""
        self.rows_model.set_filter(accept)

    def _note_place(self, same_rows: bool) -> None:
        # Qt carries a selection over row by row and ends with a range for each: with all of a long list chosen, seconds.
        ranges = self.selectionModel().selection().toList()
        self._carried, self._carries_all = frozenset[str](), False
        chosen = sum(each.height() for each in ranges)
        if chosen > MANY:
            self._carries_all = same_rows and len(ranges) == 1 and chosen == self.shown_count()
            if not self._carries_all:
                self._carried = frozenset(row.key for row in self.selected_rows())
            self.selectionModel().clearSelection()
        self._top = None
        if self._keeps_place and self.verticalScrollBar().value():
            row = self.indexAt(QPoint(0, 0)).data(RowRole)
            self._top = row.key if row is not None else None

    def _on_rearranged(self) -> None:
        self._keeps_place = False
        if self._carried or self._carries_all:
            self._choose_carried()
        number = self.rows_model.row_of(self._top) if self._top is not None else -1
        if number >= 0:
            # Qt keeps the number of the first line; the person looks at a row, whatever came in above it.
            across = self.horizontalScrollBar().value()
            self.scrollTo(self.rows_model.index(number, 0), QAbstractItemView.ScrollHint.PositionAtTop)
            self.horizontalScrollBar().setValue(across)
        self.rearranged.emit()

    def _choose_carried(self) -> None:
        model, carried = self.rows_model, self._carried
        whole = [(0, len(model.shown) - 1)]
        found = whole if self._carries_all else runs([number for number, row in enumerate(model.shown) if row.key in carried])
        self._carried, self._carries_all = frozenset(), False
        chosen = QItemSelection()
        last = len(model.columns) - 1
        for first, end in found:
            chosen.select(model.index(first, 0), model.index(end, last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.Select)

    def selected_rows(self) -> list[Any]:
        """The selected rows, top to bottom."""
        return list(self.each_selected())

    def selected_count(self) -> int:
        """How many rows are selected."""
        return sum(map(len, self._selected_numbers()))

    def each_selected(self) -> Iterator[Any]:
        """The selected rows, top to bottom, for whoever stops before the last of 100,000."""
        shown = self.rows_model.shown
        for numbers in self._selected_numbers():
            yield from (shown[number] for number in numbers)

    def _selected_numbers(self) -> Iterator[range]:
        end = 0
        for first, last in sorted((each.top(), each.bottom()) for each in self.selectionModel().selection().toList()):
            yield range(max(first, end), last + 1)
            end = max(end, last + 1)

    def current_row(self) -> Any | None:
        """The row with the focus."""
        index = self.currentIndex()
        return index.data(RowRole) if index.isValid() else None

    def select_key(self, key: str) -> bool:
        """Select one row and scroll to it."""
        number = self.rows_model.row_of(key)
        if number < 0:
            return False
        index = self.rows_model.index(number, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)
        return True

    def shown_count(self) -> int:
        """How many rows the filter lets through."""
        return len(self.rows_model.shown)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Only the lines that changed are painted again; Qt would paint all that are in sight."""
        if QAccessible.isActive():
            super().dataChanged(first, last, roles)
            return
        top = self.rowViewportPosition(first.row())
        end = self.rowViewportPosition(last.row()) + self.rowHeight(last.row())
        self.viewport().update(0, top, self.viewport().width(), end - top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window makes every column narrower, so that none is out of sight; a wide one gives names more room."""
        super().resizeEvent(event)
        columns = self.rows_model.columns
        least = [column.least or round(NARROWEST * column.width) for column in columns]
        fixed, given = sum(column.width for column in columns), sum(least)
        room = self.viewport().width() - STRETCHED_PX * sum(not column.width for column in columns)
        factor = max(0.0, min(1.0, (room - given) / (fixed - given))) if fixed > given else 1.0
        more = min(columns[0].width, max(0, room - fixed) // 3)
        if (round(factor, 2), more // 4) == self._fit:
            return
        self._fit = (round(factor, 2), more // 4)
        for number, column in enumerate(columns):
            if column.width:
                width = round(least[number] + (column.width - least[number]) * factor)
                self.setColumnWidth(number, width + (more if number == 0 else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt; and the placeholder where there is nothing else."""
        painter = QPainter(self.viewport())
        if self.shown_count():
            self._painter.paint(painter, event.region())
        elif self.placeholder:
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(20, 48, -20, -8), int(flags), self.placeholder)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+C copies the selected rows as tab-separated text."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self.current_row()
            if row is not None:
                self.activated_row.emit(row)
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            columns = self.rows_model.columns
            # A line break inside a cell would be a new row wherever this is pasted.
            lines = ["\t".join(" ".join(column.text(row).split()) for column in columns) for row in self.selected_rows()]
            QGuiApplication.clipboard().setText("\n".join(lines))
            return
        super().keyPressEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.activated_row.emit(index.data(RowRole))

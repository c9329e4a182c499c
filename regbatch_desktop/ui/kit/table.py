"""A table of rows: model, sorting and filtering proxy, view, and a place that never jumps.

Owns: the selection by key, copying cells, the columns' widths.
Never: loads rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from regbatch_desktop.ui.kit.marks import DELEGATES
from regbatch_desktop.ui.kit.rows_model import Column, RowRole, RowsModel, SortRole

# What a stretching column keeps at least, and how far the others may be narrowed.
STRETCHED_PX, NARROWEST = 130, 0.62


class _Proxy(QSortFilterProxyModel):
    def __init__(self) -> None:
        super().__init__()
        self.accept: Callable[[Any], bool] = lambda _row: True
        self.setSortRole(SortRole)
        # Sorting again at every change would move rows under the person's hand and cost a core (performance §3).
        self.setDynamicSortFilter(False)

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex) -> bool:
        """See Qt."""
        source = self.sourceModel()
        return not isinstance(source, RowsModel) or self.accept(source.rows[source_row])

    def lessThan(self, left: QModelIndex | QPersistentModelIndex, right: QModelIndex | QPersistentModelIndex) -> bool:
        """Values as Python compares them; where it cannot, numbers come first and the rest goes by its words."""
        first, second = left.data(SortRole), right.data(SortRole)
        try:
            return bool(first < second)
        except TypeError:
            ranks = [(not isinstance(each, int | float), str(each)) for each in (first, second)]
            return ranks[0] < ranks[1]


class RowsTable(QTableView):
    """`activated_row` on Enter and double click; `selection_moved` whenever the selected rows change."""

    activated_row = Signal(object)
    selection_moved = Signal()

    def __init__(self, columns: Sequence[Column], *, name: str, multi: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Said in the empty space when the filter lets nothing through.
        self.placeholder = ""
        self._fit = (1.0, 0)
        self.rows_model = RowsModel(columns, self)
        self.proxy = _Proxy()
        self.proxy.setParent(self)
        self.proxy.setSourceModel(self.rows_model)
        self.setModel(self.proxy)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if multi else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setSortingEnabled(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(32)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
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
            if column.delegate:
                self.setItemDelegateForColumn(number, DELEGATES[column.delegate](self))
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_moved.emit())

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; what was selected and where one was stays."""
        top = QPersistentModelIndex(self.indexAt(QPoint(0, 0))) if self.verticalScrollBar().value() else None
        self.rows_model.set_rows(rows)
        if top is not None and top.isValid():
            # Qt keeps the number of the first line; the person looks at a row, whatever came in above it.
            across = self.horizontalScrollBar().value()
            self.scrollTo(self.proxy.index(top.row(), 0), QAbstractItemView.ScrollHint.PositionAtTop)
            self.horizontalScrollBar().setValue(across)

    def set_filter(self, accept: Callable[[Any], bool]) -> None:
        """Show only the rows that `accept` wants."""
        self.proxy.accept = accept
        self.proxy.invalidate()

    def selected_rows(self) -> list[Any]:
        """The selected rows, top to bottom."""
        found = self.selectionModel().selectedRows()
        return [index.data(RowRole) for index in sorted(found, key=lambda index: index.row())]

    def current_row(self) -> Any | None:
        """The row with the focus."""
        index = self.currentIndex()
        return index.data(RowRole) if index.isValid() else None

    def select_key(self, key: str) -> bool:
        """Select one row and scroll to it."""
        number = self.rows_model.row_of(key)
        if number < 0:
            return False
        index = self.proxy.mapFromSource(self.rows_model.index(number, 0))
        if not index.isValid():
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)
        return True

    def shown_count(self) -> int:
        """How many rows the filter lets through."""
        return self.proxy.rowCount()

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
        super().paintEvent(event)
        if self.placeholder and not self.proxy.rowCount():
            painter = QPainter(self.viewport())
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

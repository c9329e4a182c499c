"""The only table model: frozen rows with a key, filtered and sorted, changed by difference and never reset.

Owns: the Qt signals of removing, ordering, inserting and changing rows; when a long list is worked on (slice by slice).
Never: formats, or decides an order (arrangement.py); columns say what a cell shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from regbatch_desktop.ui.kit.arrangement import Difference, Ordering, Slices, arranged, difference
from regbatch_desktop.ui.kit.garbage import put_aside
from regbatch_desktop.ui.kit.plain_text import plain_tooltip

Index = QModelIndex | QPersistentModelIndex
RowRole = int(Qt.ItemDataRole.UserRole)

# A list up to so long is arranged at once; a longer one in slices between the window's other work.
AT_ONCE = 4_000
SLICE_S = 0.006
# So many new rows at once are worth leaving out of every later search for garbage.
MANY = 5_000


class Row(Protocol):
    """Anything frozen with a key."""

    @property
    def key(self) -> str:
        """Unique among the rows."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """`text` is shown and read aloud; `sort` orders; `width` in pixels, 0 stretches, and in a narrow window it may shrink to
    `least` (0: to three fifths); `cell` names how it is painted (cells.py).
    """

    title: str
    text: Callable[[Any], str]
    sort: Callable[[Any], Any] | None = None
    width: int = 120
    cell: str = ""
    tooltip: Callable[[Any], str] | None = None
    right: bool = False
    least: int = 0


class RowsModel(QAbstractTableModel):
    """Rows of one kind. `rearranging` before, `rearranged` after the rows shown have become those that are wanted; the first says
    whether they stay the same rows.
    """

    rearranging = Signal(bool)
    rearranged = Signal()

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: Sequence[Any] = ()
        self._shown: list[Any] = []
        self._accept: Callable[[Any], bool] | None = None
        self._sort: tuple[int, bool] = (-1, False)
        self._work: Iterator[None] | None = None
        self._rests = False
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._go_on)

    @property
    def rows(self) -> Sequence[Any]:
        """All rows, whatever is shown of them."""
        return self._rows

    @property
    def shown(self) -> Sequence[Any]:
        """What is shown, top to bottom."""
        return self._shown

    @property
    def is_settled(self) -> bool:
        """Everything wanted is shown."""
        return self._work is None

    def row_of(self, key: str) -> int:
        """The position at which a key is shown, or -1."""
        return next((number for number, row in enumerate(self._shown) if row.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """See Qt."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """See Qt."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].right:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        row, column = self._shown[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            text = (column.tooltip or column.text)(row)
            return plain_tooltip(text) if text else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Become `rows` by removing, ordering, inserting and changing; selection and scroll position stay."""
        if rows is self._rows and isinstance(rows, tuple):
            return
        if len({row.key for row in rows}) != len(rows):
            raise ValueError("two rows have the same key")
        self._rows = rows if isinstance(rows, tuple) else list(rows)
        self._rearrange()

    def set_filter(self, accept: Callable[[Any], bool] | None) -> None:
        """Show only the rows that `accept` wants."""
        self._accept = accept
        self._rearrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """See Qt; -1 is the order in which the rows came."""
        self._sort = (column, order == Qt.SortOrder.DescendingOrder)
        self._rearrange()

    def _rearrange(self) -> None:
        """Begin anew with the newest wish; what was under way for an older one is dropped."""
        self._work = self._arranging()
        if len(self._rows) + len(self._shown) > AT_ONCE:
            self._next.start()
            return
        for _ in self._work:
            pass
        self._done()

    def _go_on(self) -> None:
        end = time.perf_counter() + SLICE_S
        self._rests = False
        while self._work is not None and not self._rests and time.perf_counter() < end:
            try:
                next(self._work)
            except StopIteration:
                self._done()

    def _done(self) -> None:
        self._work = None
        self._next.stop()

    def _arranging(self) -> Slices[None]:
        number, descending = self._sort
        sort = self._sort_value(self.columns[number]) if 0 <= number < len(self.columns) else None
        wanted = yield from arranged(self._rows, self._accept, sort, descending=descending)
        found = yield from difference(self._shown, wanted)
        if found is None:
            return
        many = len(wanted) - found.stay > MANY
        # What comes now cannot be cut: it gets a slice of its own.
        self._rests = True
        yield
        self.rearranging.emit(found.same_rows)
        self._become(found)
        self.rearranged.emit()
        if many:
            yield
            put_aside()

    @staticmethod
    def _sort_value(column: Column) -> Callable[[Any], Any]:
        return column.sort or (lambda row: column.text(row).casefold())

    def _become(self, found: Difference) -> None:
        if found.swept is not None:
            self._order(found.swept)
            self._remove(found.stay, len(self._shown) - 1)
        for first, last in reversed(found.gone):
            self._remove(first, last)
        if found.kept is not None:
            self._order(found.kept)
        if found.whole is not None:
            self._insert(len(self._shown), found.late)
            self._order(found.whole)
        for first, last in found.came:
            self._insert(first, found.wanted[first : last + 1])
        self._shown = found.wanted
        last_column = len(self.columns) - 1
        if len(found.changed) > MANY:
            self.dataChanged.emit(self.index(found.changed[0], 0), self.index(found.changed[-1], last_column))
            return
        for number in found.changed:
            self.dataChanged.emit(self.index(number, 0), self.index(number, last_column))

    def _order(self, ordering: Ordering) -> None:
        """The same rows in another order, in one go: the cost does not grow with the number of moves."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        after = [self.index(ordering.places[self._shown[index.row()].key], index.column()) for index in before]
        self._shown = ordering.rows
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)
        del self._shown[first : last + 1]
        self.endRemoveRows()

    def _insert(self, position: int, rows: Sequence[Any]) -> None:
        self.beginInsertRows(QModelIndex(), position, position + len(rows) - 1)
        self._shown[position:position] = rows
        self.endInsertRows()

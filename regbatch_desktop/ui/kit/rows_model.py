"""The only table model: frozen rows with a key, changed by difference and never reset.

Owns: the Qt signals of removing, ordering, inserting and changing rows.
Never: sorts, filters or formats; columns say what a cell shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from regbatch_desktop.ui.kit.plain_text import plain_tooltip

Index = QModelIndex | QPersistentModelIndex
RowRole = int(Qt.ItemDataRole.UserRole)
SortRole = RowRole + 1


class Row(Protocol):
    """Anything frozen with a key."""

    @property
    def key(self) -> str:
        """Unique among the rows."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """`text` is shown and read aloud; `sort` orders; `width` in pixels, 0 stretches, and in a narrow window it may shrink to
    `least` (0: to three fifths); `delegate` names how it is painted.
    """

    title: str
    text: Callable[[Any], str]
    sort: Callable[[Any], Any] | None = None
    width: int = 120
    delegate: str = ""
    tooltip: Callable[[Any], str] | None = None
    right: bool = False
    least: int = 0


class RowsModel(QAbstractTableModel):
    """Rows of one kind."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[Any] = []

    @property
    def rows(self) -> Sequence[Any]:
        """What is shown."""
        return self._rows

    def row_of(self, key: str) -> int:
        """The position of a key, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """See Qt."""
        return 0 if parent.isValid() else len(self._rows)

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
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == RowRole:
            return row
        if role == SortRole:
            return column.sort(row) if column.sort else column.text(row).casefold()
        if role == Qt.ItemDataRole.ToolTipRole:
            text = (column.tooltip or column.text)(row)
            return plain_tooltip(text) if text else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Become `rows` by removing, ordering, inserting and changing; selection and scroll position stay."""
        wanted = {row.key for row in rows}
        if len(wanted) != len(rows):
            raise ValueError("two rows have the same key")
        self._remove(wanted)
        known = {row.key for row in self._rows}
        self._order([row.key for row in rows if row.key in known])
        for position, row in enumerate(rows):
            if position < len(self._rows) and self._rows[position].key == row.key:
                self._change(position, row)
            else:
                self._insert(position, rows, known)

    def _order(self, keys: Sequence[str]) -> None:
        """Bring what stays into its new order, in one go: the cost does not grow with the number of moves."""
        if [row.key for row in self._rows] == keys:
            return
        self.layoutAboutToBeChanged.emit()
        place = {key: number for number, key in enumerate(keys)}
        before = self.persistentIndexList()
        after = [self.index(place[self._rows[index.row()].key], index.column()) for index in before]
        self._rows.sort(key=lambda row: place[row.key])
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _remove(self, wanted: set[str]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].key in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].key not in wanted:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    def _insert(self, position: int, rows: Sequence[Any], known: set[str]) -> None:
        last = position
        while last + 1 < len(rows) and rows[last + 1].key not in known:
            last += 1
        self.beginInsertRows(QModelIndex(), position, last)
        self._rows[position:position] = rows[position : last + 1]
        self.endInsertRows()

    def _change(self, position: int, row: Any) -> None:
        if self._rows[position] != row:
            self._rows[position] = row
            self.dataChanged.emit(self.index(position, 0), self.index(position, len(self.columns) - 1))

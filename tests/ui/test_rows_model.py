"""Rows of a table: any update is a correct sequence of Qt signals, and the person's place stays."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.kit.rows_model import Column, RowRole, RowsModel
from regbatch_desktop.ui.kit.table import RowsTable
from tests.ui.qt_bench import wait_until

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@dataclass(frozen=True, slots=True)
class Thing:
    key: str
    value: Any = 0


COLUMNS = (
    Column("Key", lambda row: row.key, width=90),
    Column("Value", lambda row: str(row.value), sort=lambda row: row.value, right=True),
)
ROWS = st.lists(
    st.builds(Thing, st.sampled_from("abcdefghij"), st.integers(0, 3)), max_size=10, unique_by=lambda row: row.key
)  # fmt: skip


def things(*keys: object) -> list[Thing]:
    return [Thing(f"{key:04}" if isinstance(key, int) else str(key)) for key in keys]


def shown(table: RowsTable, column: int = 0) -> list[str]:
    model = table.model()
    return [model.index(number, column).data() for number in range(model.rowCount())]


def top(table: RowsTable) -> str:
    return str(table.indexAt(QPoint(2, 2)).data(RowRole).key)


@pytest.fixture
def table(qt: QApplication) -> RowsTable:
    made = RowsTable(COLUMNS, name="Things")
    made.resize(400, 300)
    made.show()
    return made


@settings(max_examples=150, deadline=None)
@given(updates=st.lists(ROWS, min_size=1, max_size=8), column=st.sampled_from([-1, 0, 1]), least=st.integers(0, 2))
def test_any_update_obeys_the_rules_of_qt(updates: list[list[Thing]], column: int, least: int) -> None:
    table = RowsTable(COLUMNS, name="Things")
    tester = QAbstractItemModelTester(table.rows_model, FATAL)
    table.sortByColumn(column, ASCENDING)
    table.set_filter(lambda row: row.value >= least)
    for rows in updates:
        table.set_rows(rows)
        assert list(table.rows_model.rows) == rows
        assert sorted(shown(table)) == sorted(row.key for row in rows if row.value >= least)
        assert [table.rows_model.row_of(key) for key in shown(table)] == list(range(table.shown_count()))
        assert all(table.rows_model.row_of(row.key) == -1 for row in rows if row.value < least)
    del tester


@settings(max_examples=100, deadline=None)
@given(updates=st.lists(ROWS, min_size=2, max_size=6), chosen=st.sets(st.sampled_from("abcdefghij")))
def test_what_stays_stays_selected_and_current(updates: list[list[Thing]], chosen: set[str]) -> None:
    table = RowsTable(COLUMNS, name="Things")
    first, *rest = updates
    table.set_rows(first)
    selected = {row.key for row in first if row.key in chosen}
    flags = table.selectionModel().SelectionFlag
    for key in selected:
        index = table.rows_model.index(table.rows_model.row_of(key), 0)
        table.selectionModel().setCurrentIndex(index, flags.Select | flags.Rows)
    current = table.current_row().key if selected else None  # type: ignore[union-attr]
    for rows in rest:
        table.set_rows(rows)
        keys = {row.key for row in rows}
        selected &= keys
        assert {row.key for row in table.selected_rows()} >= selected
        if current in keys:
            assert table.current_row() == next(row for row in rows if row.key == current)
        else:
            break


def test_the_row_in_the_first_line_stays_there(qt: QApplication, table: RowsTable) -> None:
    rows = things(*range(200))
    table.set_rows(rows)
    qt.processEvents()
    table.verticalScrollBar().setValue(100)
    assert top(table) == "0100"
    for wanted in (
        [Thing(row.key, "changed") for row in rows],
        things("new", "newer", *range(200)),
        things(*range(50, 200)),
        things(*range(199, 49, -1)),
        things(*range(50, 400)),
    ):
        table.set_rows(wanted)
        qt.processEvents()
        assert top(table) == "0100"


def test_at_the_beginning_new_rows_are_seen(qt: QApplication, table: RowsTable) -> None:
    table.set_rows(things(*range(200)))
    qt.processEvents()
    table.set_rows(things("new", *range(200)))
    qt.processEvents()
    assert top(table) == "new"


def test_the_same_key_twice_is_refused_and_nothing_changes() -> None:
    model = RowsModel(COLUMNS)
    model.set_rows(things("a", "b"))
    with pytest.raises(ValueError, match="same key"):
        model.set_rows(things("c", "d", "c"))
    assert [row.key for row in model.rows] == ["a", "b"]


def test_an_equal_row_costs_no_signal_and_a_changed_one_one() -> None:
    model = RowsModel(COLUMNS)
    changes: list[object] = []
    model.set_rows(things("a", "b", "c"))
    model.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row(), last.column())))
    for signal in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
        signal.connect(lambda *_: changes.append("more"))
    model.set_rows([Thing("a"), Thing("b", 1), Thing("c")])
    assert changes == [(1, 1, 1)]


def test_many_rows_among_many_cost_no_second() -> None:
    """1,000 leads imported among 20,000 that are sorted by name, and all of them turned round."""
    model = RowsModel(COLUMNS)
    known = [Thing(f"{number * 2:08}") for number in range(20_000)]
    model.set_rows(known)
    more = sorted(known + [Thing(f"{number * 40 + 1:08}") for number in range(1_000)], key=lambda row: row.key)
    began = time.process_time()
    model.set_rows(more)
    model.set_rows(more[::-1])
    wait_until(lambda: model.is_settled)
    assert time.process_time() - began < 0.5
    assert model.shown == more[::-1]


def test_a_tooltip_shows_markup_as_text(table: RowsTable) -> None:
    table.set_rows([Thing("<b>bold</b> & <img src='x'>")])
    tip = table.rows_model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<qt>&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img src=&#x27;x&#x27;&gt;</qt>"
    assert table.rows_model.index(0, 0).data() == "<b>bold</b> & <img src='x'>"


def test_mixed_values_sort_numbers_first_and_the_rest_by_words(table: RowsTable) -> None:
    values = [3, None, "x", 2.5, 10, "1b", 9, "Zoe"]
    table.set_rows([Thing(str(number), value) for number, value in enumerate(values)])
    table.sortByColumn(1, ASCENDING)
    assert shown(table, 1) == ["2.5", "3", "9", "10", "1b", "None", "Zoe", "x"]
    table.sortByColumn(1, DESCENDING)
    assert shown(table, 1) == ["x", "Zoe", "None", "1b", "10", "9", "3", "2.5"]
    table.sortByColumn(-1, ASCENDING)
    assert shown(table) == [str(number) for number in range(len(values))]


def test_without_a_sort_value_texts_sort_whatever_their_case(table: RowsTable) -> None:
    table.set_rows(things("b", "A", "a2", "B1"))
    table.sortByColumn(0, ASCENDING)
    assert shown(table) == ["A", "a2", "b", "B1"]


def test_copy_gives_a_line_per_row_and_a_tab_per_cell(table: RowsTable) -> None:
    table.set_rows([Thing("a\tb", "one"), Thing("left out"), Thing("two\nlines", "=1")])
    flags = table.selectionModel().SelectionFlag
    for number in (2, 0):
        table.selectionModel().select(table.rows_model.index(number, 0), flags.Select | flags.Rows)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "a b\tone\ntwo lines\t=1"


def test_enter_opens_the_current_row_and_a_filter_hides(table: RowsTable) -> None:
    opened: list[Thing] = []
    table.activated_row.connect(opened.append)
    table.set_rows(things("a", "b", "c"))
    table.set_filter(lambda row: row.key != "b")
    assert (table.shown_count(), table.select_key("b"), table.select_key("c")) == (2, False, True)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == things("c")

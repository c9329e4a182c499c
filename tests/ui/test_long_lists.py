"""A long list is filtered and sorted between the window's other work; the person's place, choice and focus survive it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.kit.rows_model import AT_ONCE, Column, RowRole
from regbatch_desktop.ui.kit.table import RowsTable
from tests.ui.qt_bench import wait_until

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
DESCENDING, ASCENDING = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
NUMBER = 3 * AT_ONCE


@dataclass(frozen=True, slots=True)
class Lead:
    key: str
    name: str
    number: int


COLUMNS = (
    Column("Name", lambda row: row.name),
    Column("Number", lambda row: str(row.number), sort=lambda row: row.number, right=True),
)


def leads(count: int = NUMBER) -> list[Lead]:
    draw = random.Random(7)
    return [Lead(f"{n:05}", f"{draw.choice('KTP')}ea {draw.randrange(9_999)}", draw.randrange(500)) for n in range(count)]


def settled(table: RowsTable) -> list[Lead]:
    wait_until(lambda: table.rows_model.is_settled)
    return list(table.rows_model.shown)


@pytest.fixture
def table(qt: QApplication) -> RowsTable:
    del qt
    made = RowsTable(COLUMNS, name="Leads")
    made.resize(400, 300)
    made.show()
    return made


def test_many_rows_that_go_and_come_at_once_obey_the_rules_of_qt(table: RowsTable) -> None:
    """More holes than are closed one by one, with another order at the same time."""
    tester = QAbstractItemModelTester(table.rows_model, FATAL)
    rows = leads(120)
    table.set_rows(rows[::2])
    table.sortByColumn(1, DESCENDING)
    for wanted in (rows, rows[1::2], rows[::3], rows[::-1], rows[30:40]):
        table.set_rows(wanted)
        assert list(table.rows_model.shown) == sorted(wanted, key=lambda row: row.number, reverse=True)
    del tester


def test_whatever_is_asked_for_it_ends_as_python_would_arrange_it(table: RowsTable) -> None:
    rows = leads()
    table.set_rows(rows)
    assert settled(table) == rows
    table.sortByColumn(0, ASCENDING)
    by_name = sorted(rows, key=lambda row: row.name.casefold())
    assert settled(table) == by_name
    table.set_filter(lambda row: row.name.startswith("K"))
    assert settled(table) == [row for row in by_name if row.name.startswith("K")]
    table.sortByColumn(1, DESCENDING)
    assert settled(table) == sorted((r for r in rows if r.name.startswith("K")), key=lambda row: row.number, reverse=True)
    changed = [replace(row, number=row.number + 1) if row.number % 7 == 0 else row for row in rows[100:]] + leads(50)
    table.set_rows(changed)
    wanted = sorted((r for r in changed if r.name.startswith("K")), key=lambda row: row.number, reverse=True)
    assert settled(table) == wanted
    table.set_filter(lambda _row: True)
    table.sortByColumn(-1, ASCENDING)
    assert settled(table) == changed


def test_the_newest_wish_wins_and_the_loop_goes_on_meanwhile(table: RowsTable) -> None:
    rows = leads()
    table.set_rows(rows)
    settled(table)
    ticks: list[int] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start(0)
    for letter in "KTP":
        table.set_filter(lambda row, letter=letter: row.name.startswith(letter))  # type: ignore[misc]
        assert not table.rows_model.is_settled
    assert settled(table) == [row for row in rows if row.name.startswith("P")]
    assert ticks
    timer.stop()


@pytest.mark.parametrize("chosen", [5, NUMBER])
def test_what_was_chosen_stays_chosen_in_another_order_and_behind_a_filter(table: RowsTable, chosen: int) -> None:
    rows = leads()
    table.set_rows(rows)
    settled(table)
    table.select_key(rows[3].key)
    if chosen == NUMBER:
        table.selectAll()
    else:
        flags = table.selectionModel().SelectionFlag
        for number in range(chosen):
            table.selectionModel().select(table.rows_model.index(number * 2, 0), flags.Select | flags.Rows)
    before = {row.key for row in table.selected_rows()}
    assert len(before) >= chosen
    table.sortByColumn(1, DESCENDING)
    settled(table)
    assert {row.key for row in table.selected_rows()} == before
    assert table.current_row() == rows[3]
    table.set_filter(lambda row: row.number < 250 or row.key == rows[3].key)
    settled(table)
    assert {row.key for row in table.selected_rows()} == {row.key for row in table.rows_model.shown} & before
    assert table.current_row() == rows[3]


def test_the_row_in_the_first_line_stays_there_when_many_come(table: RowsTable, qt: QApplication) -> None:
    rows = leads()
    table.set_rows(rows[::2])
    settled(table)
    qt.processEvents()
    table.verticalScrollBar().setValue(500)
    first = table.indexAt(QPoint(2, 2)).data(RowRole)
    table.set_rows(rows)
    settled(table)
    qt.processEvents()
    assert table.indexAt(QPoint(2, 2)).data(RowRole) == first


def test_the_same_rows_again_cost_nothing(table: RowsTable) -> None:
    rows = tuple(leads())
    table.set_rows(rows)
    settled(table)
    table.set_rows(rows)
    assert table.rows_model.is_settled


def test_only_the_lines_that_changed_are_painted_again(table: RowsTable, qt: QApplication) -> None:
    rows = leads(20)
    table.set_rows(rows)
    qt.processEvents()
    painted: list[str] = []

    def name(row: Lead) -> str:
        painted.append(row.key)
        return row.name

    first, *others = table.rows_model.columns
    table.rows_model.columns = (replace(first, text=name), *others)
    table.set_rows([replace(row, number=-1) if n == 2 else row for n, row in enumerate(rows)])
    qt.processEvents()
    assert painted == [rows[2].key]

"""What is left for the end of a transaction: rows that are only added and leases that must be valid, for all its change sets in a
few statements.

Owns: how many rows go into one statement.
Never: finds out which change set does not fit; it raises Disturbed, and the group is written again one by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from regbatch_desktop.ports import Lease
from regbatch_desktop.store import leases
from regbatch_desktop.store.rows import Row

# A statement is prepared once per size: few sizes, and a group of any size in few statements.
_SIZES = (32, 8, 1)


class Disturbed(Exception):
    """Something was written and then found not to fit, without a savepoint to go back to."""


class TransactionEnd:
    """One per writer; used by its thread alone."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Row]] = {}
        self._leases: dict[leases.Holder, datetime] = {}

    def clear(self) -> None:
        """A transaction begins."""
        self._rows.clear()
        self._leases.clear()

    def insert(self, table: str, row: Row) -> None:
        """Add a row that must not be there yet. All rows of a table name the same columns in the same order."""
        self._rows.setdefault(table, []).append(row)

    def check(self, lease: Lease, now: datetime) -> None:
        """The lease must be valid at `now`."""
        self._leases[leases.holder(lease)] = now

    def run(self, connection: sqlite3.Connection) -> None:
        """Do all of it. Disturbed when something does not fit or goes wrong: whose fault it is shows when each is written alone."""
        try:
            self._check_leases(connection)
            self._insert_rows(connection)
        except Exception as error:
            raise Disturbed from error

    def _check_leases(self, connection: sqlite3.Connection) -> None:
        if self._leases:
            now = max(self._leases.values())
            valid = sum(leases.count_valid(connection, part, now=now) for part in _parts([*self._leases]))
            if valid != len(self._leases):
                raise Disturbed

    def _insert_rows(self, connection: sqlite3.Connection) -> None:
        for table, rows in self._rows.items():
            columns = tuple(rows[0])
            for part in _parts(rows):
                connection.execute(_insert(table, columns, len(part)), [value for row in part for value in row.values()])


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    at = 0
    for size in _SIZES:
        while len(items) - at >= size:
            yield items[at : at + size]
            at += size


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], count: int) -> str:
    values = ", ".join([f"({', '.join('?' * len(columns))})"] * count)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}"  # noqa: S608 - our own names

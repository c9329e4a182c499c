"""What is pending, shown on top of the cache: temporary views under the tables' own names, so that every query sees both.

Owns: the temporary tables of one reading connection, and the versions of what is shown before it was taken.
Never: writes into the cache; a pull cannot overwrite what is pending, and what was refused is gone with the next read.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.ports import AddDecision, SaveBatch, SaveCandidates, SaveJob, SaveRestaurant, SaveSecret, Write
from regbatch_desktop.store import rows
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store import tables as t
from regbatch_desktop.store.connection import seeing
from regbatch_desktop.store.job_reads import JobReads
from regbatch_desktop.verbs.scope import OF_A_RESTAURANT, Scope
from regbatch_desktop.verbs.table import judged

# Table → the column by which a pending row stands for one of the cache, and the cache's column that it replaces.
_SHOWN: dict[Table, tuple[str, str]] = {
    t.restaurants: ("id", "id"),
    t.batch_jobs: ("id", "id"),
    t.jobs: ("id", "id"),
    t.job_steps: ("job_id", "job_id"),
    t.candidates: ("registration_job_id", "registration_job_id"),
    t.decisions: ("id", "id"),
    t.secrets: ("id", "id"),
}
_metadata = MetaData()


def _pending_table(table: Table) -> Table:
    columns: list[Column[Any]] = [Column(c.name, c.type, primary_key=c.primary_key) for c in table.columns]
    if table is t.jobs:
        columns.append(Column("place", Integer))
    return Table(f"pending_{table.name}", _metadata, *columns)


_PENDING = {table: _pending_table(table) for table in _SHOWN}
_SAVE = {table: sql.inserted(pending, replace=True) for table, pending in _PENDING.items()}


def _view(table: Table) -> str:
    key, replaced = _SHOWN[table]
    names = ", ".join(column.name for column in table.columns)
    # The order of the leads in a batch is the order of the rows of registration_jobs.
    own, place = ("rowid AS rowid, ", "place, ") if table is t.jobs else ("", "")
    return (
        f"CREATE TEMP VIEW {table.name} AS SELECT {own}{names} FROM main.{table.name} "  # noqa: S608 - our own names
        f"WHERE {replaced} NOT IN (SELECT {key} FROM temp.pending_{table.name}) "
        f"UNION ALL SELECT {place}{names} FROM temp.pending_{table.name}"
    )


def laid_over(path: Path) -> sqlite3.Connection:
    """A connection with room for an overlay of its own."""
    connection = seeing(path)
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


class Overlay:
    """Of any number of reading connections, each used by its own thread. `pending` is replaced as a whole; `filled`: how often rows
    were, for what else is kept in the file (menus, histories) is not under any view.
    """

    def __init__(self) -> None:
        self.pending: Sequence[Mutation] = ()
        self.filled = 0
        self._of: dict[int, _Shown] = {}

    def refresh(self, connection: sqlite3.Connection) -> object:
        """Bring the connection's overlay up to date; a token that is another one whenever what is shown may be."""
        shown = self._of.setdefault(id(connection), _Shown(connection))
        return shown.refresh(self.pending, self.filled)


class _Shown:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._reads = JobReads()
        self._shown: Sequence[Mutation] = ()
        self._filled = -1
        self._made = 0
        self._has_views = False

    def refresh(self, pending: Sequence[Mutation], filled: int) -> object:
        if pending is self._shown and filled == self._filled:
            return (filled, self._made)
        before = self._shown
        is_longer = filled == self._filled and self._has_views and len(pending) > len(before)
        if is_longer and all(old is new for old, new in zip(before, pending, strict=False)):
            fresh = pending[len(before) :]
        else:
            self._clear(bool(pending))
            fresh = pending
        for mutation in fresh:
            self._replay(mutation)
        self._shown, self._filled, self._made = pending, filled, self._made + 1
        return (filled, self._made)

    def _clear(self, wanted: bool) -> None:
        # Without anything pending the queries go to the file itself.
        for table in _SHOWN:
            if not self._has_views and wanted:
                columns = ", ".join(f"{c.name} {c.type}" for c in _PENDING[table].columns)
                keys = ", ".join(c.name for c in table.primary_key)
                self._connection.execute(f"CREATE TEMP TABLE pending_{table.name} ({columns}, PRIMARY KEY ({keys}))")
                self._connection.execute(_view(table))
            elif self._has_views and wanted:
                self._connection.execute(f"DELETE FROM temp.pending_{table.name}")  # noqa: S608 - our own names
            elif self._has_views:
                self._connection.execute(f"DROP VIEW temp.{table.name}")
                self._connection.execute(f"DROP TABLE temp.pending_{table.name}")
        self._has_views = wanted

    def _replay(self, mutation: Mutation) -> None:
        try:
            verdict = judged(mutation, self._scope(mutation), mutation.at)
        except (RegBatchError, KeyError, ValueError, TypeError):
            # What cannot be decided here is decided when it is sent; until then the rows are shown as they are.
            return
        for write in verdict.writes:
            self._show(write, mutation.id)

    def _scope(self, mutation: Mutation) -> Scope:
        c = self._connection
        if mutation.batch_id:
            row = c.execute(sql.BATCH, {"key": mutation.batch_id}).fetchone()
            batch: Batch | None = None if row is None else rows.batch_of(dict(row))
            return Scope(self._reads.jobs(c, mutation.batch_id), batch)
        job = self._reads.job(c, mutation.job_id)
        if job is None:
            return Scope()
        restaurant = None
        if mutation.kind in OF_A_RESTAURANT:
            found = self._reads.restaurants(c.execute(sql.RESTAURANT, {"key": job.restaurant_id}))
            restaurant = found[0] if found else None
        return Scope((job,), restaurant=restaurant)

    def _show(self, write: Write, mutation_id: str) -> None:
        c = self._connection
        match write:
            case SaveJob(before=before, after=after):
                place = c.execute("SELECT rowid FROM registration_jobs WHERE id = ?", (after.id,)).fetchone()[0]
                row = rows.job_row(after) | {"version": _shown_version(before.version, mutation_id)}
                c.execute(_SAVE[t.jobs], row | {"place": place, "total_steps": len(after.steps)})
                for step in after.steps:
                    c.execute(_SAVE[t.job_steps], rows.step_row(after, step))
            case SaveBatch(before=before_batch, after=after_batch):
                version = _shown_version(before_batch.version, mutation_id)
                c.execute(_SAVE[t.batch_jobs], rows.batch_row(after_batch) | {"version": version})
            case SaveRestaurant(before=old, after=restaurant):
                version = _shown_version(old.version if old else 0, mutation_id)
                c.execute(_SAVE[t.restaurants], rows.restaurant_row(restaurant) | {"version": version})
            case SaveCandidates(search=search):
                c.execute(_SAVE[t.candidates], rows.candidates_row(search))
            case AddDecision(decision=decision):
                c.execute(_SAVE[t.decisions], rows.decision_row(decision))
            case SaveSecret():
                values = {name: getattr(write, name) for name in ("id", "job_id", "field", "key_version", "nonce", "ciphertext")}
                c.execute(_SAVE[t.secrets], values)
            case _:
                # Effects and their events are what happened at the platform; nothing pending has happened there.
                pass


def _shown_version(before: int, mutation_id: str) -> int:
    """No version of the authority, and the same for the same history: the same version is the same row, everywhere."""
    digest = hashlib.sha256(f"{before}/{mutation_id}".encode()).digest()
    return (1 << 61) | (int.from_bytes(digest[:8], "big") >> 3)


Prepare = Callable[[sqlite3.Connection], object]

"""The disposable cache of a team's rows: one SQLite file that is filled by pulls and thrown away when it is damaged.

Owns: the file, the cursor, the new file that takes the old one's place.
Never: holds anything that the team's project does not have.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.store import cache_rows
from regbatch_desktop.store import tables as t
from regbatch_desktop.store.connection import BUSY_TIMEOUT_MS
from regbatch_desktop.store.handover import Handover, answered
from regbatch_desktop.store.overlay import Overlay, seeing
from regbatch_desktop.store.sqlite_store import SqliteStore
from regbatch_desktop.sync.doors import Cache, Cursor, Digest, ServerRow

_log = logging.getLogger(__name__)
# Raised with the tables: a cache of another form is filled anew.
FORM = 1
_DIALECT = sqlite.dialect()
_SIDES = ("", "-wal", "-shm")
_STATE = "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"


class CacheFile:
    """`view` shows what is pending on top, `plain` does not. `recovery`: a sentence when it was thrown away, or ""."""

    def __init__(self, path: Path, *, organisation_id: str, clock: Callable[[], datetime]) -> None:
        """Blocks. A file that cannot be used is put aside and begun anew."""
        self._path, self._organisation_id, self._clock = path, organisation_id, clock
        self._overlay = Overlay()
        self.recovery = ""
        if path.exists() and not _is_usable(path):
            self.recovery = "What was kept of the team's data on this machine could not be used; it is loaded again."
            for side in _SIDES:
                with contextlib.suppress(FileNotFoundError):
                    path.with_name(path.name + side).replace(path.with_name(path.name + ".damaged" + side))
        self._open()

    def _open(self) -> None:
        self._writer = _writing(self._path)
        self._writing = Handover(self._written, name="cache-writer")
        stored = {row["name"]: row["value"] for row in self._writer.execute("SELECT name, value FROM state")}
        self.cursor = Cursor(**json.loads(stored["cursor"])) if "cursor" in stored else Cursor()
        self.is_complete = stored.get("complete") == "1"
        self.view = self._store(self._overlay.refresh)
        self.plain = self._store(None)

    def _store(self, prepare: Callable[[sqlite3.Connection], object] | None) -> SqliteStore:
        readers = (seeing(self._path), seeing(self._path))
        return SqliteStore(None, *readers, workspace_id=self._organisation_id, clock=self._clock, prepare=prepare)

    def show(self, pending: Sequence[Mutation]) -> None:
        """What the next read replays on top."""
        self._overlay.pending = pending

    async def fill(self, found: Sequence[ServerRow], cursor: Cursor | None = None, *, complete: bool = False) -> list[ServerRow]:
        """Newer rows than those it has, with the cursor, in one transaction; those that were newer."""

        def work(connection: sqlite3.Connection) -> list[ServerRow]:
            connection.execute("BEGIN IMMEDIATE")
            try:
                changed = cache_rows.save(connection, found)
                if cursor is not None:
                    _put(connection, "cursor", json.dumps(asdict(cursor)))
                if complete:
                    _put(connection, "complete", "1")
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            return changed

        changed: list[ServerRow] = await self._writing.submit(work)
        if cursor is not None:
            self.cursor = cursor
        self.is_complete |= complete
        return changed

    async def digest(self) -> Digest:
        """Over all rows."""
        count, total = await self._writing.submit(cache_rows.digest)
        return Digest(self.cursor.epoch, count, total)

    async def begin_again(self) -> CacheFile:
        """An empty one beside this file."""
        return await asyncio.to_thread(self._beside)

    async def replace_with(self, other: Cache) -> None:
        """Take over what was filled beside this one, which is gone then."""
        if not isinstance(other, CacheFile):
            raise TypeError("only a cache file can take a cache file's place")
        await asyncio.to_thread(self._swap, other)

    def _swap(self, other: CacheFile) -> None:
        other.close()
        self.close()
        for side in _SIDES:
            self._path.with_name(self._path.name + side).unlink(missing_ok=True)
        other._path.replace(self._path)
        self._open()

    def _beside(self) -> CacheFile:
        path = self._path.with_name(self._path.name + ".next")
        for side in _SIDES:
            path.with_name(path.name + side).unlink(missing_ok=True)
        return CacheFile(path, organisation_id=self._organisation_id, clock=self._clock)

    def close(self) -> None:
        """Nothing here has to be saved."""
        self._writing.close()
        self.view.close()
        self.plain.close()
        with contextlib.suppress(sqlite3.Error):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.close()

    def _written(self, group: Sequence[Callable[[sqlite3.Connection], Any]]) -> list[tuple[Any, BaseException | None]]:
        return answered(self._writer, group)


def _put(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (name, value))


def _writing(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    # A lost tail is pulled again: the cursor is in the same transaction. Rows come in the order of their last change, so a
    # job may come before its restaurant.
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA user_version").fetchone()[0] != FORM:
        connection.execute("BEGIN IMMEDIATE")
        for table in t.metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=_DIALECT)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index).compile(dialect=_DIALECT)))
        connection.execute(cache_rows.SYNCED)
        connection.execute(_STATE)
        connection.execute(f"PRAGMA user_version={FORM}")
        connection.execute("COMMIT")
    return connection


def _is_usable(path: Path) -> bool:
    try:
        probe = sqlite3.connect(path, isolation_level=None)
    except sqlite3.Error:
        return False
    try:
        (form,) = probe.execute("PRAGMA user_version").fetchone()
        (verdict,) = probe.execute("PRAGMA quick_check(1)").fetchone()
        json.loads(dict(probe.execute("SELECT name, value FROM state")).get("cursor", "{}"))
        return bool(form == FORM and verdict == "ok")
    except (sqlite3.DatabaseError, UnicodeDecodeError, ValueError):
        return False
    finally:
        probe.close()

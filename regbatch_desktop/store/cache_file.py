"""The disposable cache of a team's rows: a SQLite file that is filled by pulls and thrown away when it is damaged.

Owns: the files `cache-<number>.db` of a folder: the newest complete one is in use, one beside it may be being filled.
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

from regbatch_desktop.domain.effects import Effect
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.ports import AddEffectEvent, Menu
from regbatch_desktop.store import cache_rows, remembered, rows
from regbatch_desktop.store.cache_form import DAMAGED, Standing, is_sealed, put, put_aside, remove, seal, standing, writing
from regbatch_desktop.store.handover import Handover, answered
from regbatch_desktop.store.overlay import Overlay, laid_over
from regbatch_desktop.store.sqlite_store import SqliteStore
from regbatch_desktop.sync.doors import Cache, Cursor, Digest, ServerRow

_log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class CacheFile:
    """`view` shows what is pending on top, `plain` does not. `recovery`: a sentence when it was thrown away, or ""."""

    def __init__(self, folder: Path, *, organisation_id: str, clock: Clock, number: int | None = None) -> None:
        """Blocks. A file that cannot be used is put aside and begun anew; `number` begins one beside the one in use."""
        self._folder, self._organisation_id, self._clock = folder, organisation_id, clock
        self.recovery = ""
        self._overlay = Overlay()
        self._number = self._found() if number is None else number
        self._open()

    def _found(self) -> int:
        """The newest complete file's number, else of one that was begun; what else lies there is of no use any more."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        numbers = sorted(
            (int(path.stem[6:]) for path in self._folder.glob("cache-*.db") if path.stem[6:].isdigit()), reverse=True
        )
        chosen = begun = 0
        for number in numbers:
            path = self._path(number)
            found = standing(path) if not chosen and is_sealed(path) else Standing.UNUSABLE
            if chosen:
                remove(path)
            elif found is Standing.COMPLETE:
                chosen = number
            elif found is Standing.BEGUN and not begun:
                begun = number
            else:
                # A file that was being filled when the program ended is as good as a damaged one; only the latter is worth a word.
                if number == min(numbers):
                    self.recovery = "What was kept of the team's data on this machine could not be used; it is loaded again."
                put_aside(path)
        if chosen and begun:
            remove(self._path(begun))
        return chosen or begun or max(numbers, default=0) + 1

    def _path(self, number: int) -> Path:
        return self._folder / f"cache-{number}.db"

    def _open(self) -> None:
        path = self._path(self._number)
        self._writer = writer = writing(path)
        self._writing = Handover(lambda asked: answered(writer, asked), name="cache-writer")
        stored = {row["name"]: row["value"] for row in self._writer.execute("SELECT name, value FROM state")}
        self.cursor = Cursor(**json.loads(stored["cursor"])) if "cursor" in stored else Cursor()
        self.is_complete = stored.get("complete") == "1"
        self.shut_out_since = rows.instant(stored.get("shut_out_since") or None)
        self.view = self._store(path, self._overlay.refresh)
        self.plain = self._store(path, None)

    def _store(self, path: Path, prepare: Callable[[sqlite3.Connection], object] | None) -> SqliteStore:
        readers = (laid_over(path), laid_over(path))
        return SqliteStore(None, *readers, workspace_id=self._organisation_id, clock=self._clock, prepare=prepare)

    def show(self, pending: Sequence[Mutation]) -> None:
        """What the next read replays on top."""
        self._overlay.pending = pending

    # ------------------------------------------------------------ filling

    async def fill(self, found: Sequence[ServerRow], cursor: Cursor | None = None, *, complete: bool = False) -> list[ServerRow]:
        """Newer rows than those it has, with the cursor, in one transaction; those that were newer."""

        def work(connection: sqlite3.Connection) -> list[ServerRow]:
            changed = cache_rows.save(connection, found)
            if cursor is not None:
                put(connection, "cursor", json.dumps(asdict(cursor)))
            if complete:
                put(connection, "complete", "1")
            return changed

        changed: list[ServerRow] = await self._write(work, fills=True)
        if cursor is not None:
            self.cursor = cursor
        self.is_complete |= complete
        return changed

    async def _write(self, work: Callable[[sqlite3.Connection], Any], *, fills: bool = False) -> Any:
        def transaction(connection: sqlite3.Connection) -> Any:
            connection.execute("BEGIN IMMEDIATE")
            try:
                value = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                # A full disk has ended the transaction by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            # A reader that comes before this shows what is pending on top of the rows as they were.
            if fills and value:
                self._overlay.filled += 1
            return value

        return await self._writing.submit(transaction)

    async def digest(self) -> Digest:
        """Over all rows."""
        count, total = await self._writing.submit(cache_rows.digest)
        return Digest(self.cursor.epoch, count, total)

    # ------------------------------------------------------------ what was looked at

    async def keep_history(self, job_id: str, effects: Sequence[Effect], events: Sequence[AddEffectEvent]) -> None:
        """For the next look without a network."""
        await self._write(lambda connection: remembered.keep_history(connection, job_id, effects, events))

    async def keep_menus(self, restaurant_id: str, menus: Sequence[Menu]) -> None:
        """For a configuration without a network."""
        await self._write(lambda connection: remembered.keep_menus(connection, restaurant_id, menus))

    async def menus(self, restaurant_id: str) -> tuple[Menu, ...] | None:
        """None when they were never asked for."""
        found: tuple[Menu, ...] | None = await self._writing.submit(lambda c: remembered.menus(c, restaurant_id))
        return found

    async def note_shut_out(self, since: datetime | None) -> None:
        """See the door."""
        await self._write(lambda connection: put(connection, "shut_out_since", rows.moment(since) or ""))
        self.shut_out_since = since

    # ------------------------------------------------------------ files

    async def empty(self) -> None:
        """Another file takes this one's place: what was deleted inside a file could still be read in it."""
        fresh = await asyncio.to_thread(self._beside, with_remembered=False)
        await fresh.fill((), Cursor(), complete=True)
        await self.replace_with(fresh)
        await asyncio.to_thread(remove, self._folder / DAMAGED)

    async def begin_again(self) -> CacheFile:
        """An empty one beside this file."""
        return await asyncio.to_thread(self._beside)

    def _beside(self, *, with_remembered: bool = True) -> CacheFile:
        remove(self._path(self._number + 1))
        fresh = CacheFile(self._folder, organisation_id=self._organisation_id, clock=self._clock, number=self._number + 1)
        if with_remembered:
            remembered.copy(self._path(self._number), fresh._writer)
        return fresh

    async def replace_with(self, other: Cache) -> None:
        """Take over what was filled beside this one, which is gone then. Reads that are under way end on the old rows."""
        if not isinstance(other, CacheFile):
            raise TypeError("only a cache file can take a cache file's place")
        old = (self._writing, self.view, self.plain, self._writer, self._path(self._number))
        # The new readers show what is pending as the old ones did.
        other._overlay.pending = self._overlay.pending
        self._number, self._overlay = other._number, other._overlay
        self._writing, self._writer, self.view, self.plain = other._writing, other._writer, other.view, other.plain
        self.cursor, self.is_complete, self.shut_out_since = other.cursor, other.is_complete, other.shut_out_since
        await asyncio.to_thread(_retire, *old)

    def close(self) -> None:
        """Sealed with its checksum, so that the next start can tell whether it is what was left."""
        self._writing.close()
        self.view.close()
        self.plain.close()
        with contextlib.suppress(sqlite3.Error):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.close()
        with contextlib.suppress(OSError):
            seal(self._path(self._number))


def _retire(handover: Handover, view: SqliteStore, plain: SqliteStore, writer: sqlite3.Connection, path: Path) -> None:
    handover.close()
    view.close()
    plain.close()
    writer.close()
    remove(path)

"""The durable outbox: a SQLite file and a journal, either of which is enough to know everything that was promised.

Owns: the folder's lock; the order of the two copies; salvage from the union of both (reliability §2.3).
Never: forgets a mutation that was acknowledged; what was taken stays for thirty days, for a project that is restored.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from regbatch_desktop.domain.errors import DiskFull, WorkspaceError, WorkspaceLocked, WorkspaceUnusable
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.store import connection as connections
from regbatch_desktop.store.handover import Answer, Handover, Work
from regbatch_desktop.store.journal import Journal, Record, read, written_anew
from regbatch_desktop.store.outbox_rows import SAVE, TABLE, read_records, read_rows, record_of, row_of, united
from regbatch_desktop.store.place import check_place
from regbatch_desktop.sync.doors import Entry

_log = logging.getLogger(__name__)
_KEPT = timedelta(days=30)
_ENDED = frozenset({FateState.TAKEN, FateState.CLOSED})
_NOT_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)  # fmt: skip
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


class OutboxFile:
    """One per folder. `recovery`: a sentence when a copy was damaged, or "". `on_point` is told where it is (fault harness)."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Blocks. WorkspaceLocked for a second program, WorkspaceUnusable for a folder that cannot be used."""
        self._folder, self._now = folder, now
        self._path, self._log_path = folder / "outbox.db", folder / "outbox.log"
        check_place(self._path, must_exist=False)
        self._lock = FileLock(str(folder / "outbox.lock"), thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkspaceLocked("Another RegBatch of yours has this team's workspace open; close it first.") from error
        except OSError as error:
            raise WorkspaceUnusable(f"The folder {folder} cannot be written: {error.strerror}.") from error
        self.recovery = self.epoch = ""
        self.on_point: Callable[[str], None] = lambda _name: None
        try:
            self._entries = {entry.mutation.id: entry for entry in self._opened()}
            self._journal = Journal(self._log_path)
        except (OSError, sqlite3.Error) as error:
            self._lock.release()
            raise _translated(error) from error
        except BaseException:
            self._lock.release()
            raise
        self._next = max((entry.seq for entry in self._entries.values()), default=0) + 1
        self._lines: list[Record] = []
        self._handover = Handover(self._commit, name="outbox")

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All, in order: those that are added later stand behind."""
        return tuple(self._entries.values())

    async def set_epoch(self, epoch: str) -> None:
        """Durable when it returns. It stands in one copy: when it is lost, the comparison is made once more."""
        await self._handover.submit(lambda c: c.execute("INSERT OR REPLACE INTO about VALUES ('epoch', ?)", (epoch,)))
        self.epoch = epoch

    async def add(self, mutation: Mutation) -> Entry:
        """Durable when it returns. DiskFull or WorkspaceUnusable: it was not kept."""
        entry = Entry(self._next, mutation, mutation.written(), FateState.QUEUED, self._now())
        self._next += 1
        await self._save(entry, is_new=True)
        return entry

    async def change(
        self, mutation_id: str, state: FateState, *, reason: str = "", detail: Mapping[str, Any] | None = None
    ) -> Entry:
        """Another state, durable when it returns."""
        before = self._entries[mutation_id]
        if before.state is state and before.reason == reason and detail in (None, before.detail):
            return before
        entry = replace(
            before, state=state, since=before.since if before.state is state else self._now(), revision=before.revision + 1, reason=reason,
            detail=before.detail if detail is None else detail,
        )  # fmt: skip
        await self._save(entry, is_new=False)
        return entry

    def close(self) -> None:
        """Finish what is asked for; being killed instead loses nothing that was answered."""
        self._handover.close()
        self._journal.close()
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        self._lock.release()

    # ------------------------------------------------------------ writing

    async def _save(self, entry: Entry, *, is_new: bool) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(SAVE, row_of(entry))
            self._lines.append(record_of(entry, is_new=is_new))

        await self._handover.submit(work)
        self._entries[entry.mutation.id] = entry

    def _commit(self, group: Sequence[Work]) -> Sequence[Answer]:
        """Both copies, or neither: the journal first, because its end can be cut off even on a full disk."""
        self._lines = []
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for work in group:
                work(self._connection)
            self.on_point("before_journal")
            if self._lines:
                self._journal.append(self._lines)
        except (OSError, sqlite3.Error) as error:
            self._roll_back()
            return [(None, _translated(error)) for _ in group]
        try:
            self.on_point("before_commit")
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            if self._lines:
                with contextlib.suppress(OSError):
                    self._journal.take_back(last=True)
            return [(None, _translated(error)) for _ in group]
        self.on_point("after_commit")
        return [(None, None) for _ in group]

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    # ------------------------------------------------------------ opening

    def _opened(self) -> tuple[Entry, ...]:
        """The union of both copies; a damaged one is put aside and made anew from it."""
        records, log_whole = read(self._log_path)
        lines = read_records(records)
        rows, whole = self._rows()
        if whole:
            try:
                self._connection = self._connected()
            except sqlite3.DatabaseError as error:
                if _is_the_disk(error):
                    raise
                # What can be read need not be something that can be written: the header has bits of its own.
                whole = False
        found = tuple(entry for entry in united(rows, lines) if entry.state not in _ENDED or entry.since > self._now() - _KEPT)
        if not whole or not log_whole:
            saved = f"{len(found)} decisions were recovered from the other copy"
            damaged = "outbox" if not whole else "outbox's journal"
            self.recovery = f"The {damaged} on this machine was damaged; {saved}, and nothing has to be done."
            _log.warning("outbox damaged: database %s, journal %s, %d entries", not whole, not log_whole, len(found))
        if not whole:
            self._put_aside(self._path, "-wal", "-shm")
            self._connection = self._connected()
        if not log_whole:
            self._put_aside(self._log_path)
        same = (
            whole and log_whole and {key: e.revision for key, e in rows.items()} == {key: e.revision for key, e in lines.items()}
        )
        if not same or len(found) != len(rows):
            written_anew(self._log_path, [record_of(entry, is_new=True) for entry in found])
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM outbox")
            self._connection.executemany(SAVE, [row_of(entry) for entry in found])
            self._connection.execute("COMMIT")
        return found

    def _connected(self) -> sqlite3.Connection:
        self._path.touch(mode=0o600)
        connection = connections.writing(self._path)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(TABLE)
            connection.execute("CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
            found = connection.execute("SELECT value FROM about WHERE name = 'epoch'").fetchone()
            self.epoch = str(found[0]) if found else ""
            # Something is written in any case, so that a file that cannot be is found out now and not at the first decision.
            connection.execute("INSERT OR REPLACE INTO about VALUES ('opened', ?)", (self._now().isoformat(),))
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        return connection

    def _rows(self) -> tuple[dict[str, Entry], bool]:
        if not self._path.exists():
            return {}, True
        try:
            probe = sqlite3.connect(self._path, isolation_level=None)
        except sqlite3.Error:
            return {}, False
        probe.row_factory = sqlite3.Row
        try:
            tables = {row[0] for row in probe.execute("SELECT name FROM sqlite_master")}
            if "outbox" not in tables:
                return {}, not tables
            rows, whole = read_rows(probe)
            (verdict,) = probe.execute("PRAGMA integrity_check(1)").fetchone()
            return rows, whole and verdict == "ok"
        except sqlite3.DatabaseError as error:
            if _is_the_disk(error):
                raise
            return {}, False
        except UnicodeDecodeError:
            return {}, False
        finally:
            probe.close()

    def _put_aside(self, path: Path, *sides: str) -> None:
        stamp = self._now().strftime("%Y%m%dT%H%M%S%f")
        for side in ("", *sides):
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + side).rename(path.with_name(f"{path.name}.damaged-{stamp}{side}"))


def _is_the_disk(error: sqlite3.DatabaseError) -> bool:
    """A full or failing disk, or somebody in the way: that says nothing about what is in the file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_THE_FILE


def _translated(error: OSError | sqlite3.Error) -> WorkspaceError:
    _log.error("outbox: %s", error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if getattr(error, "errno", None) in _FULL or code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DiskFull("The disk is full, so this was not kept; make room and do it again.", detail=str(error))
    return WorkspaceUnusable("This cannot be kept on this machine: its folder cannot be written.", detail=str(error))

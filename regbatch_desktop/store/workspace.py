"""Opening a workspace file: lock, checks, recovery, migration; and closing it.

Owns: the order of start-up (reliability §3.3), the lock against a second copy, file modes.
Never: answers a query.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from regbatch_desktop.domain.errors import WorkspaceDamaged, WorkspaceError, WorkspaceLocked, WorkspaceUnusable
from regbatch_desktop.store import rows
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.connection import reading, writing
from regbatch_desktop.store.group_commit import GroupCommit
from regbatch_desktop.store.integrity import is_sound
from regbatch_desktop.store.migrate import HEAD, REVISIONS, migrate, refuse_newer, revision
from regbatch_desktop.store.place import check_place
from regbatch_desktop.store.recovery import recover
from regbatch_desktop.store.sqlite_store import SqliteStore

_log = logging.getLogger(__name__)
_MUTATIONS_KEPT = timedelta(days=90)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Workspace:
    """An open workspace: the store and what must be closed after it."""

    def __init__(self, store: SqliteStore, connection: sqlite3.Connection | None, lock: FileLock | None) -> None:
        self.store = store
        self._connection = connection
        self._lock = lock

    def close(self) -> None:
        """Orderly close; being killed instead costs a longer check at the next start, nothing else."""
        if self.store.writer is not None:
            self.store.writer.close()
        self.store.close()
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("UPDATE workspace SET closed_at = ?", (rows.moment(_utc_now()),))
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()
        if self._lock is not None:
            self._lock.release()


def open_workspace(
    path: Path, *, clock: Callable[[], datetime] = _utc_now, read_only: bool = False, create: bool = True
) -> Workspace:
    """Open (or make) the workspace at `path`; WorkspaceError with the reason when it cannot be used.

    `read_only` works beside a running program. Blocks for the checks; call it before the loop has other work.
    """
    path = Path(path)
    check_place(path, must_exist=read_only or not create)
    if read_only:
        return _open_for_reading(path, clock)
    lock = FileLock(str(path) + ".lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise WorkspaceLocked("Another RegBatch has this workspace open; close it first, or use `regbatch status`.") from error
    except OSError as error:
        raise WorkspaceUnusable(f"The folder {path.parent} cannot be written: {error.strerror}.") from error
    try:
        return _open_for_writing(path, clock, lock)
    except BaseException:
        lock.release()
        raise


def _open_for_writing(path: Path, clock: Callable[[], datetime], lock: FileLock) -> Workspace:
    recovery = ""
    if path.exists():
        _check_header(path)
        recovery = _check_content(path)
        refuse_newer(path)
    else:
        # Made private before SQLite makes its side files with the same mode.
        path.touch(mode=0o600)
    connection = _connected(path)
    try:
        migrate(connection, path)
        path.chmod(0o600)
        row = connection.execute(sql.WORKSPACE).fetchone()
        if row is None:
            workspace_id = str(uuid4())
            created = rows.moment(clock())
            connection.execute("INSERT INTO workspace (id, created_at) VALUES (?, ?)", (workspace_id, created))
        else:
            workspace_id = row["id"]
        connection.execute(sql.PRUNE_MUTATIONS, {"before": rows.moment(clock() - _MUTATIONS_KEPT)})
        connection.execute("UPDATE workspace SET closed_at = NULL")
        # Whoever held a lease is gone: the lock on the file is ours alone. The tokens stay, so the next ones are higher.
        connection.execute("UPDATE run_leases SET expires_at = ''")
    except sqlite3.Error as error:
        connection.close()
        raise WorkspaceUnusable(f"The workspace file cannot be opened: {error}.") from error
    except BaseException:
        connection.close()
        raise
    _log.info("workspace %s opened, SQLite %s", workspace_id, sqlite3.sqlite_version)
    writer = GroupCommit(connection, path)
    store = SqliteStore(writer, reading(path), reading(path), workspace_id=workspace_id, clock=clock, recovery=recovery)
    return Workspace(store, connection, lock)


def _open_for_reading(path: Path, clock: Callable[[], datetime]) -> Workspace:
    _check_header(path)
    try:
        reader = reading(path)
        present = revision(reader)
        if present is None:
            raise WorkspaceUnusable("This file is not a RegBatch workspace yet.")
        if present != HEAD:
            refuse_newer(path)
            raise WorkspaceUnusable(
                "This workspace was written by an older version; open it once with this one, which brings it up to date and keeps a "
                "copy of it as it was."
            )
        row = reader.execute(sql.WORKSPACE).fetchone()
    except sqlite3.Error as error:
        raise WorkspaceDamaged(f"The workspace file cannot be read: {error}.") from error
    return Workspace(SqliteStore(None, reader, reading(path), workspace_id=row["id"] if row else "", clock=clock), None, None)


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return writing(path)
    except sqlite3.Error as error:
        raise WorkspaceUnusable(f"The workspace file cannot be opened: {error}.") from error


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(16)
    if header and header != b"SQLite format 3\x00":
        raise WorkspaceUnusable(f"{path} is not a RegBatch workspace; it was left untouched.")


def _check_content(path: Path) -> str:
    """Check the file; after an unclean exit or once a week thoroughly. The recovery's sentence, or ""."""
    # Without any PRAGMA: looking at somebody else's database must not change it.
    probe = sqlite3.connect(path, isolation_level=None)
    probe.row_factory = sqlite3.Row
    try:
        present = revision(probe)
        if present is None or present not in REVISIONS:
            return ""
        row = probe.execute("SELECT closed_at, checked_at FROM workspace").fetchone()
        week_ago = rows.moment(_utc_now() - timedelta(days=7)) or ""
        thorough = row is not None and (row["closed_at"] is None or (row["checked_at"] or "") < week_ago)
        sound = is_sound(probe, thorough=thorough)
        if sound and thorough:
            probe.execute("UPDATE workspace SET checked_at = ?", (rows.moment(_utc_now()),))
    except WorkspaceError:
        raise
    except sqlite3.Error:
        sound = False
    finally:
        probe.close()
    return "" if sound else recover(path)

"""One writer thread; change sets that arrive while a commit is under way share the next one.

Owns: the writing connection, and the promise that an answer is given only after COMMIT has returned (WAL, FULL).
Never: weakens a promise: a caller waits for its own commit; sharing it is what makes FULL affordable.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from regbatch_desktop.domain.errors import DiskFull, WorkspaceDamaged, WorkspaceUnusable
from regbatch_desktop.store.handover import Answer, Handover, Work
from regbatch_desktop.store.transaction_end import Disturbed, TransactionEnd

_log = logging.getLogger(__name__)
BALLAST_BYTES = 4 * 1024 * 1024


class GroupCommit:
    """The writer. `on_point` is told "before_commit" and "after_commit" (fault harness)."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._ballast = path.with_name(path.name + ".ballast")
        self.on_point: Callable[[str], None] | None = None
        self.commits = 0
        # Works make savepoints only while this is set: hardly ever does a change set not fit.
        self.careful = False
        self.at_end = TransactionEnd()
        # What the works of a transaction want done in this thread after its COMMIT, before their callers hear of it.
        self.once_durable: list[Callable[[], None]] = []
        self._make_ballast()
        self._handover = Handover(self._commit, name="store-writer")

    async def submit(self, work: Work) -> Any:
        """Run `work` in the next transaction; its value once that is durable, or its exception with nothing written."""
        return await self._handover.submit(work)

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        self._handover.close()

    def _commit(self, group: Sequence[Work]) -> Sequence[Answer]:
        try:
            return self._transaction(group)
        except Disturbed:
            self._roll_back()
        except sqlite3.Error as error:
            return self._failed(group, error)
        self.careful = True
        try:
            return self._transaction(group)
        except sqlite3.Error as error:
            return self._failed(group, error)
        finally:
            self.careful = False

    def _transaction(self, group: Sequence[Work]) -> Sequence[Answer]:
        answers: list[Answer] = []
        self.once_durable.clear()
        self.at_end.clear()
        self._connection.execute("BEGIN IMMEDIATE")
        for work in group:
            try:
                answers.append((work(self._connection), None))
            except (sqlite3.DatabaseError, Disturbed):
                raise
            except Exception as error:  # every other error belongs to its caller alone
                answers.append((None, error))
        self.at_end.run(self._connection)
        self._point("before_commit")
        self._connection.execute("COMMIT")
        self.commits += 1
        for act in self.once_durable:
            act()
        self._point("after_commit")
        return answers

    def _failed(self, group: Sequence[Work], error: sqlite3.Error) -> Sequence[Answer]:
        self._roll_back()
        problem = self._translated(error)
        return [(None, problem) for _ in group]

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            _log.exception("rollback failed")

    def _translated(self, error: sqlite3.Error) -> Exception:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        _log.error("store: %s (%s)", error, getattr(error, "sqlite_errorname", ""))
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            # Freed once, so that calls under way can still record their outcome (reliability §3.2).
            self._ballast.unlink(missing_ok=True)
            return DiskFull("The disk is full; nothing new starts until there is room again.", detail=str(error))
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return WorkspaceDamaged("The workspace file is damaged; close and open it again to recover.", detail=str(error))
        return WorkspaceUnusable(f"The workspace file could not be written: {error}", detail=str(error))

    def _point(self, name: str) -> None:
        if self.on_point is not None:
            self.on_point(name)

    def _make_ballast(self) -> None:
        try:
            if not self._ballast.exists():
                self._ballast.write_bytes(b"\0" * BALLAST_BYTES)
        except OSError:
            self._ballast.unlink(missing_ok=True)

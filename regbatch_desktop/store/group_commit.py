"""One writer thread; change sets that arrive while a commit is under way share the next one.

Owns: the writing connection, and the promise that an answer is given only after COMMIT has returned (WAL, FULL).
Never: weakens a promise: a caller waits for its own commit; sharing it is what makes FULL affordable.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from regbatch_desktop.domain.errors import DiskFull, WorkspaceDamaged, WorkspaceUnusable

_log = logging.getLogger(__name__)
Work = Callable[[sqlite3.Connection], Any]
_Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]"]
_Item = tuple[Work, _Waiter]
_Answer = tuple["asyncio.Future[Any]", Any, BaseException | None]
BALLAST_BYTES = 4 * 1024 * 1024


class GroupCommit:
    """The writer. `on_point` is told "before_commit" and "after_commit" (fault harness)."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._ballast = path.with_name(path.name + ".ballast")
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self.on_point: Callable[[str], None] | None = None
        self.commits = 0
        self._make_ballast()
        self._thread.start()

    async def submit(self, work: Work) -> Any:
        """Run `work` in the next transaction; its value once that is durable, or its exception with nothing written."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._queue.put((work, (loop, future)))
        # A caller that is cancelled does not take its write back: the answer is simply not waited for.
        return await future

    def close(self) -> None:
        """Finish what is queued, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            item = self._queue.get()
            group: list[_Item] = []
            closing = item is None
            if item is not None:
                group.append(item)
            while not closing:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    closing = True
                else:
                    group.append(following)
            if group:
                self._commit(group)
            if closing:
                return

    def _commit(self, group: list[_Item]) -> None:
        answers: list[tuple[_Waiter, Any, BaseException | None]] = []
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for work, waiter in group:
                try:
                    answers.append((waiter, work(self._connection), None))
                except sqlite3.DatabaseError:
                    raise
                except Exception as error:  # every other error belongs to its caller alone
                    answers.append((waiter, None, error))
            self._point("before_commit")
            self._connection.execute("COMMIT")
            self.commits += 1
            self._point("after_commit")
        except sqlite3.Error as error:
            self._roll_back()
            problem = self._translated(error)
            answers = [(waiter, None, problem) for _, waiter in group]
        by_loop: dict[asyncio.AbstractEventLoop, list[_Answer]] = {}
        for (loop, future), value, failure in answers:
            by_loop.setdefault(loop, []).append((future, value, failure))
        for loop, settled in by_loop.items():
            # One wake-up for the whole group; a loop that was closed meanwhile waits for nothing any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, settled)

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


def _settle(answers: list[_Answer]) -> None:
    for future, value, failure in answers:
        if future.done():
            continue
        if failure is not None:
            future.set_exception(failure)
        else:
            future.set_result(value)

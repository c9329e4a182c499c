"""Work handed from event loops to one thread: whatever a turn of a loop asks for goes over together.

Owns: the thread, and who is waiting for what.
Never: knows what the work is (group_commit.py and sqlite_store.py say).

Handing over once per turn instead of once per call keeps the loop and the thread from fighting for the interpreter at every
statement, and lets callers that move in step share one commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

from regbatch_desktop.domain.errors import DiskFull, WorkspaceDamaged

Work = Callable[[sqlite3.Connection], Any]
Answer = tuple[Any, BaseException | None]
_Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]"]
_Item = tuple[Work, _Waiter]
_Settled = list[tuple["asyncio.Future[Any]", Answer]]


class Handover:
    """`serve` runs in the thread with everything that waits, and answers each work with its value or its exception."""

    def __init__(self, serve: Callable[[Sequence[Work]], Sequence[Answer]], *, name: str) -> None:
        self._serve = serve
        self._queue: queue.SimpleQueue[list[_Item] | None] = queue.SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Item]] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def submit(self, work: Work) -> Any:
        """The value of `work`, or its exception. Cancelling the caller does not take the work back."""
        if self._closed:
            raise RuntimeError("the workspace is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        gathered = self._gathered.get(loop)
        if gathered is None:
            self._gathered[loop] = gathered = []
            loop.call_soon(self._hand_over, loop)
        gathered.append((work, (loop, future)))
        return await future

    def close(self) -> None:
        """Finish what was asked for, then end the thread."""
        self._closed = True
        for loop in tuple(self._gathered):
            self._hand_over(loop)
        self._queue.put(None)
        self._thread.join()

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        gathered = self._gathered.pop(loop, None)
        if gathered:
            self._queue.put(gathered)

    def _run(self) -> None:
        closing = False
        while not closing:
            items: list[_Item] = []
            arrived = self._queue.get()
            with contextlib.suppress(queue.Empty):
                while arrived is not None:
                    items += arrived
                    arrived = self._queue.get_nowait()
                closing = True
            if items:
                self._answer(items, self._served([work for work, _ in items]))

    def _served(self, works: Sequence[Work]) -> Sequence[Answer]:
        try:
            return self._serve(works)
        except BaseException as error:  # the thread goes on: whoever waits must hear of it
            return [(None, error) for _ in works]

    @staticmethod
    def _answer(items: Sequence[_Item], answers: Sequence[Answer]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, _Settled] = {}
        for (_, (loop, future)), answer in zip(items, answers, strict=True):
            by_loop.setdefault(loop, []).append((future, answer))
        for loop, settled in by_loop.items():
            # One wake-up for all of them; a loop that was closed meanwhile waits for nothing any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: _Settled) -> None:
    for future, (value, failure) in settled:
        if future.done():
            continue
        if failure is not None:
            future.set_exception(failure)
        else:
            future.set_result(value)


def answered(
    connection: sqlite3.Connection, asked: Sequence[Work], prepare: Callable[[sqlite3.Connection], object] | None = None
) -> list[Answer]:
    """Each work done on a connection by itself: an error is the answer of its caller alone."""
    answers: list[Answer] = []
    for work in asked:
        try:
            if prepare is not None:
                prepare(connection)
            answers.append((work(connection), None))
        except sqlite3.DatabaseError as error:
            answers.append((None, _translated(error)))
        except Exception as error:  # its caller hears of it
            answers.append((None, error))
    return answers


def _translated(error: sqlite3.DatabaseError) -> Exception:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "UTF-8" in str(error):
        return WorkspaceDamaged("The workspace file is damaged; close and open it again to recover.", detail=str(error))
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DiskFull("The disk is full or fails; what others do is shown again when there is room.", detail=str(error))
    return error

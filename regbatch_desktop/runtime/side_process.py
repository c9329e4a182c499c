"""One more process for long computations, so that a window keeps the interpreter to itself.

Owns: the process: started at the first computation, made anew when it died, gone when this program is gone.
Never: knows what is computed; functions and arguments travel as pickles, so functions stand at the top of a module.

A thread would not do: it takes the interpreter from the window for a millisecond at a time, at every call that the window makes.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


class SideProcess:
    """The Compute port for a window. A process that dies is replaced once; if the next one dies too, the computation runs here."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._changing = threading.Lock()
        self._closed = False

    async def __call__(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """See the port. RuntimeError once it is closed."""
        for _ in range(2):
            # Starting a process takes longer than a window may wait.
            pool = self._pool
            if pool is None:
                pool = await asyncio.to_thread(self._started)
            try:
                # Shielded: where the process dies, the pool stumbles over a computation that was taken back, and answers nobody any more.
                return await asyncio.shield(asyncio.wrap_future(pool.submit(function, *arguments)))
            except BrokenProcessPool as error:
                _log.warning("the side process died", extra={"code": "SIDE_PROCESS_DIED"}, exc_info=error)
                self._drop(pool)
        return await asyncio.to_thread(function, *arguments)

    def close(self) -> None:
        """End the process; what is being computed is waited for."""
        self._closed = True
        with self._changing:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def _started(self) -> ProcessPoolExecutor:
        with self._changing:
            if self._closed:
                raise RuntimeError("the side process is closed")
            if self._pool is None:
                pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
                # The process is made at the first thing that is asked of it.
                pool.submit(len, ())
                self._pool = pool
            return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        with self._changing:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False)


def _begin() -> None:
    """In the new process: Ctrl-C is the parent's to answer, and when the parent is gone, also by a kill, this ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True, name="parent").start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(0)

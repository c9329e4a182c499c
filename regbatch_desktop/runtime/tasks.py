"""Every coroutine has an owner: a scope that names, cancels and awaits it.

Owns: `create_task`; nothing else in the program calls it.
Never: retries or hides an error (it is kept for the owner and logged).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

_log = logging.getLogger(__name__)
T = TypeVar("T")


class TaskScope:
    """Tasks that live no longer than their owner."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """It takes no more work."""
        return self._closed

    def spawn(self, coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Start a task owned by this scope. RuntimeError once the scope is closed."""
        if self._closed:
            coroutine.close()
            raise RuntimeError(f"the scope {self.name} is closed")
        task = asyncio.get_running_loop().create_task(coroutine, name=f"{self.name}:{name}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task %s ended with %s", task.get_name(), type(error).__name__, exc_info=error)

    def cancel_all(self) -> None:
        """Cancel every task now; the scope stays open."""
        for task in tuple(self._tasks):
            task.cancel()

    async def aclose(self, *, deadline_s: float = 5.0) -> tuple[str, ...]:
        """Refuse new work, cancel, wait; the names of those that did not end in time."""
        self._closed = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if not tasks:
            return ()
        _, left = await asyncio.wait(tasks, timeout=deadline_s)
        return tuple(task.get_name() for task in left)

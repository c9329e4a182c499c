"""Keeps pulling and pushing alive: what ends is begun again, and a queue that should move and does not is said aloud.

Owns: the tasks of sync, how long a queue may stand still, the count of new beginnings.
Never: gives up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from regbatch_desktop.domain.fate import PARKED, WAITING
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.outbox import TeamOutbox

_log = logging.getLogger(__name__)
PATIENCE_S = 60.0
FIRST_PAUSE_S = 0.5
Work = Callable[[], Awaitable[None]]


class Watchdog:
    """`run` until cancelled. `on_stall` tears down what the next beginning should not find (connections)."""

    def __init__(
        self,
        outbox: TeamOutbox,
        connectivity: Connectivity,
        *,
        patience_s: float = PATIENCE_S,
        on_stall: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._outbox, self._connectivity, self._patience_s, self._on_stall = outbox, connectivity, patience_s, on_stall
        # How often a queue that stood still was begun again since it last moved.
        self.restarts = 0

    async def run(self, *works: Work) -> None:
        """Every work for ever, each by itself."""
        async with asyncio.TaskGroup() as group:
            pushing, *others = works
            group.create_task(self._watched(pushing))
            for work in others:
                group.create_task(_kept_alive(work))

    async def _watched(self, work: Work) -> None:
        while True:
            task = asyncio.ensure_future(_kept_alive(work))
            try:
                await self._until_it_stands_still()
            finally:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            self.restarts += 1
            _log.warning("the outbox stood still for %.0f s and is begun again (%d)", self._patience_s, self.restarts)
            self._outbox.set_stalled(self.restarts >= 2)
            if self._on_stall is not None:
                await self._on_stall()

    async def _until_it_stands_still(self) -> None:
        loop = asyncio.get_running_loop()
        mark, since = self._mark(), loop.time()
        while loop.time() - since < self._patience_s:
            await asyncio.sleep(self._patience_s / 20)
            now = self._mark()
            if now is None or now != mark or not self._connectivity.is_online:
                if now != mark:
                    self.restarts = 0
                    self._outbox.set_stalled(False)
                mark, since = now, loop.time()

    def _mark(self) -> object:
        """Something that changes with every step of the queue; None while there is nothing to be sent."""
        waiting = [entry for entry in self._outbox.entries if entry.state in WAITING and entry.state not in PARKED]
        return tuple((entry.seq, entry.revision) for entry in waiting) or None


async def _kept_alive(work: Work) -> None:
    pause = FIRST_PAUSE_S
    while True:
        try:
            await work()
        except Exception:
            _log.exception("a part of sync ended and is begun again")
        await asyncio.sleep(pause)
        pause = min(30.0, pause * 2)

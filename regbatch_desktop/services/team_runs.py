"""The runs of a team's workspace on a desktop: it works on the team's batches like any worker, beside the panes.

Owns: one worker.
Never: takes a whole batch for itself; jobs that others run are left to them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from regbatch_desktop.domain.batch import PARALLEL_CAP
from regbatch_desktop.domain.errors import Forbidden, Offline, SignInNeeded
from regbatch_desktop.pipeline.doors import Doors, InFlight
from regbatch_desktop.ports import Holder, JobQueue
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.services.runs import Runs
from regbatch_desktop.services.worker import Worker

POLL_S = 10.0
HOLDERS_S = 1.0


class TeamRuns(Runs):
    """What a pane expects of runs, over a worker."""

    def __init__(self, doors: Doors, queue: JobQueue, *, parallel_cap: int = PARALLEL_CAP) -> None:
        self._queue = queue
        self._worker = Worker(doors, queue, parallel_cap=parallel_cap, poll_s=POLL_S)
        super().__init__(doors, parallel_cap=parallel_cap)
        # Whoever knows that the project is away says so, and nothing is asked that would only wait.
        self.is_away: Callable[[], bool] = lambda: False
        # A person's decisions go first: fifty of them are with the team in half the time.
        self.is_sending: Callable[[], bool] = lambda: False
        self._worker.holds_off = lambda: self.is_away() or self.is_sending()
        self._work: asyncio.Task[tuple[InFlight, ...]] | None = None

    @property
    def in_flight(self) -> tuple[InFlight, ...]:
        """Calls under way here."""
        return self._worker.in_flight

    @property
    def is_running(self) -> bool:
        """Something is being moved here right now."""
        return bool(self._worker.in_flight)

    async def begin(self) -> None:
        """Start working on what nobody else does."""
        self._work = self._scope.spawn(self._worker.run(), name="worker")

    def retried(self, batch_id: str) -> None:
        """There may be work again."""
        self._worker.look()

    async def holders(self, batch_id: str) -> Mapping[str, Holder]:
        """See the base; empty while the project is away, or does not answer soon: a pane does not wait for it."""
        if self.is_away():
            return {}
        try:
            async with asyncio.timeout(HOLDERS_S):
                return {holder.job_id: holder for holder in await self._queue.holders(batch_id)}
        except (Offline, SignInNeeded, Forbidden, TimeoutError):
            # Whatever is wrong is said where it counts; here it only means that nothing is known.
            return {}

    async def take_over(self, job_id: str) -> bool:
        """See the base. Offline and its kin."""
        return await self._worker.take(job_id)

    def _on_change(self, change: Change) -> None:
        if change.kind in ("batch", "job", "fate", "connection"):
            self._worker.look()

    async def aclose(self, *, deadline_s: float = 60.0) -> tuple[InFlight, ...]:
        """No new call; those under way get `deadline_s` to finish and be recorded; what is still uncertain then."""
        self._unsubscribe()
        self._worker.request_stop()
        left: tuple[InFlight, ...] = ()
        if self._work is not None:
            await asyncio.wait([self._work], timeout=deadline_s)
            left = self._worker.in_flight
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._work
        await self._scope.aclose()
        await self._engine.aclose()
        return left

"""A worker: claims jobs of the team's started batches, runs a few at a time, takes over what others left.

Owns: how many jobs this process holds, the rhythm of claiming, the health line.
Never: decides for a person; runs a job whose lease somebody else holds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from regbatch_desktop.domain.errors import Offline, RegBatchError, SignInNeeded
from regbatch_desktop.pipeline.doors import Doors, InFlight
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.ports import JobQueue
from regbatch_desktop.runtime.stop_signal import StopSignal
from regbatch_desktop.runtime.tasks import TaskScope

_log = logging.getLogger(__name__)
GATHER_S = 0.05
SHARE_S = 5.0


class Worker:
    """`at_once` jobs at most, `parallel_cap` of them in Step 6; asks for more every `poll_s` seconds and when one ended."""

    def __init__(
        self, doors: Doors, queue: JobQueue, *, at_once: int = 8, parallel_cap: int | None = None, poll_s: float = 5.0
    ) -> None:
        self._doors = doors
        self._queue = queue
        self._at_once = at_once
        self._poll_s = poll_s
        self._engine = Engine(doors, parallel_cap=parallel_cap or at_once)
        self._scope = TaskScope("worker")
        self._stop = StopSignal()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._done = 0
        self._state = "starting"
        # Nothing new is claimed while this is true; what runs goes on.
        self.holds_off: Callable[[], bool] = lambda: False
        self._share_at = 0.0

    @property
    def health(self) -> Mapping[str, object]:
        """One line for whoever watches processes: state, jobs held, calls under way, jobs let go so far."""
        return {
            "state": self._state, "instance": self._doors.instance_id, "jobs": len(self._running),
            "in_flight": len(self._engine.in_flight), "done": self._done,
        }  # fmt: skip

    @property
    def in_flight(self) -> tuple[InFlight, ...]:
        """Calls that were sent and have no recorded outcome yet."""
        return self._engine.in_flight

    def look(self) -> None:
        """There may be something to claim."""
        self._news.set()

    async def run(self) -> tuple[InFlight, ...]:
        """Until asked to stop; what was under way is finished and recorded first. What is uncertain at the end."""
        try:
            while not self._stop.is_set:
                await self._claim()
                await self._share()
                await self._wait()
            self._state = "stopping"
            while self._running:
                await asyncio.wait(self._running.values())
                self._collect()
        finally:
            left = self._engine.abandon() if self._running else ()
            await self._engine.aclose()
            await self._scope.aclose()
            self._state = "stopped"
        return left

    def request_stop(self) -> None:
        """No new job and no new call; `run` returns when those under way are recorded."""
        self._state = "stopping"
        self._engine.request_stop()
        self._stop.set()
        self._news.set()

    async def _claim(self) -> None:
        free = self._at_once - len(self._running)
        if free <= 0 or self.holds_off():
            return
        try:
            claimed = await self._queue.claim_jobs(
                instance_id=self._doors.instance_id, ttl_s=self._doors.lease_ttl_s, limit=free, running=tuple(self._running)
            )
        except Offline as error:
            self._say("offline", error)
            return
        except SignInNeeded:
            raise
        except RegBatchError as error:
            self._say("refused", error)
            raise
        self._state = "working" if claimed or self._running else "idle"
        for job_id in claimed:
            self._begin(job_id)

    async def take(self, job_id: str) -> bool:
        """Run this job at once; False when somebody works on it, or it runs here already."""
        if job_id in self._running or self._stop.is_set:
            return False
        # The runner takes the lease up again: the same instance keeps its token.
        lease = await self._doors.store.acquire_lease(job_id, instance_id=self._doors.instance_id, ttl_s=self._doors.lease_ttl_s)
        return lease is not None and self._begin(job_id)

    def _begin(self, job_id: str) -> bool:
        # A claim and a person may both have asked for it; two runners under one lease would not see each other.
        if job_id in self._running:
            return False
        task = self._scope.spawn(self._run_job(job_id), name=f"job:{job_id}")
        task.add_done_callback(lambda _: self._news.set())
        self._running[job_id] = task
        return True

    async def _share(self) -> None:
        """The limits of the services hold for the whole team: everybody keeps to a part."""
        now = asyncio.get_running_loop().time()
        if not self._running or now < self._share_at:
            return
        self._share_at = now + SHARE_S
        try:
            self._doors.share.set_processes(await self._queue.working_instances())
        except Offline:
            # Known again with the next claim; until then the part stays what it was.
            return

    async def _run_job(self, job_id: str) -> None:
        try:
            await self._engine.run_job(job_id)
        except RegBatchError as error:
            # Its lease runs out or was released; whoever claims it next goes on from what is recorded.
            _log.warning("job stopped: %s %s", error.code, error.detail, extra={"job_id": job_id})

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._poll_s):
                await self._news.wait()
        except TimeoutError:
            pass
        # What arrives together is answered by one claim.
        await self._stop.pause(GATHER_S)
        self._news.clear()
        self._collect()

    def _collect(self) -> None:
        for job_id in [job_id for job_id, task in self._running.items() if task.done()]:
            del self._running[job_id]
            self._done += 1

    def _say(self, state: str, error: RegBatchError) -> None:
        if self._state != state:
            _log.warning("worker is %s: %s", state, error.code)
        self._state = state

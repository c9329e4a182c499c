"""The engine: every restaurant of a batch moves by itself, until nothing is left that can move without a person.

Owns: which jobs run in this process, the Step 6 limit, the request to stop.
Never: keeps state that matters; a killed engine and a closed one are started again the same way (design §2.8).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from regbatch_desktop.domain.batch import PARALLEL_CAP, ExecutionMode, too_many_failed
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.pipeline.account_turn import AccountTurn
from regbatch_desktop.pipeline.batch_turn import BatchTurn
from regbatch_desktop.pipeline.definition import PROCESSORS, Processor
from regbatch_desktop.pipeline.doors import Doors, InFlight
from regbatch_desktop.pipeline.job_runner import JobRunner
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.runtime.stop_signal import StopSignal
from regbatch_desktop.runtime.tasks import TaskScope


class Engine:
    """Runs batches of one workspace in this process."""

    def __init__(
        self,
        doors: Doors,
        *,
        mode: ExecutionMode | None = None,
        parallel_cap: int = PARALLEL_CAP,
        seed: int | None = None,
        processors: Mapping[int, Processor] = PROCESSORS,
    ) -> None:
        self._doors = doors
        self._mode = mode
        self._parallel_cap = parallel_cap
        self._limited = asyncio.Semaphore(parallel_cap)
        self._processors = processors
        self._stop = StopSignal()
        self._scope = TaskScope("engine")
        self._account_turn = AccountTurn(doors, self._stop)
        self._in_flight: dict[str, InFlight] = {}
        # Jitter only spreads retries; nothing secret is drawn from it.
        self._draw = random.Random(seed)  # noqa: S311

    @property
    def in_flight(self) -> tuple[InFlight, ...]:
        """Calls that were sent and have no recorded outcome yet."""
        return tuple(self._in_flight.values())

    def request_stop(self) -> None:
        """No new call starts; what is under way finishes and is recorded; `run_batch` returns."""
        self._stop.set()

    def abandon(self) -> tuple[InFlight, ...]:
        """Stop waiting at once. What is returned is uncertain and will be settled at the next start."""
        self._stop.set()
        left = self.in_flight
        self._scope.cancel_all()
        return left

    async def aclose(self) -> tuple[str, ...]:
        """End what is left; the names of tasks that would not end."""
        self._stop.set()
        return await self._scope.aclose()

    async def run_batch(self, batch_id: str) -> None:
        """Move every job of the batch as far as it goes by itself; a committed decision wakes its job while running."""
        await _BatchRun(self, batch_id).run()

    async def run_job(self, job_id: str) -> None:
        """Move one job that this instance claimed as far as it goes by itself, whatever the rest of its batch does."""
        job = await self._doors.store.job(job_id)
        batch = await self._doors.store.batch(job.batch_id)
        limited: AbstractAsyncContextManager[object] = self._limited
        if (self._mode or batch.execution_mode) is ExecutionMode.SEQUENTIAL:
            limited = BatchTurn(self._doors, batch.id, job.id, stop=self._stop, scope=self._scope)
        await self._runner(job, limited, lambda: True).run()

    def _runner(self, job: Job, limited: AbstractAsyncContextManager[object], may_start: Callable[[], bool]) -> JobRunner:
        return JobRunner(
            self._doors,
            job,
            stop=self._stop,
            scope=self._scope,
            account_turn=self._account_turn,
            limited=limited,
            in_flight=self._in_flight,
            may_start=may_start,
            draw=self._draw,
            processors=self._processors,
        )


class _BatchRun:
    """One call of `run_batch`."""

    def __init__(self, engine: Engine, batch_id: str) -> None:
        self._engine = engine
        self._batch_id = batch_id
        self._statuses: dict[str, JobStatus] = {}
        self._runners: dict[str, JobRunner] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._news = asyncio.Event()

    async def run(self) -> None:
        engine = self._engine
        doors = engine._doors
        batch = await doors.store.batch(self._batch_id)
        mode = engine._mode or batch.execution_mode
        limited = asyncio.Semaphore(1 if mode is ExecutionMode.SEQUENTIAL else engine._parallel_cap)
        unsubscribe = doors.changes.subscribe(self._on_change)
        try:
            jobs = await doors.store.jobs(self._batch_id)
            self._statuses = {job.id: job.status for job in jobs}
            for job in jobs:
                self._start(job, limited)
            while self._tasks:
                await self._news.wait()
                self._news.clear()
                await self._collect(limited)
        finally:
            unsubscribe()

    def _start(self, job: Job, limited: asyncio.Semaphore) -> None:
        if job.is_ended:
            return
        engine = self._engine
        runner = engine._runner(job, limited, self._may_start)
        self._runners[job.id] = runner
        task = engine._scope.spawn(runner.run(), name=f"job:{job.id}")
        task.add_done_callback(lambda _: self._news.set())
        self._tasks[job.id] = task

    def _may_start(self) -> bool:
        """The >50 % rule (design §4)."""
        return not too_many_failed(Counter(self._statuses.values()))

    def _on_change(self, change: Change) -> None:
        if change.kind != "job":
            return
        for job_id in change.ids:
            if job_id not in self._statuses:
                continue
            self._woken.add(job_id)
            task = self._tasks.get(job_id)
            if task is None:
                self._news.set()
            elif not task.done():
                self._statuses[job_id] = self._runners[job_id].job.status

    async def _collect(self, limited: asyncio.Semaphore) -> None:
        """Take note of runners that ended, and start those that a decision has woken."""
        for job_id in [job_id for job_id, task in self._tasks.items() if task.done()]:
            task = self._tasks.pop(job_id)
            if not task.cancelled():
                task.result()
        # One that still runs may have looked before the decision came: it stays noted until its runner has ended.
        woken = {job_id for job_id in self._woken if job_id not in self._tasks}
        self._woken -= woken
        for job_id in woken:
            job = await self._engine._doors.store.job(job_id)
            self._statuses[job_id] = job.status
            held = self._runners[job_id].held_elsewhere if job_id in self._runners else False
            if not self._engine._stop.is_set and not held and self._may_start() and can_move(job):
                self._start(job, limited)


def can_move(job: Job) -> bool:
    """Something automatic is waiting in this job."""
    if job.is_ended:
        return False
    return job.step(job.current_step).status.value in ("pending", "in_progress", "retrying")

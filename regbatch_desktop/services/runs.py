"""The runs of a workspace: every started batch moves on while the program is open, whatever window is.

Owns: one engine, one task per batch that can still move, the wake-up after a person's decision.
Never: decides for a person; a batch that waits costs nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from regbatch_desktop.domain.batch import PARALLEL_CAP, BatchStatus
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.pipeline.doors import Doors, InFlight
from regbatch_desktop.pipeline.engine import Engine, can_move
from regbatch_desktop.ports import Holder
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.runtime.tasks import TaskScope

_log = logging.getLogger(__name__)
_OVER = (BatchStatus.CANCELLED, BatchStatus.COMPLETED)


class Runs:
    """Call `begin` once; every batch that is started later is taken up by itself."""

    def __init__(self, doors: Doors, *, parallel_cap: int = PARALLEL_CAP) -> None:
        self._doors = doors
        self._engine = Engine(doors, parallel_cap=parallel_cap)
        self._scope = TaskScope("runs")
        self._woken: dict[str, asyncio.Event] = {}
        self._batch_of: dict[str, str] = {}
        self._unsubscribe = doors.changes.subscribe(self._on_change)

    @property
    def in_flight(self) -> tuple[InFlight, ...]:
        """Calls under way."""
        return self._engine.in_flight

    @property
    def is_running(self) -> bool:
        """Some batch is being moved right now."""
        return bool(self._engine.in_flight)

    async def begin(self) -> None:
        """Take up every batch that had been started."""
        for row in await self._doors.store.batch_rows():
            if row.started_at is not None and row.status not in _OVER:
                self._take_up(row.key)

    def _take_up(self, batch_id: str) -> None:
        if batch_id in self._woken:
            self._woken[batch_id].set()
            return
        self._woken[batch_id] = asyncio.Event()
        self._scope.spawn(self._run(batch_id), name=f"batch:{batch_id}")

    async def _run(self, batch_id: str) -> None:
        woken = self._woken[batch_id]
        try:
            while True:
                woken.clear()
                try:
                    self._batch_of |= {job.id: batch_id for job in await self._doors.store.jobs(batch_id)}
                    await self._engine.run_batch(batch_id)
                    progress = await self._doors.store.batch_progress(batch_id)
                    jobs = await self._doors.store.jobs(batch_id)
                except RegBatchError as error:
                    # A full disk or a damaged file: said in the panes; tried again at the next change.
                    _log.warning("batch %s stopped: %s", batch_id, error.code)
                else:
                    if progress.status in _OVER and not any(job.has_failures for job in jobs):
                        return
                    if progress.status is not BatchStatus.FAILED and any(can_move(job) for job in jobs):
                        await asyncio.sleep(0.02)
                        continue
                await woken.wait()
        finally:
            self._woken.pop(batch_id, None)

    def _on_change(self, change: Change) -> None:
        if change.kind == "batch":
            for batch_id in change.ids:
                self._scope.spawn(self._look(batch_id), name=f"look:{batch_id}")
        elif change.kind == "job":
            for batch_id in {self._batch_of[job_id] for job_id in change.ids if job_id in self._batch_of}:
                if batch_id in self._woken:
                    self._woken[batch_id].set()

    async def _look(self, batch_id: str) -> None:
        batch = await self._doors.store.batch(batch_id)
        if batch.started_at is not None and batch.cancelled_at is None:
            self._take_up(batch_id)

    def retried(self, batch_id: str) -> None:
        """A retry reopened a batch that was over."""
        self._take_up(batch_id)

    async def holders(self, _batch_id: str) -> Mapping[str, Holder]:
        """Job id → who works on it, where several can; a file is one program's at a time."""
        return {}

    async def take_over(self, _job_id: str) -> bool:
        """Run a job that nobody works on any more, now; False when somebody does."""
        return False

    async def aclose(self, *, deadline_s: float = 60.0) -> tuple[InFlight, ...]:
        """No new call; those under way get `deadline_s` to finish and be recorded; what is still uncertain then."""
        self._unsubscribe()
        self._engine.request_stop()
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + deadline_s
        while self._engine.in_flight and loop.time() < give_up_at:  # noqa: ASYNC110 - nobody tells when a call ends
            await asyncio.sleep(0.05)
        left = self._engine.abandon() if self._engine.in_flight else ()
        await self._scope.aclose()
        await self._engine.aclose()
        return left

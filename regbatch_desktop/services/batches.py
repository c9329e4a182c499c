"""Starting, cancelling and retrying batches and single restaurants.

Owns: a cancel that sticks and includes every job that has not ended (L15); a retry of one job from any step (L17).
Never: runs anything; the engine is woken by the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from regbatch_desktop.domain import transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.errors import BatchAlreadyStarted, Conflict, InvalidStatus, MissingSelections
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.names import cleaned
from regbatch_desktop.domain.steps import JobStatus, StepEvent, StepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.job_record import MAX_DECISIONS, Plan
from regbatch_desktop.ports import ChangeSet, Committed, SaveBatch, SaveJob, Write
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.services.decide import change_job

SKIPPABLE = (1, 2, 4)
_DecideBatch = Callable[[Batch, Sequence[Job], datetime], list[Write]]


async def start_batch(doors: Doors, batch_id: str) -> None:
    """Pending → in progress, with every job, in one commit. BatchAlreadyStarted the second time."""

    def decide(batch: Batch, jobs: Sequence[Job], now: datetime) -> list[Write]:
        if batch.started_at is not None or batch.cancelled_at is not None:
            raise BatchAlreadyStarted(f"The batch “{batch.name}” has been started already.")
        pending = [job for job in jobs if job.status is JobStatus.PENDING]
        writes: list[Write] = [SaveBatch(batch, replace(batch, started_at=now))]
        return writes + [SaveJob(job, transitions.start(job, now=now)) for job in pending]

    await _change_batch(doors, batch_id, decide)


async def cancel_batch(doors: Doors, batch_id: str) -> int:
    """Cancel for good; the number of jobs cancelled. Calls under way still record their outcome."""
    cancelled = 0

    def decide(batch: Batch, jobs: Sequence[Job], now: datetime) -> list[Write]:
        nonlocal cancelled
        if batch.cancelled_at is not None:
            raise InvalidStatus(f"The batch “{batch.name}” is cancelled already.")
        live = [job for job in jobs if job.status not in (JobStatus.COMPLETED, JobStatus.CANCELLED)]
        if not live:
            raise InvalidStatus(f"The batch “{batch.name}” is completed; there is nothing to cancel.")
        cancelled = len(live)
        writes: list[Write] = [SaveBatch(batch, replace(batch, cancelled_at=now))]
        return writes + [SaveJob(job, transitions.cancel(job, now=now)) for job in live]

    await _change_batch(doors, batch_id, decide)
    return cancelled


async def rename_batch(doors: Doors, batch_id: str, name: str) -> None:
    """Another name. MissingSelections for an empty one."""
    wanted = cleaned(name)[:120]
    if not wanted:
        raise MissingSelections("A batch needs a name.")

    def decide(batch: Batch, _jobs: Sequence[Job], _now: datetime) -> list[Write]:
        return [SaveBatch(batch, replace(batch, name=wanted))]

    await _change_batch(doors, batch_id, decide)


async def retry_job(doors: Doors, job_id: str, *, from_step: int | None = None, reset_config: bool = False) -> Job:
    """Reopen one restaurant from a step (its first unfinished one by default)."""
    now = doors.clock.now()

    def decide(job: Job) -> Plan:
        number = from_step or (job.current_step if job.status is not JobStatus.COMPLETED else 6)
        return Plan(transitions.retry_from(job, number, now=now, reset_config=reset_config))

    return await change_job(doors, job_id, decide)


def can_skip(job: Job) -> bool:
    """It failed at an automatic step that the others can do without: all but the account setup (L12)."""
    step = job.step(job.current_step)
    return job.status is JobStatus.FAILED and step.number in SKIPPABLE and step.status is StepStatus.FAILED


async def skip_step(doors: Doors, job_id: str) -> Job:
    """Leave out the step at which a restaurant failed; what comes after it goes on. InvalidStatus where it cannot."""
    now = doors.clock.now()

    def decide(job: Job) -> Plan:
        if not can_skip(job):
            raise InvalidStatus("Only a failed extraction, search or company details can be skipped.")
        reason = {"reason": "skipped by a person"}
        return Plan(transitions.apply_step(job, job.current_step, StepEvent.SKIP, now=now, result_data=reason))

    return await change_job(doors, job_id, decide)


def is_retryable(job: Job) -> bool:
    """Failed, or completed with failures."""
    return job.status is JobStatus.FAILED or (job.status is JobStatus.COMPLETED and job.has_failures)


async def _change_batch(doors: Doors, batch_id: str, decide: _DecideBatch) -> None:
    for _ in range(MAX_DECISIONS):
        batch = await doors.store.batch(batch_id)
        jobs = await doors.store.jobs(batch_id)
        writes = decide(batch, jobs, doors.clock.now())
        if isinstance(await doors.store.commit(ChangeSet(str(uuid4()), tuple(writes))), Committed):
            doors.changes.publish(Change("batch", (batch_id,)))
            doors.changes.publish(Change("job", tuple(job.id for job in jobs)))
            return
    raise Conflict("The batch is being changed by somebody else at the same time; please try again.")

"""The one transition function: `(job, event) -> job` for steps and sub-steps, and what follows from it.

Owns: opening the next step, the derived job status, time stamps and the version (L10, L11, L13, L15).
Never: reads a clock, stores, or talks to a service.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import (
    STEPS,
    TOTAL_STEPS,
    JobStatus,
    Step,
    StepEvent,
    StepStatus,
    StepType,
    SubStepEvent,
    check_job_transition,
    next_step_status,
    next_sub_step_status,
)
from regbatch_desktop.domain.sub_steps import ENDED, SubStep, SubStepKey, SubStepStatus

_ENDING = (StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.SKIPPED)


def derived_status(job: Job) -> JobStatus:
    """Cancelled sticks (L15); a failed step fails the job; a waiting one asks; all six done completes it."""
    if job.cancelled_at is not None:
        return JobStatus.CANCELLED
    statuses = [step.status for step in job.steps]
    if StepStatus.FAILED in statuses:
        return JobStatus.FAILED
    if StepStatus.ACTION_REQUIRED in statuses:
        return JobStatus.ACTION_REQUIRED
    if all(step.is_done for step in job.steps):
        return JobStatus.COMPLETED
    return JobStatus.PENDING if job.started_at is None else JobStatus.IN_PROGRESS


def _settled(old: Job, job: Job, now: datetime) -> Job:
    """`job` with its derived status and the next version."""
    status = derived_status(job)
    check_job_transition(old.status, status)
    failed = next((step for step in job.steps if step.status is StepStatus.FAILED), None)
    ended = status in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)
    return replace(
        job,
        status=status,
        version=old.version + 1,
        error_code=failed.error_code if failed else "",
        error_message=failed.error_message if failed else "",
        completed_at=(job.completed_at or now) if ended else None,
    )


def _with_step(job: Job, step: Step) -> Job:
    return replace(job, steps=tuple(step if step.number == old.number else old for old in job.steps))


def _moved(step: Step, event: StepEvent, now: datetime, changes: Mapping[str, Any]) -> Step:
    status = next_step_status(step.status, event)
    stamps: dict[str, Any] = {"status": status, "next_attempt_at": None}
    if event is StepEvent.START:
        stamps |= {"started_at": now, "completed_at": None, "duration_ms": None, "attempt": step.attempt + 1}
        stamps |= {"error_code": "", "error_message": ""}
    elif event is StepEvent.RESET:
        stamps |= {"started_at": None, "completed_at": None, "duration_ms": None, "retry_count": step.retry_count + 1}
        stamps |= {"error_code": "", "error_message": "", "result_data": {}, "attempt": 0}
    elif event is StepEvent.NEED_PERSON:
        stamps |= {"started_at": step.started_at or now}
    elif event is not StepEvent.FAIL and status in _ENDING:
        stamps |= {"error_code": "", "error_message": ""}
    if status in _ENDING:
        began = step.started_at or now
        elapsed_ms = max(0, round((now - began).total_seconds() * 1000))
        stamps |= {"started_at": began, "completed_at": now, "duration_ms": elapsed_ms}
    return replace(step, **{**stamps, **changes})


def _open_next(job: Job, number: int, now: datetime) -> Job:
    """A person's step opens by itself once everything before it is done (L10)."""
    following = next((step for step in job.steps[number:] if not step.is_done), None)
    if following is None or not all(step.is_done for step in job.steps[: following.number - 1]):
        return job
    asks = STEPS[following.number - 1].step_type is StepType.ACTION_REQUIRED
    if asks and following.status is StepStatus.PENDING:
        return _with_step(job, _moved(following, StepEvent.NEED_PERSON, now, {}))
    return job


def apply_step(job: Job, number: int, event: StepEvent, *, now: datetime, **changes: Any) -> Job:
    """Move one step by the table and settle the job. `changes` are further fields of the step.

    Raises InvalidStatus for a pair outside the table, for a cancelled job, and for a step that would start, or ask a
    person, before everything in front of it is done (L9).
    """
    if job.cancelled_at is not None:
        raise InvalidStatus("This restaurant's registration was cancelled; it cannot go on.")
    if event is StepEvent.START and not all(step.is_done for step in job.steps[: number - 1]):
        raise InvalidStatus(f"Step {number} cannot start before the steps in front of it are done.")
    opens = event is StepEvent.NEED_PERSON and job.step(number).status is StepStatus.PENDING
    if opens and not all(step.is_done for step in job.steps[: number - 1]):
        raise InvalidStatus(f"Step {number} cannot open before the steps in front of it are done.")
    moved = _with_step(job, _moved(job.step(number), event, now, changes))
    if moved.started_at is None and event is not StepEvent.RESET:
        moved = replace(moved, started_at=now)
    if event in (StepEvent.COMPLETE, StepEvent.SETTLE, StepEvent.SKIP):
        moved = _open_next(moved, number, now)
    elif event is StepEvent.RESET:
        moved = _open_next(moved, number - 1, now)
    return _settled(job, moved, now)


def start(job: Job, *, now: datetime) -> Job:
    """Pending → in progress: the batch was started. InvalidStatus for any other job."""
    if job.status is not JobStatus.PENDING:
        raise InvalidStatus("This restaurant's registration has been started already.")
    return _settled(job, replace(job, started_at=now), now)


def apply_sub_step(job: Job, key: SubStepKey, event: SubStepEvent, *, now: datetime, **changes: Any) -> Job:
    """Move one sub-step by the table; `changes` are further fields of the sub-step.

    A cancelled job still accepts the outcome of a call that was under way: cancelling never hides one (design §2.4).
    """
    truth = (SubStepEvent.COMPLETE, SubStepEvent.FAIL, SubStepEvent.LOSE, SubStepEvent.RETRY_LATER)
    if job.cancelled_at is not None and event not in truth:
        raise InvalidStatus("This restaurant's registration was cancelled; no new call starts.")
    moved = moved_sub_step(job.sub_steps[key], event, now, changes)
    # The job's status follows from its steps, which stay what they are.
    return replace(job, version=job.version + 1, sub_steps={**job.sub_steps, key: moved})


_NO_ERROR = {"error": "", "error_code": ""}
_BY_HAND = {"manually_updated": True}
_SUB_STEP_STAMPS: Mapping[SubStepEvent, Mapping[str, Any]] = {
    SubStepEvent.START: {**_NO_ERROR, "reason": "", "completed_at": None, "manually_updated": False},
    SubStepEvent.COMPLETE: {**_NO_ERROR, "reason": "", "manually_updated": False},
    SubStepEvent.FAIL: {},
    SubStepEvent.LOSE: {},
    SubStepEvent.RETRY_LATER: {},
    SubStepEvent.SKIP: {},
    SubStepEvent.SET_COMPLETED: {**_NO_ERROR, **_BY_HAND},
    SubStepEvent.SET_SKIPPED: {**_NO_ERROR, **_BY_HAND},
    SubStepEvent.SET_FAILED: _BY_HAND,
    SubStepEvent.RESET: {
        **_NO_ERROR, "started_at": None, "completed_at": None, "attempt": 0, "reason": "", "result": {}, "manually_updated": False,
    },
}  # fmt: skip


def moved_sub_step(old: SubStep, event: SubStepEvent, now: datetime, changes: Mapping[str, Any]) -> SubStep:
    """One sub-step after an event, with its time stamps; InvalidStatus outside the table."""
    status = next_sub_step_status(old.status, event)
    stamps: dict[str, Any] = {"status": status, "next_attempt_at": None, **_SUB_STEP_STAMPS[event]}
    if event is SubStepEvent.START:
        stamps |= {"started_at": old.started_at or now, "attempt": old.attempt + 1}
    if status in ENDED:
        stamps["completed_at"] = now
    return replace(old, **{**stamps, **changes})


def with_sub_step(job: Job, sub: SubStep) -> Job:
    """The job with one sub-step replaced; version and status untouched."""
    return replace(job, sub_steps={**job.sub_steps, sub.key: sub})


def cancel(job: Job, *, now: datetime) -> Job:
    """Cancel for good; steps keep what they were and calls under way still record their outcome.

    InvalidStatus for a completed or cancelled job; a failed one can be cancelled.
    """
    if job.status in (JobStatus.COMPLETED, JobStatus.CANCELLED):
        raise InvalidStatus(f"A job that is {job.status.value} cannot be cancelled.")
    return _settled(job, replace(job, cancelled_at=now), now)


def retry_from(job: Job, number: int, *, now: datetime, reset_config: bool = False) -> Job:
    """Reopen a job from step `number` on (L17). What was completed at the platform in Step 6 is not done again.

    Allowed from failed, action required, and completed with failures. With `reset_config` the configuration is
    dropped and Step 5 asks again.
    """
    if not 1 <= number <= TOTAL_STEPS:
        raise InvalidStatus(f"There is no step {number}; a retry starts at a step from 1 to 6.")
    reopenable = job.status in (JobStatus.FAILED, JobStatus.ACTION_REQUIRED)
    if not (reopenable or (job.status is JobStatus.COMPLETED and job.has_failures)):
        raise InvalidStatus(f"A job that is {job.status.value} cannot be retried.")
    if not all(step.is_done for step in job.steps[: number - 1]):
        raise InvalidStatus(f"Step {number} cannot be retried before the steps in front of it are done.")
    moved = job
    first = min(number, 5) if reset_config else number
    for step in job.steps[first - 1 :]:
        if step.status is not StepStatus.PENDING:
            moved = _with_step(moved, _moved(step, StepEvent.RESET, now, {}))
    for sub in job.sub_steps.values():
        if sub.status in (SubStepStatus.FAILED, SubStepStatus.RETRYING) or (
            sub.status is SubStepStatus.SKIPPED and not sub.manually_updated
        ):
            moved = with_sub_step(moved, moved_sub_step(sub, SubStepEvent.RESET, now, {}))
    if reset_config:
        moved = replace(moved, execution_config={})
    moved = replace(moved, started_at=moved.started_at or now)
    return _settled(job, _open_next(moved, first - 1, now), now)

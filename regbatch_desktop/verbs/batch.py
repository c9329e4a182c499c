"""Starting, cancelling, renaming a batch; retrying and skipping in one restaurant.

Owns: a cancel that sticks and includes every job that has not ended (L15); a retry of one job from any step (L17).
Never: runs anything; the engine is woken by the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from regbatch_desktop.domain import transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.errors import BatchAlreadyStarted, BatchNotFound, InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.domain.names import shown
from regbatch_desktop.domain.steps import STEPS, JobStatus, StepEvent, StepStatus
from regbatch_desktop.ports import SaveBatch, Write
from regbatch_desktop.verbs.scope import Scope, saved
from regbatch_desktop.verbs.verb import Subject, Verb

SKIPPABLE = (1, 2, 4)


def _batch(scope: Scope) -> Batch:
    if scope.batch is None:
        raise BatchNotFound("There is no such batch in this workspace.")
    return scope.batch


def _standing(_mutation: Mutation, scope: Scope) -> Subject:
    batch = _batch(scope)
    return {"started": batch.started_at is not None, "cancelled": batch.cancelled_at is not None}


def _standing_words(_mutation: Mutation, scope: Scope) -> str:
    batch = _batch(scope)
    if batch.cancelled_at is not None:
        return "the batch was cancelled"
    return "the batch was started" if batch.started_at is not None else "the batch has not been started"


def _start(_mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    batch = _batch(scope)
    if batch.started_at is not None or batch.cancelled_at is not None:
        raise BatchAlreadyStarted(f"The batch “{batch.name}” has been started already.")
    pending = [job for job in scope.jobs if job.status is JobStatus.PENDING]
    return [SaveBatch(batch, replace(batch, started_at=now)), *(saved(job, transitions.start(job, now=now)) for job in pending)]


def _is_started(_mutation: Mutation, scope: Scope) -> bool:
    batch = _batch(scope)
    return batch.started_at is not None and batch.cancelled_at is None


START_BATCH = Verb(_start, _standing, lambda _: "the batch is started", _standing_words, _is_started)


def live(jobs: Sequence[Job]) -> list[Job]:
    """Those that a cancel ends."""
    return [job for job in jobs if job.status not in (JobStatus.COMPLETED, JobStatus.CANCELLED)]


def _cancel(_mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    batch = _batch(scope)
    if batch.cancelled_at is not None:
        raise InvalidStatus(f"The batch “{batch.name}” is cancelled already.")
    ended = live(scope.jobs)
    if not ended:
        raise InvalidStatus(f"The batch “{batch.name}” is completed; there is nothing to cancel.")
    return [
        SaveBatch(batch, replace(batch, cancelled_at=now)),
        *(saved(job, transitions.cancel(job, now=now)) for job in ended),
    ]


def _is_cancelled(_mutation: Mutation, scope: Scope) -> bool:
    return _batch(scope).cancelled_at is not None


# Whether it runs already is no reason not to cancel it.
CANCEL_BATCH = Verb(_cancel, lambda _m, _s: {}, lambda _: "the batch is cancelled", _standing_words, _is_cancelled)


def _rename(mutation: Mutation, scope: Scope, _now: datetime) -> Sequence[Write]:
    batch = _batch(scope)
    return [SaveBatch(batch, replace(batch, name=mutation.args["name"]))]


RENAME_BATCH = Verb(
    _rename,
    lambda _mutation, scope: {"name": _batch(scope).name},
    lambda mutation: f"the batch is called “{shown(mutation.args['name'], cap=80)}”",
    lambda _mutation, scope: f"the batch is called “{shown(_batch(scope).name, cap=80)}”",
    lambda mutation, scope: _batch(scope).name == mutation.args["name"],
)

# ------------------------------------------------------------ one restaurant


def is_retryable(job: Job) -> bool:
    """Failed, or completed with failures."""
    return job.status is JobStatus.FAILED or (job.status is JobStatus.COMPLETED and job.has_failures)


def can_skip(job: Job) -> bool:
    """It failed at an automatic step that the others can do without: all but the account setup (L12)."""
    step = job.step(job.current_step)
    return job.status is JobStatus.FAILED and step.number in SKIPPABLE and step.status is StepStatus.FAILED


def _job_words(_mutation: Mutation, scope: Scope) -> str:
    return f"the restaurant is at “{STEPS[scope.job.current_step - 1].name}”, {scope.job.status.value.replace('_', ' ')}"


def _retry(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    job, args = scope.job, mutation.args
    number = args["from_step"] or (job.current_step if job.status is not JobStatus.COMPLETED else 6)
    return [saved(job, transitions.retry_from(job, number, now=now, reset_config=args["reset_config"]))]


def _retry_subject(mutation: Mutation, scope: Scope) -> Subject:
    # A retry that drops a configuration must not drop one that was made meanwhile.
    job = scope.job
    return {"retries": [step.retry_count for step in job.steps]} if mutation.args["reset_config"] else {}


def _runs_again(_mutation: Mutation, scope: Scope) -> bool:
    job = scope.job
    return job.status is JobStatus.IN_PROGRESS or (job.status is JobStatus.COMPLETED and not job.has_failures)


RETRY_JOB = Verb(_retry, _retry_subject, lambda _: "tried again", _job_words, _runs_again)


def _skip(_mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    job = scope.job
    if not can_skip(job):
        raise InvalidStatus("Only a failed extraction, search or company details can be skipped.")
    reason = {"reason": "skipped by a person"}
    return [saved(job, transitions.apply_step(job, job.current_step, StepEvent.SKIP, now=now, result_data=reason))]


SKIP_STEP = Verb(
    _skip,
    lambda _mutation, scope: {"step": scope.job.current_step, "retries": scope.job.step(scope.job.current_step).retry_count},
    lambda _: "the step is left out",
    _job_words,
)

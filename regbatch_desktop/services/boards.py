"""What the batch detail shows, made from the rows of one batch.

Owns: the words for a status, the groups of failures, the estimate of the time left.
Never: changes anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from statistics import median

from regbatch_desktop.domain.batch import PARALLEL_CAP, BatchStatus, batch_progress
from regbatch_desktop.domain.effects import EffectVerdict, on_ambiguity
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import STEPS, JobStatus, StepStatus, StepType
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStep, SubStepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import Holder
from regbatch_desktop.read_models import BatchBoard, BatchRow, FailureGroup, JobRow, StepRow, StepSummary, SubStepRow
from regbatch_desktop.services.batches import can_skip, is_retryable
from regbatch_desktop.services.decisions import can_enter
from regbatch_desktop.services.exports import shop_address, status_words

# What a person needs for one decision, as users of the original did.
DECISION_S = 45.0
_AUTOMATIC = tuple(step.number for step in STEPS if step.step_type is StepType.AUTOMATIC)
_REPEAT = {
    EffectVerdict.REPEAT: "Safe to repeat",
    EffectVerdict.QUERY: "Checked at the platform before it is repeated",
    EffectVerdict.ASK: "Never repeated without asking you",
}


async def batch_board(doors: Doors, batch_id: str, before: BatchBoard | None = None) -> BatchBoard:
    """BatchNotFound for an unknown batch. What did not change since the board `before` is taken from it."""
    store = doors.store
    # Together: between one question and the next lie two turns of busy threads.
    batch, jobs, people = await asyncio.gather(store.batch(batch_id), store.jobs(batch_id), store.batch_restaurants(batch_id))
    # From the same rows, so that the head never contradicts the table below it.
    progress = batch_progress(batch, [job.status for job in jobs])
    restaurants = {each.id: each for each in people}
    known = {row.key: row for row in before.jobs} if before is not None else {}
    rows = tuple(_row(job, restaurants[job.restaurant_id], known.get(job.id)) for job in jobs)
    summaries = step_summaries(jobs)
    marks = tuple(summary.status_key for summary in summaries)
    current = min((job.current_step for job in jobs if not job.is_ended), default=6)
    row = BatchRow(batch.id, batch.name, batch.created_at, batch.started_at, progress, marks, current)
    return BatchBoard(
        row,
        batch.execution_mode.value,
        rows,
        summaries,
        failure_groups(rows),
        time_left(jobs, batch.execution_mode.value, summaries),
    )


def with_workers(board: BatchBoard, holders: Mapping[str, Holder], *, here: str, person: str) -> BatchBoard:
    """The board with who works on what. `here`: this process's instance id; `person`: who looks at it."""
    if not holders:
        return board
    return replace(board, jobs=tuple(_with_worker(row, holders.get(row.key), here, person) for row in board.jobs))


def _with_worker(row: JobRow, holder: Holder | None, here: str, person: str) -> JobRow:
    if holder is None or row.status_key not in ("pending", "in_progress"):
        return row
    if not holder.works:
        return replace(row, worker=f"nobody since {holder.until.astimezone():%H:%M}", can_take_over=True)
    if holder.instance_id == here:
        return replace(row, worker="you, here")
    return replace(row, worker="you, elsewhere" if holder.person == person else holder.person or "somebody")


def _row(job: Job, restaurant: Restaurant, known: JobRow | None) -> JobRow:
    if known is not None and known.versions == (job.version, restaurant.version):
        return known
    return job_row(job, restaurant)


def job_row(job: Job, restaurant: Restaurant) -> JobRow:
    """One restaurant as a row."""
    number = job.current_step
    step = job.step(number)
    running = [SUB_STEPS[key].label for key, sub in job.sub_steps.items() if sub.status is SubStepStatus.IN_PROGRESS]
    retrying = [SUB_STEPS[key].label for key, sub in job.sub_steps.items() if sub.status is SubStepStatus.RETRYING]
    done_subs = sum(sub.is_ended for sub in job.sub_steps.values())
    done_steps = sum(each.is_done for each in job.steps)
    part = done_subs / len(job.sub_steps) if number == 6 and not job.step(6).is_done else 0.0
    doing = ", ".join(running) if running else (f"trying again: {', '.join(retrying)}" if retrying else "")
    return JobRow(
        key=job.id,
        restaurant_id=restaurant.id,
        name=restaurant.name,
        city=restaurant.city,
        status_key=job.status.value,
        status=_status(job),
        step=number,
        step_name=STEPS[number - 1].name,
        step_marks=tuple(each.status.value for each in job.steps),
        doing=doing,
        error=job.error_message or step.error_message,
        error_code=job.error_code or step.error_code,
        percent=100 if job.status is JobStatus.COMPLETED else round(100 * (done_steps + part) / 6),
        failed_percent=100 if job.status is JobStatus.FAILED else 0,
        needs_you=job.status is JobStatus.ACTION_REQUIRED,
        can_retry=is_retryable(job),
        can_resume=job.status is JobStatus.ACTION_REQUIRED and number == 6,
        can_skip=can_skip(job),
        can_enter=can_enter(job),
        shop=shop_address(job),
        versions=(job.version, restaurant.version),
        steps=tuple(
            StepRow(
                str(each.number), each.number, STEPS[each.number - 1].name, each.status.value, each.started_at, each.completed_at,
                None if each.duration_ms is None else each.duration_ms / 1000, each.attempt, each.error_message,
            )
            for each in job.steps
        ),
        sub_steps=tuple(_sub_step_row(sub) for sub in job.sub_steps.values()),
        note=restaurant.note,
    )  # fmt: skip


def _status(job: Job) -> str:
    if job.status is JobStatus.ACTION_REQUIRED:
        return "needs you"
    if job.step(job.current_step).status is StepStatus.RETRYING:
        return "trying again"
    if job.status is JobStatus.IN_PROGRESS:
        return "running"
    return status_words(job)


def _sub_step_row(sub: SubStep) -> SubStepRow:
    definition = SUB_STEPS[sub.key]
    ended = (sub.completed_at - sub.started_at).total_seconds() if sub.completed_at and sub.started_at else None
    return SubStepRow(
        sub.key.value, definition.label, definition.phase, sub.status.value, sub.attempt, ended, sub.next_attempt_at,
        sub.error or sub.reason, _REPEAT[on_ambiguity(definition.effect_class)],
    )  # fmt: skip


def step_summaries(jobs: Sequence[Job]) -> tuple[StepSummary, ...]:
    """The six steps over all jobs."""
    found = []
    for definition in STEPS:
        steps = [job.step(definition.number) for job in jobs if job.status is not JobStatus.CANCELLED]
        statuses = [step.status for step in steps]
        waiting = sum(s is StepStatus.ACTION_REQUIRED for s in statuses)
        failed = sum(s is StepStatus.FAILED for s in statuses)
        running = sum(s in (StepStatus.IN_PROGRESS, StepStatus.RETRYING) for s in statuses)
        done = sum(step.is_done for step in steps)
        key = "pending"
        if waiting:
            key = "action_required"
        elif failed:
            key = "failed"
        elif running:
            key = "in_progress"
        elif steps and done == len(steps):
            key = "completed"
        times = [
            step.duration_ms / 1000 for step in steps if step.duration_ms is not None and step.status is StepStatus.COMPLETED
        ]
        found.append(
            StepSummary(
                str(definition.number), definition.number, definition.name, key, done, running, waiting, failed, len(steps),
                median(times) if times else None,
            )
        )  # fmt: skip
    return tuple(found)


def failure_groups(rows: Sequence[JobRow]) -> tuple[FailureGroup, ...]:
    """Failed restaurants by cause, the largest group first."""
    groups: dict[str, list[JobRow]] = {}
    for row in rows:
        if row.can_retry:
            groups.setdefault(row.error_code or "SUB_STEP_FAILED", []).append(row)
    return tuple(
        FailureGroup(
            code, found[0].error or "Some sub-steps failed; the shop works without them.", tuple(row.key for row in found)
        )
        for code, found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def time_left(jobs: Sequence[Job], mode: str, summaries: Sequence[StepSummary]) -> str:
    """In words: decisions of a person, then machine time; "" when nothing is left or nothing is known yet."""
    live = [job for job in jobs if not job.is_ended]
    if not live or all(job.started_at is None for job in live):
        return ""
    typical = {summary.number: summary.median_s or 0.0 for summary in summaries}
    machine = sum(typical[n] for job in live for n in _AUTOMATIC if not job.step(n).is_done)
    return _left_words(sum(job.status is JobStatus.ACTION_REQUIRED for job in live), machine, mode)


def batch_time_left(row: BatchRow, seconds: Mapping[int, float]) -> str:
    """The same for a batch in a list, by the workspace's typical seconds per step."""
    if row.started_at is None or row.status in (BatchStatus.COMPLETED, BatchStatus.CANCELLED):
        return ""
    machine = sum(
        number * seconds.get(step, 0.0) for at, number in row.open_at.items() for step in _AUTOMATIC if step >= at
    )  # fmt: skip
    return _left_words(row.needs_you, machine, row.mode)


def _left_words(waiting: int, machine_s: float, mode: str) -> str:
    machine = machine_s / (1 if mode == "sequential" else PARALLEL_CAP)
    parts = []
    if waiting:
        parts.append(f"{waiting} decision{'s' if waiting != 1 else ''} from you ≈ {_minutes(waiting * DECISION_S)}")
    if machine >= 1:
        parts.append(f"{'then ' if parts else ''}≈ {_minutes(machine)} of machine time")
    return ", ".join(parts)


def _minutes(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def gantt(rows: Sequence[JobRow]) -> tuple[datetime, datetime] | None:
    """The first and last moment anything happened, or None."""
    moments = [moment for row in rows for step in row.steps for moment in (step.started_at, step.completed_at) if moment]
    return (min(moments), max(moments)) if moments else None

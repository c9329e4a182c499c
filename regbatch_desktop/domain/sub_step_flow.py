"""How Step 6 moves through its graph: what may start, what must be skipped, when it has ended, manual edits.

Owns: skip reasons that follow from the graph, the end of Step 6, transitive reset (L13, L14, §3.5).
Never: calls the platform.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from regbatch_desktop.domain.errors import DependencyMissing, InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus, StepEvent, StepStatus, SubStepEvent
from regbatch_desktop.domain.sub_steps import (
    SUB_STEPS,
    WAITS_ONLY_FOR_END,
    SubStep,
    SubStepKey,
    SubStepStatus,
    dependents,
)
from regbatch_desktop.domain.transitions import (
    apply_step,
    apply_sub_step,
    moved_sub_step,
    with_sub_step,
)

# An account that is there already satisfies the registration; images not wanted do not stop the menu.
_SKIP_SATISFIES = frozenset(
    {
        (SubStepKey.RESTAURANT_REGISTRATION, SubStepKey.CLOUDWAITRESS_ACCOUNT),
        (SubStepKey.MENU_IMPORT, SubStepKey.UPLOAD_IMAGES),
    }
)


# Looking a member up in its Enum takes longer than comparing it, and the graph is looked at after every call.
_PENDING, _RETRYING, _UNKNOWN = SubStepStatus.PENDING, SubStepStatus.RETRYING, SubStepStatus.UNKNOWN
_COMPLETED, _SKIPPED, _FAILED = SubStepStatus.COMPLETED, SubStepStatus.SKIPPED, SubStepStatus.FAILED


class Readiness(Struct, frozen=True):
    """`ready` may start now; `skip` maps what can never start to the reason."""

    ready: tuple[SubStepKey, ...]
    skip: dict[SubStepKey, str]


def _satisfied(job: Job, key: SubStepKey, need: SubStepKey) -> bool:
    sub = job.sub_steps[need]
    if sub.status is _COMPLETED:
        return True
    if sub.status is _SKIPPED:
        return sub.manually_updated or (key, need) in _SKIP_SATISFIES
    return sub.status is _FAILED and (key, need) in WAITS_ONLY_FOR_END


def has_what_it_needs(job: Job, key: SubStepKey) -> bool:
    """Everything that the sub-step needs is done, or may be missing."""
    return all(_satisfied(job, key, need) for need in SUB_STEPS[key].needs)


def readiness(job: Job, *, now: datetime) -> Readiness:
    """What Step 6 can do now, by the dependency graph alone (L14)."""
    ready: list[SubStepKey] = []
    skip: dict[SubStepKey, str] = {}
    for key, sub in job.sub_steps.items():
        due = sub.status is _RETRYING and (sub.next_attempt_at is None or sub.next_attempt_at <= now)
        if sub.status is not _PENDING and not due:
            continue
        missing = [job.sub_steps[need] for need in SUB_STEPS[key].needs if not _satisfied(job, key, need)]
        if not missing:
            ready.append(key)
        elif ended := next((need for need in missing if need.is_ended), None):
            how = "failed" if ended.status is _FAILED else "was skipped"
            skip[key] = f"{SUB_STEPS[ended.key].label} {how}"
    return Readiness(tuple(ready), skip)


def next_due(job: Job) -> datetime | None:
    """The earliest planned retry among the sub-steps, or None."""
    waiting = [sub for sub in job.sub_steps.values() if sub.status is _RETRYING]
    return min((sub.next_attempt_at for sub in waiting if sub.next_attempt_at), default=None)


def blocking_failure(job: Job) -> SubStep | None:
    """The failed sub-step that fails the whole job, if any."""
    return next(
        (sub for key, sub in job.sub_steps.items() if SUB_STEPS[key].blocks and sub.status is _FAILED),
        None,
    )


def settle_step_six(job: Job, *, now: datetime) -> Job:
    """Close Step 6 once nothing in it moves any more; unchanged otherwise.

    Blocking failure → failed. Something unknown → a person is asked. Else completed, perhaps with failures (L13).
    """
    if job.step(6).status is not StepStatus.IN_PROGRESS or job.cancelled_at is not None:
        return job
    subs = job.sub_steps.values()
    if any(sub.status is SubStepStatus.IN_PROGRESS for sub in subs):
        return job
    plan = readiness(job, now=now)
    waiting = any(sub.status is _RETRYING for sub in subs)
    if plan.ready or plan.skip or waiting:
        return job
    if any(sub.status is _UNKNOWN for sub in subs):
        sentence = "It is not known whether a call took effect; please decide."
        return apply_step(job, 6, StepEvent.NEED_PERSON, now=now, error_code="OUTCOME_UNKNOWN", error_message=sentence)
    if failed := blocking_failure(job):
        label = SUB_STEPS[failed.key].label
        return apply_step(
            job, 6, StepEvent.FAIL, now=now, error_code=failed.error_code or "SUB_STEP_FAILED",
            error_message=f"{label}: {failed.error or 'failed'}",
        )  # fmt: skip
    if all(sub.is_ended for sub in subs):
        failures = [key.value for key, sub in job.sub_steps.items() if sub.status is _FAILED]
        return apply_step(job, 6, StepEvent.COMPLETE, now=now, result_data={"failed_sub_steps": failures})
    return job


def _reopen(job: Job, *, now: datetime) -> Job:
    """Let Step 6 run again after an edit, whatever it had ended as."""
    if job.step(6).status in (StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.SKIPPED):
        job = apply_step(job, 6, StepEvent.RESET, now=now)
    if job.step(6).status in (StepStatus.PENDING, StepStatus.ACTION_REQUIRED) and job.current_step == 6:
        job = apply_step(job, 6, StepEvent.START, now=now)
    return job


def after_an_outcome(job: Job, *, now: datetime) -> Job:
    """What a sub-step's outcome means for Step 6: it ends with the last one, and goes on where a late truth has answered what a
    person was asked about.
    """
    subs = job.sub_steps.values()
    asks = job.step(6).status is StepStatus.ACTION_REQUIRED and job.cancelled_at is None
    if asks and all(sub.status is not _UNKNOWN for sub in subs):
        return settle_step_six(_reopen(job, now=now), now=now)
    return settle_step_six(job, now=now) if all(sub.is_ended for sub in subs) else job


def reset_sub_step(job: Job, key: SubStepKey, *, now: datetime, cascade: bool = True, new_effect: bool = False) -> Job:
    """Back to pending, with everything that needs it (all levels, L14). `new_effect` asks for a new generation.

    Raises InvalidStatus while one of them runs, and for a cancelled job (L15).
    """
    if job.cancelled_at is not None:
        raise InvalidStatus("This restaurant's registration was cancelled; it cannot be changed.")
    keys = {key, *dependents(key)} if cascade else {key}
    running = [k for k in keys if job.sub_steps[k].status is SubStepStatus.IN_PROGRESS]
    if running:
        raise InvalidStatus(f"{SUB_STEPS[running[0]].label} is running; wait for its outcome first.")
    version = job.version
    for each in keys:
        sub = job.sub_steps[each]
        if sub.status is not _PENDING:
            changes = {"generation": sub.generation + 1} if new_effect else {}
            job = with_sub_step(job, moved_sub_step(sub, SubStepEvent.RESET, now, changes))
    return replace(_reopen(job, now=now), version=version + 1)


def set_sub_step(job: Job, key: SubStepKey, status: SubStepStatus, *, now: datetime, reason: str = "") -> Job:
    """A person's word on a sub-step (§3.5): completed, failed, skipped or pending; then Step 6 goes on by itself.

    Raises DependencyMissing when "completed" or "skipped" is set before what it needs is completed or skipped.
    """
    if status is _PENDING:
        return reset_sub_step(job, key, now=now, cascade=False)
    events = {
        _COMPLETED: SubStepEvent.SET_COMPLETED,
        _FAILED: SubStepEvent.SET_FAILED,
        _SKIPPED: SubStepEvent.SET_SKIPPED,
    }
    if status not in events:
        raise InvalidStatus(f"A person cannot set a sub-step to {status.value}.")
    missing = [need for need in SUB_STEPS[key].needs if not (job.sub_steps[need].is_done or _satisfied(job, key, need))]
    if status in (_COMPLETED, _SKIPPED) and missing:
        labels = ", ".join(SUB_STEPS[need].label for need in missing)
        raise DependencyMissing(f"{SUB_STEPS[key].label} needs {labels} to be completed or skipped first.")
    if job.status is JobStatus.CANCELLED:
        raise InvalidStatus("This restaurant's registration was cancelled; it cannot be changed.")
    version = job.version
    moved = apply_sub_step(job, key, events[status], now=now, reason=reason)
    if status in (_COMPLETED, _SKIPPED):
        for each in dependents(key):
            sub = moved.sub_steps[each]
            if sub.status is _SKIPPED and not sub.manually_updated:
                moved = with_sub_step(moved, moved_sub_step(sub, SubStepEvent.RESET, now, {}))
    return replace(settle_step_six(_reopen(moved, now=now), now=now), version=version + 1)

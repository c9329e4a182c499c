"""The six steps of a job: definitions, states, and the table of legal transitions.

Owns: STEP_TRANSITIONS, SUB_STEP_TRANSITIONS and JOB_TRANSITIONS; nothing changes a status outside them (L10, L11).
Never: looks at a whole job (transitions.py does).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec
from msgspec import Struct

from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.sub_steps import SubStepStatus


class StepType(StrEnum):
    """Who moves the step on."""

    AUTOMATIC = "automatic"
    ACTION_REQUIRED = "action_required"


class StepStatus(StrEnum):
    """The original's values (reference §2.3)."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    RETRYING = "retrying"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


_DONE = frozenset({StepStatus.COMPLETED, StepStatus.SKIPPED})


class JobStatus(StrEnum):
    """Derived from the steps by transitions.py; completed, failed and cancelled end a job."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepEvent(StrEnum):
    """What can happen to a step. SETTLE: a person's entry stands in for the step's own work (manual entry)."""

    START = "start"
    NEED_PERSON = "need_person"
    COMPLETE = "complete"
    SETTLE = "settle"
    SKIP = "skip"
    FAIL = "fail"
    RETRY_LATER = "retry_later"
    RESET = "reset"


class SubStepEvent(StrEnum):
    """What can happen to a sub-step. LOSE: the outcome is not known; SET_*: a person says so (§3.5)."""

    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    RETRY_LATER = "retry_later"
    LOSE = "lose"
    SKIP = "skip"
    RESET = "reset"
    SET_COMPLETED = "set_completed"
    SET_FAILED = "set_failed"
    SET_SKIPPED = "set_skipped"


def _step_table() -> Mapping[tuple[StepStatus, StepEvent], StepStatus]:
    status, event = StepStatus, StepEvent
    rows = {
        status.PENDING: {
            event.START: status.IN_PROGRESS,
            event.NEED_PERSON: status.ACTION_REQUIRED,
            event.SETTLE: status.COMPLETED,
            event.SKIP: status.SKIPPED,
        },
        status.IN_PROGRESS: {
            event.COMPLETE: status.COMPLETED,
            event.FAIL: status.FAILED,
            event.NEED_PERSON: status.ACTION_REQUIRED,
            event.RETRY_LATER: status.RETRYING,
            event.SKIP: status.SKIPPED,
            event.SETTLE: status.COMPLETED,
            event.RESET: status.PENDING,
        },
        status.RETRYING: {
            event.START: status.IN_PROGRESS,
            event.FAIL: status.FAILED,
            event.SETTLE: status.COMPLETED,
            event.SKIP: status.SKIPPED,
            event.RESET: status.PENDING,
        },
        status.ACTION_REQUIRED: {
            event.START: status.IN_PROGRESS,
            event.COMPLETE: status.COMPLETED,
            # What a person was asked about turns out to have failed.
            event.FAIL: status.FAILED,
            event.SETTLE: status.COMPLETED,
            event.SKIP: status.SKIPPED,
            event.RESET: status.PENDING,
        },
        status.COMPLETED: {event.RESET: status.PENDING},
        status.FAILED: {event.RESET: status.PENDING, event.SETTLE: status.COMPLETED, event.SKIP: status.SKIPPED},
        status.SKIPPED: {event.RESET: status.PENDING},
    }
    return MappingProxyType({(old, what): new for old, row in rows.items() for what, new in row.items()})


def _sub_step_table() -> Mapping[tuple[SubStepStatus, SubStepEvent], SubStepStatus]:
    status, event = SubStepStatus, SubStepEvent
    by_person = {event.SET_COMPLETED: status.COMPLETED, event.SET_FAILED: status.FAILED, event.SET_SKIPPED: status.SKIPPED}
    # After a reset the effect of the same generation may be known already (its success, or that nobody knows): it is
    # taken over without a call, so that "reset" never repeats one (design §2.4).
    taken_over = {event.COMPLETE: status.COMPLETED, event.LOSE: status.UNKNOWN}
    rows = {
        status.PENDING: {event.START: status.IN_PROGRESS, event.SKIP: status.SKIPPED, **taken_over, **by_person},
        # A running call is neither reset nor set by hand: its true outcome is on the way.
        status.IN_PROGRESS: {
            event.COMPLETE: status.COMPLETED,
            event.FAIL: status.FAILED,
            event.RETRY_LATER: status.RETRYING,
            event.LOSE: status.UNKNOWN,
        },
        status.RETRYING: {
            event.START: status.IN_PROGRESS,
            event.FAIL: status.FAILED,
            event.SKIP: status.SKIPPED,
            event.RESET: status.PENDING,
            **taken_over,
            **by_person,
        },
        # A late true outcome is always accepted (design §2.5); a repeat after a settled "not found" goes via retrying.
        status.UNKNOWN: {
            event.COMPLETE: status.COMPLETED,
            event.FAIL: status.FAILED,
            event.RETRY_LATER: status.RETRYING,
            event.RESET: status.PENDING,
            **by_person,
        },
        status.COMPLETED: {event.RESET: status.PENDING, event.SET_FAILED: status.FAILED, event.SET_SKIPPED: status.SKIPPED},
        status.FAILED: {event.RESET: status.PENDING, event.COMPLETE: status.COMPLETED, **by_person},
        status.SKIPPED: {
            event.RESET: status.PENDING,
            event.SET_COMPLETED: status.COMPLETED,
            event.SET_FAILED: status.FAILED,
        },
    }
    return MappingProxyType({(old, what): new for old, row in rows.items() for what, new in row.items()})


def _job_table() -> frozenset[tuple[JobStatus, JobStatus]]:
    status = JobStatus
    live = (status.PENDING, status.IN_PROGRESS, status.ACTION_REQUIRED)
    ended = (status.COMPLETED, status.FAILED)
    pairs = {(old, new) for old in live for new in (*live, *ended, status.CANCELLED) if old is not new}
    # Retry and reset reopen an ended job; nothing reopens a cancelled one (L15).
    pairs |= {(old, new) for old in ended for new in (*live, *ended) if old is not new}
    pairs.add((status.FAILED, status.CANCELLED))
    return frozenset(pairs)


STEP_TRANSITIONS: Mapping[tuple[StepStatus, StepEvent], StepStatus] = _step_table()
SUB_STEP_TRANSITIONS: Mapping[tuple[SubStepStatus, SubStepEvent], SubStepStatus] = _sub_step_table()
JOB_TRANSITIONS: frozenset[tuple[JobStatus, JobStatus]] = _job_table()


def next_step_status(old: StepStatus, event: StepEvent) -> StepStatus:
    """The table's answer, or InvalidStatus."""
    new = STEP_TRANSITIONS.get((old, event))
    if new is None:
        raise InvalidStatus(f"A step that is {old.value} cannot {event.value.replace('_', ' ')}.")
    return new


def next_sub_step_status(old: SubStepStatus, event: SubStepEvent) -> SubStepStatus:
    """The table's answer, or InvalidStatus."""
    new = SUB_STEP_TRANSITIONS.get((old, event))
    if new is None:
        raise InvalidStatus(f"A sub-step that is {old.value} cannot {event.value.replace('_', ' ')}.")
    return new


def check_job_transition(old: JobStatus, new: JobStatus) -> None:
    """InvalidStatus unless the pair stands in the table or nothing changes."""
    if old is not new and (old, new) not in JOB_TRANSITIONS:
        raise InvalidStatus(f"A job that is {old.value} cannot become {new.value}.")


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """What is fixed about a step."""

    number: int
    name: str
    description: str
    step_type: StepType


STEPS: tuple[StepDefinition, ...] = (
    StepDefinition(1, "Menu & Branding Extraction", "Start and track the extraction jobs", StepType.AUTOMATIC),
    StepDefinition(2, "Contact Details Search", "Search the companies register", StepType.AUTOMATIC),
    StepDefinition(3, "Company Selection", "Choose the company behind the restaurant", StepType.ACTION_REQUIRED),
    StepDefinition(4, "Company Details Extraction", "Read the company's details", StepType.AUTOMATIC),
    StepDefinition(5, "Yolo Mode Configuration", "Set up account, menu and website", StepType.ACTION_REQUIRED),
    StepDefinition(6, "Pumpd Account Setup", "Create account and shop on the platform", StepType.AUTOMATIC),
)
TOTAL_STEPS = len(STEPS)


class Step(Struct, frozen=True):
    """One step of one job.

    `attempt` counts starts since the last reset, `retry_count` the retries a person asked for; `next_attempt_at` is set
    while retrying; `duration_ms` when it ended.
    """

    number: int
    status: StepStatus = StepStatus.PENDING
    attempt: int = 0
    retry_count: int = 0
    started_at: datetime | None = None
    completed_at: datetime | None = None
    next_attempt_at: datetime | None = None
    duration_ms: int | None = None
    error_code: str = ""
    error_message: str = ""
    result_data: Mapping[str, object] = msgspec.field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """The next step may open."""
        return self.status in _DONE

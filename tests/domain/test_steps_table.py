"""The three tables of transitions: every pair in them works, every pair outside them is refused."""

from __future__ import annotations

from itertools import product

import pytest

from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.steps import (
    JOB_TRANSITIONS,
    STEP_TRANSITIONS,
    STEPS,
    SUB_STEP_TRANSITIONS,
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
from regbatch_desktop.domain.sub_steps import SubStepStatus

STEP_PAIRS = list(product(StepStatus, StepEvent))
SUB_STEP_PAIRS = list(product(SubStepStatus, SubStepEvent))
JOB_PAIRS = list(product(JobStatus, JobStatus))


def _name(value: object) -> str:
    return str(value)


@pytest.mark.parametrize(("old", "event"), [pair for pair in STEP_PAIRS if pair in STEP_TRANSITIONS], ids=_name)
def test_a_step_moves_as_the_table_says(old: StepStatus, event: StepEvent) -> None:
    assert next_step_status(old, event) is STEP_TRANSITIONS[old, event]


@pytest.mark.parametrize(("old", "event"), [pair for pair in STEP_PAIRS if pair not in STEP_TRANSITIONS], ids=_name)
def test_a_step_refuses_what_is_not_in_the_table(old: StepStatus, event: StepEvent) -> None:
    with pytest.raises(InvalidStatus) as caught:
        next_step_status(old, event)
    assert old.value in caught.value.sentence


@pytest.mark.parametrize(("old", "event"), [pair for pair in SUB_STEP_PAIRS if pair in SUB_STEP_TRANSITIONS], ids=_name)
def test_a_sub_step_moves_as_the_table_says(old: SubStepStatus, event: SubStepEvent) -> None:
    assert next_sub_step_status(old, event) is SUB_STEP_TRANSITIONS[old, event]


@pytest.mark.parametrize(("old", "event"), [pair for pair in SUB_STEP_PAIRS if pair not in SUB_STEP_TRANSITIONS], ids=_name)
def test_a_sub_step_refuses_what_is_not_in_the_table(old: SubStepStatus, event: SubStepEvent) -> None:
    with pytest.raises(InvalidStatus) as caught:
        next_sub_step_status(old, event)
    assert old.value in caught.value.sentence


@pytest.mark.parametrize(("old", "new"), JOB_PAIRS, ids=_name)
def test_a_job_changes_status_only_by_the_table(old: JobStatus, new: JobStatus) -> None:
    if old is new or (old, new) in JOB_TRANSITIONS:
        check_job_transition(old, new)
    else:
        with pytest.raises(InvalidStatus):
            check_job_transition(old, new)


def test_the_tables_hold_the_rules_nothing_may_relax() -> None:
    assert not [pair for pair in JOB_TRANSITIONS if pair[0] is JobStatus.CANCELLED], "cancelled is final (L15)"
    assert (JobStatus.COMPLETED, JobStatus.CANCELLED) not in JOB_TRANSITIONS
    assert (JobStatus.COMPLETED, JobStatus.IN_PROGRESS) in JOB_TRANSITIONS, "completed with failures is resumable (L13)"
    by_person = {e for e in SubStepEvent if e.value.startswith("set_")} | {SubStepEvent.RESET}
    running = {event for old, event in SUB_STEP_TRANSITIONS if old is SubStepStatus.IN_PROGRESS}
    assert not running & by_person, "a running call is never overwritten by hand"
    for status in (SubStepStatus.COMPLETED, SubStepStatus.UNKNOWN, SubStepStatus.FAILED, SubStepStatus.SKIPPED):
        assert (status, SubStepEvent.START) not in SUB_STEP_TRANSITIONS, f"{status} never starts a call directly"
    assert (SubStepStatus.UNKNOWN, SubStepEvent.COMPLETE) in SUB_STEP_TRANSITIONS, "a late truth is accepted"


@pytest.mark.parametrize("status", StepStatus, ids=_name)
def test_every_step_status_has_a_way_out_for_a_person(status: StepStatus) -> None:
    """L12: no step is a dead end."""
    ways = {event for old, event in STEP_TRANSITIONS if old is status}
    assert ways & {StepEvent.RESET, StepEvent.SETTLE, StepEvent.SKIP}


def test_the_six_steps_are_the_originals() -> None:
    assert [definition.number for definition in STEPS] == [1, 2, 3, 4, 5, 6]
    asked = [d.number for d in STEPS if d.step_type is StepType.ACTION_REQUIRED]
    assert asked == [3, 5]
    done = [status for status in StepStatus if Step(1, status=status).is_done]
    assert done == [StepStatus.COMPLETED, StepStatus.SKIPPED]

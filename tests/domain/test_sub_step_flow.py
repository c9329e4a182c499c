"""Step 6's graph: it always ends, says why something was skipped, and takes a person's word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from regbatch_desktop.domain.errors import DependencyMissing, InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus, Step, StepEvent, StepStatus, SubStepEvent
from regbatch_desktop.domain.sub_step_flow import (
    after_an_outcome,
    blocking_failure,
    next_due,
    readiness,
    reset_sub_step,
    set_sub_step,
    settle_step_six,
)
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey, SubStepStatus, dependents
from regbatch_desktop.domain.transitions import apply_step, apply_sub_step, retry_from

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
K, S, E = SubStepKey, SubStepStatus, SubStepEvent
OUTCOMES = (E.COMPLETE, E.FAIL, E.LOSE, E.RETRY_LATER, E.SKIP)


def job_in_step_six() -> Job:
    done = tuple(Step(number, status=StepStatus.COMPLETED) for number in range(1, 6))
    steps = (*done, Step(6, status=StepStatus.IN_PROGRESS, attempt=1, started_at=NOW))
    job = Job(id="j", batch_id="b", restaurant_id="r", organisation_id="o", steps=steps)
    return replace(job, status=JobStatus.IN_PROGRESS, started_at=NOW)


def run(job: Job, outcomes: dict[SubStepKey, SubStepEvent], *, order: list[SubStepKey] | None = None) -> Job:
    """Play Step 6 to its end as the engine does; a retried sub-step completes the second time."""
    order = order or list(SUB_STEPS)
    for turn in range(60):
        now = NOW + timedelta(minutes=turn)
        while plan := readiness(job, now=now).skip:
            for key, reason in plan.items():
                job = apply_sub_step(job, key, E.SKIP, now=now, reason=reason)
        ready = sorted(readiness(job, now=now).ready, key=order.index)
        if not ready:
            settled = settle_step_six(job, now=now)
            if settled is not job:
                return settled
            assert next_due(job) is not None, "nothing is ready, nothing runs, nothing is due: stuck"
            continue
        key = ready[0]
        outcome = outcomes.get(key, E.COMPLETE)
        if outcome is E.SKIP:
            job = apply_sub_step(job, key, E.SKIP, now=now, reason="Switched off")
            continue
        job = apply_sub_step(job, key, E.START, now=now)
        if outcome is E.RETRY_LATER:
            again = job.sub_steps[key].attempt < 2
            due = now + timedelta(minutes=3)
            job = apply_sub_step(job, key, E.RETRY_LATER, now=now, next_attempt_at=due) if again else apply_sub_step(
                job, key, E.COMPLETE, now=now
            )  # fmt: skip
        else:
            assert settle_step_six(job, now=now) is job, "the step never closes over a running call"
            job = apply_sub_step(job, key, outcome, now=now, error="refused" if outcome is E.FAIL else "")
    raise AssertionError("Step 6 did not end")


@given(
    st.dictionaries(st.sampled_from(SubStepKey), st.sampled_from(OUTCOMES)),
    st.permutations(list(SubStepKey)),
)
def test_the_flow_always_ends_whatever_happens(outcomes: dict[SubStepKey, SubStepEvent], order: list[SubStepKey]) -> None:
    job = run(job_in_step_six(), outcomes, order=order)
    subs = job.sub_steps.values()
    assert job.step(6).status is not StepStatus.IN_PROGRESS
    assert not [sub for sub in subs if sub.status in (S.IN_PROGRESS, S.RETRYING)]
    assert all(sub.reason for sub in subs if sub.status is S.SKIPPED), "a skip always says why"
    if job.has_unknown:
        assert job.status is JobStatus.ACTION_REQUIRED
    elif blocking_failure(job):
        assert (job.status, job.step(6).error_message.endswith("refused")) == (JobStatus.FAILED, True)
    else:
        assert job.status is JobStatus.COMPLETED
        assert all(sub.is_ended for sub in subs)


@given(st.dictionaries(st.sampled_from(SubStepKey), st.sampled_from((E.FAIL, E.LOSE))))
def test_after_a_persons_word_and_a_retry_everything_completes(outcomes: dict[SubStepKey, SubStepEvent]) -> None:
    job = run(job_in_step_six(), outcomes)
    for key in [key for key, sub in job.sub_steps.items() if sub.status is S.UNKNOWN]:
        job = set_sub_step(job, key, S.FAILED, now=NOW, reason="looked: not there")
    for _ in range(3):
        if job.status is JobStatus.IN_PROGRESS:
            job = run(job, {})
        if job.status is JobStatus.FAILED or job.has_failures:
            job = run_from_six(job)
    assert job.status is JobStatus.COMPLETED
    assert {sub.status for sub in job.sub_steps.values()} == {S.COMPLETED}


def run_from_six(job: Job) -> Job:

    return run(apply_step(retry_from(job, 6, now=NOW), 6, StepEvent.START, now=NOW), {})


@pytest.mark.parametrize("key", [K.CLOUDWAITRESS_ACCOUNT, K.RESTAURANT_REGISTRATION])
def test_a_blocking_failure_fails_the_job_and_skips_what_needs_it(key: SubStepKey) -> None:
    job = run(job_in_step_six(), {key: E.FAIL})
    assert (job.status, job.step(6).status) == (JobStatus.FAILED, StepStatus.FAILED)
    assert job.step(6).error_message == f"{SUB_STEPS[key].label}: refused"
    for each in dependents(key):
        assert job.sub_steps[each].status is S.SKIPPED
        assert job.sub_steps[each].reason in {
            f"{SUB_STEPS[need].label} {word}" for need in SUB_STEPS[each].needs for word in ("failed", "was skipped")
        }
    assert job.sub_steps[K.CODE_GENERATION].status is S.COMPLETED


def test_a_failure_that_does_not_block_ends_as_completed_with_failures() -> None:
    job = run(job_in_step_six(), {K.CODE_GENERATION: E.FAIL})
    assert (job.status, job.has_failures) == (JobStatus.COMPLETED, True)
    assert job.sub_steps[K.WEBSITE_CONFIG].reason == "Code generation failed"


def test_l35_the_menu_import_waits_for_the_images_whatever_becomes_of_them() -> None:
    job = job_in_step_six()
    for key in (K.CLOUDWAITRESS_ACCOUNT, K.RESTAURANT_REGISTRATION):
        job = apply_sub_step(apply_sub_step(job, key, E.START, now=NOW), key, E.COMPLETE, now=NOW)
    uploading = apply_sub_step(job, K.UPLOAD_IMAGES, E.START, now=NOW)
    assert K.MENU_IMPORT not in readiness(uploading, now=NOW).ready
    assert K.MENU_IMPORT not in readiness(apply_sub_step(uploading, K.UPLOAD_IMAGES, E.LOSE, now=NOW), now=NOW).ready
    for event in (E.COMPLETE, E.FAIL):
        ended = readiness(apply_sub_step(uploading, K.UPLOAD_IMAGES, event, now=NOW), now=NOW)
        assert K.MENU_IMPORT in ended.ready
        assert K.MENU_IMPORT not in ended.skip
    switched_off = apply_sub_step(job, K.UPLOAD_IMAGES, E.SKIP, now=NOW, reason="Switched off")
    assert K.MENU_IMPORT in readiness(switched_off, now=NOW).ready


def test_an_account_that_is_there_already_lets_the_registration_go_on() -> None:
    job = run(job_in_step_six(), {K.CLOUDWAITRESS_ACCOUNT: E.SKIP})
    assert job.sub_steps[K.RESTAURANT_REGISTRATION].status is S.COMPLETED


def test_a_menu_that_is_switched_off_skips_option_sets_and_tags() -> None:
    job = run(job_in_step_six(), {K.MENU_IMPORT: E.SKIP})
    assert [job.sub_steps[k].reason for k in (K.OPTION_SETS, K.ITEM_TAGS)] == ["Menu import was skipped"] * 2
    assert job.status is JobStatus.COMPLETED


def test_a_retry_starts_only_when_it_is_due() -> None:
    job = apply_sub_step(job_in_step_six(), K.CODE_GENERATION, E.START, now=NOW)
    due = NOW + timedelta(seconds=4)
    job = apply_sub_step(job, K.CODE_GENERATION, E.RETRY_LATER, now=NOW, next_attempt_at=due)
    assert next_due(job) == due
    assert K.CODE_GENERATION not in readiness(job, now=due - timedelta(seconds=1)).ready
    assert K.CODE_GENERATION in readiness(job, now=due).ready


def test_an_unknown_outcome_asks_a_person_and_a_late_truth_is_accepted() -> None:
    job = run(job_in_step_six(), {K.MENU_IMPORT: E.LOSE})
    assert (job.status, job.step(6).error_code) == (JobStatus.ACTION_REQUIRED, "OUTCOME_UNKNOWN")
    late = apply_sub_step(job, K.MENU_IMPORT, E.COMPLETE, now=NOW)
    assert late.sub_steps[K.MENU_IMPORT].status is S.COMPLETED


def test_a_late_truth_lets_the_step_go_on_once_nothing_is_unknown() -> None:
    job = run(job_in_step_six(), {K.MENU_IMPORT: E.LOSE, K.PAYMENT_CONFIG: E.LOSE})
    assert job.step(6).status is StepStatus.ACTION_REQUIRED
    first = apply_sub_step(job, K.PAYMENT_CONFIG, E.COMPLETE, now=NOW)
    assert after_an_outcome(first, now=NOW) is first, "something else is still unknown"
    both = after_an_outcome(apply_sub_step(first, K.MENU_IMPORT, E.COMPLETE, now=NOW), now=NOW)
    assert both.step(6).status is StepStatus.IN_PROGRESS
    assert run(both, {}).status is JobStatus.COMPLETED


@pytest.mark.parametrize("status", [S.PENDING, S.RETRYING])
def test_after_a_reset_a_known_effect_is_taken_over_without_a_call(status: SubStepStatus) -> None:
    """The engine finds the success (or the open question) of the same generation; it must not turn in circles."""
    job = job_in_step_six()
    job = replace(job, sub_steps={**job.sub_steps, K.MENU_IMPORT: replace(job.sub_steps[K.MENU_IMPORT], status=status)})
    assert apply_sub_step(job, K.MENU_IMPORT, E.COMPLETE, now=NOW).sub_steps[K.MENU_IMPORT].is_done
    assert apply_sub_step(job, K.MENU_IMPORT, E.LOSE, now=NOW).has_unknown


@pytest.mark.parametrize("status", [S.COMPLETED, S.SKIPPED])
@pytest.mark.parametrize("key", [key for key in SubStepKey if SUB_STEPS[key].needs])
def test_a_person_cannot_complete_or_skip_what_still_needs_something(key: SubStepKey, status: SubStepStatus) -> None:
    with pytest.raises(DependencyMissing) as caught:
        set_sub_step(job_in_step_six(), key, status, now=NOW)
    for need in SUB_STEPS[key].needs:
        assert SUB_STEPS[need].label in caught.value.sentence


@pytest.mark.parametrize("status", [S.COMPLETED, S.SKIPPED, S.FAILED])
@pytest.mark.parametrize("key", list(SubStepKey))
def test_a_person_sets_what_has_all_it_needs(key: SubStepKey, status: SubStepStatus) -> None:
    job = job_in_step_six()
    for need in SUB_STEPS:
        if key in dependents(need):
            job = set_sub_step(job, need, S.COMPLETED, now=NOW)
    moved = set_sub_step(job, key, status, now=NOW, reason="seen on the platform")
    assert (moved.sub_steps[key].status, moved.sub_steps[key].manually_updated) == (status, True)
    assert moved.version == job.version + 1
    back = set_sub_step(moved, key, S.PENDING, now=NOW)
    assert (back.sub_steps[key].status, back.sub_steps[key].reason) == (S.PENDING, "")


def test_a_person_can_confirm_a_menu_import_whose_images_failed() -> None:
    job = run(job_in_step_six(), {K.UPLOAD_IMAGES: E.FAIL, K.MENU_IMPORT: E.LOSE})
    confirmed = set_sub_step(job, K.MENU_IMPORT, S.COMPLETED, now=NOW)
    assert set(readiness(confirmed, now=NOW).ready) == {K.OPTION_SETS, K.ITEM_TAGS}


def test_setting_a_failed_sub_step_completed_forgets_the_error_and_frees_what_was_skipped() -> None:
    job = run(job_in_step_six(), {K.CLOUDWAITRESS_ACCOUNT: E.FAIL})
    job = set_sub_step(job, K.CLOUDWAITRESS_ACCOUNT, S.COMPLETED, now=NOW)
    assert job.sub_steps[K.CLOUDWAITRESS_ACCOUNT].error == ""
    assert run(job, {}).status is JobStatus.COMPLETED


def test_completing_the_last_open_sub_step_by_hand_completes_the_job() -> None:
    job = run(job_in_step_six(), {K.ITEM_TAGS: E.LOSE})
    assert set_sub_step(job, K.ITEM_TAGS, S.COMPLETED, now=NOW).status is JobStatus.COMPLETED


@pytest.mark.parametrize("status", [S.IN_PROGRESS, S.RETRYING, S.UNKNOWN])
def test_a_person_cannot_set_a_status_that_only_a_call_has(status: SubStepStatus) -> None:
    with pytest.raises(InvalidStatus):
        set_sub_step(job_in_step_six(), K.CODE_GENERATION, status, now=NOW)


def test_a_running_call_is_neither_reset_nor_set() -> None:
    job = apply_sub_step(job_in_step_six(), K.CLOUDWAITRESS_ACCOUNT, E.START, now=NOW)
    for status in (S.PENDING, S.COMPLETED, S.FAILED, S.SKIPPED):
        with pytest.raises(InvalidStatus):
            set_sub_step(job, K.CLOUDWAITRESS_ACCOUNT, status, now=NOW)
    with pytest.raises(InvalidStatus, match="Account registration is running"):
        reset_sub_step(job, K.CLOUDWAITRESS_ACCOUNT, now=NOW)


def test_reset_without_cascade_touches_one_sub_step_only() -> None:
    job = run(job_in_step_six(), {})
    again = reset_sub_step(job, K.MENU_IMPORT, now=NOW, cascade=False)
    assert [key for key, sub in again.sub_steps.items() if not sub.is_done] == [K.MENU_IMPORT]

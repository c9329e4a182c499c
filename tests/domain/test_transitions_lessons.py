"""What went wrong in the original, as tests of the one transition function; each is named after the symptom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus, StepEvent, StepStatus, SubStepEvent
from regbatch_desktop.domain.sub_step_flow import reset_sub_step, set_sub_step, settle_step_six
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey, SubStepStatus
from regbatch_desktop.domain.transitions import apply_step, apply_sub_step, cancel, retry_from, start

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
K, S = SubStepKey, SubStepStatus


def new_job() -> Job:
    return Job(id="j1", batch_id="b1", restaurant_id="r1", organisation_id="o1")


def job_at(number: int) -> Job:
    """A started job whose steps before `number` are completed by the ordinary way."""
    job = start(new_job(), now=NOW)
    for each in range(1, number):
        job = apply_step(job, each, StepEvent.START, now=NOW)
        job = apply_step(job, each, StepEvent.COMPLETE, now=NOW)
    return job


def in_step_six() -> Job:
    return apply_step(job_at(6), 6, StepEvent.START, now=NOW)


def finish_all(job: Job, *, failed: tuple[SubStepKey, ...] = ()) -> Job:
    for key in SUB_STEPS:
        if job.sub_steps[key].status is S.PENDING:
            job = apply_sub_step(job, key, SubStepEvent.START, now=NOW)
            if key in failed:
                job = apply_sub_step(job, key, SubStepEvent.FAIL, now=NOW, error="refused")
            else:
                job = apply_sub_step(job, key, SubStepEvent.COMPLETE, now=NOW, result={"success": True})
    return settle_step_six(job, now=NOW)


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6])
def test_l9_a_step_cannot_start_early(number: int) -> None:
    for event in (StepEvent.START, StepEvent.NEED_PERSON):
        with pytest.raises(InvalidStatus, match="before the steps in front of it"):
            apply_step(start(new_job(), now=NOW), number, event, now=NOW)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_l9_a_step_that_is_done_is_not_processed_again(number: int) -> None:
    for event in (StepEvent.START, StepEvent.COMPLETE, StepEvent.FAIL, StepEvent.NEED_PERSON):
        with pytest.raises(InvalidStatus):
            apply_step(job_at(6), number, event, now=NOW)


@pytest.mark.parametrize("number", [3, 5])
def test_l10_a_persons_step_opens_by_itself(number: int) -> None:
    job = job_at(number)
    assert job.step(number).status is StepStatus.ACTION_REQUIRED
    assert job.status is JobStatus.ACTION_REQUIRED
    assert job.current_step == number


def test_l10_a_skipped_step_four_opens_step_five() -> None:
    job = apply_step(apply_step(job_at(4), 4, StepEvent.START, now=NOW), 4, StepEvent.SKIP, now=NOW)
    assert job.step(5).status is StepStatus.ACTION_REQUIRED


def test_l11_manual_entry_leaves_nothing_pending_and_opens_step_five() -> None:
    job = apply_step(apply_step(job_at(2), 2, StepEvent.START, now=NOW), 2, StepEvent.NEED_PERSON, now=NOW)
    for number in (2, 3, 4):
        job = apply_step(job, number, StepEvent.SETTLE, now=NOW)
    assert [step.status for step in job.steps[:4]] == [StepStatus.COMPLETED] * 4
    assert job.step(5).status is StepStatus.ACTION_REQUIRED
    with pytest.raises(InvalidStatus):
        apply_step(job, 4, StepEvent.START, now=NOW)


def test_l11_manual_entry_while_step_one_runs_waits_for_step_one() -> None:
    job = apply_step(start(new_job(), now=NOW), 1, StepEvent.START, now=NOW)
    for number in (2, 3, 4):
        job = apply_step(job, number, StepEvent.SETTLE, now=NOW)
    assert job.step(5).status is StepStatus.PENDING
    job = apply_step(job, 1, StepEvent.COMPLETE, now=NOW)
    assert job.step(5).status is StepStatus.ACTION_REQUIRED


@pytest.mark.parametrize("number", [2, 4])
def test_l12_a_failed_search_or_detail_step_has_a_way_out(number: int) -> None:
    failed = apply_step(apply_step(job_at(number), number, StepEvent.START, now=NOW), number, StepEvent.FAIL, now=NOW)
    assert failed.status is JobStatus.FAILED
    assert retry_from(failed, number, now=NOW).status is JobStatus.IN_PROGRESS
    assert apply_step(failed, number, StepEvent.SETTLE, now=NOW).step(number).is_done
    assert apply_step(failed, number, StepEvent.SKIP, now=NOW).step(number).is_done


def test_l13_completed_with_failures_is_shown_and_resumable() -> None:
    job = finish_all(in_step_six(), failed=(K.PAYMENT_CONFIG,))
    assert (job.status, job.has_failures) == (JobStatus.COMPLETED, True)
    assert job.step(6).result_data == {"failed_sub_steps": ["paymentConfig"]}
    again = retry_from(job, 6, now=NOW)
    assert again.status is JobStatus.IN_PROGRESS
    assert again.completed_at is None
    assert [key for key, sub in again.sub_steps.items() if sub.status is S.PENDING] == [K.PAYMENT_CONFIG]


def test_l13_completed_without_failures_is_not_retried() -> None:
    with pytest.raises(InvalidStatus, match="cannot be retried"):
        retry_from(finish_all(in_step_six()), 6, now=NOW)


def test_l14_reset_goes_through_all_levels_and_takes_the_skip_reasons_along() -> None:
    job = in_step_six()
    for key in (K.CODE_GENERATION, K.CREATE_ONBOARDING_USER, K.UPLOAD_IMAGES):
        job = set_sub_step(job, key, S.COMPLETED, now=NOW)
    job = apply_sub_step(apply_sub_step(job, K.CLOUDWAITRESS_ACCOUNT, SubStepEvent.START, now=NOW),
                         K.CLOUDWAITRESS_ACCOUNT, SubStepEvent.FAIL, now=NOW, error="refused")  # fmt: skip
    below = [key for key in SUB_STEPS if job.sub_steps[key].status is S.PENDING]
    for key in below:
        job = apply_sub_step(job, key, SubStepEvent.SKIP, now=NOW, reason="Account registration failed")
    job = settle_step_six(job, now=NOW)
    assert job.status is JobStatus.FAILED
    job = reset_sub_step(job, K.CLOUDWAITRESS_ACCOUNT, now=NOW)
    assert {K.RESTAURANT_REGISTRATION, K.MENU_IMPORT, K.OPTION_SETS, K.ITEM_TAGS} <= set(below)
    for key in (K.CLOUDWAITRESS_ACCOUNT, *below):
        assert (job.sub_steps[key].status, job.sub_steps[key].reason, job.sub_steps[key].error) == (S.PENDING, "", "")
    assert job.sub_steps[K.CODE_GENERATION].status is S.COMPLETED, "what does not need it is not done again"
    assert (job.status, job.step(6).status) == (JobStatus.IN_PROGRESS, StepStatus.IN_PROGRESS)


def test_l14_reset_raises_the_generation_only_when_a_new_effect_is_asked_for() -> None:
    job = finish_all(in_step_six())
    assert reset_sub_step(job, K.MENU_IMPORT, now=NOW).sub_steps[K.MENU_IMPORT].generation == 1
    again = reset_sub_step(job, K.MENU_IMPORT, now=NOW, new_effect=True)
    raised = {key for key, sub in again.sub_steps.items() if sub.generation == 2}
    assert raised == {K.MENU_IMPORT, K.OPTION_SETS, K.ITEM_TAGS}


def test_l15_cancel_sticks_and_late_outcomes_are_still_recorded() -> None:
    job = in_step_six()
    for key in (K.CLOUDWAITRESS_ACCOUNT, K.CODE_GENERATION, K.UPLOAD_IMAGES):
        job = apply_sub_step(job, key, SubStepEvent.START, now=NOW)
    job = cancel(job, now=NOW)
    job = apply_sub_step(job, K.CLOUDWAITRESS_ACCOUNT, SubStepEvent.COMPLETE, now=NOW, result={"accountId": "a"})
    job = apply_sub_step(job, K.CODE_GENERATION, SubStepEvent.FAIL, now=NOW, error="refused")
    job = apply_sub_step(job, K.UPLOAD_IMAGES, SubStepEvent.LOSE, now=NOW)
    assert job.sub_steps[K.CLOUDWAITRESS_ACCOUNT].result == {"accountId": "a"}
    assert [job.sub_steps[k].status for k in (K.CODE_GENERATION, K.UPLOAD_IMAGES)] == [S.FAILED, S.UNKNOWN]
    assert job.status is JobStatus.CANCELLED
    assert settle_step_six(job, now=NOW) is job


def test_l15_nothing_new_starts_in_a_cancelled_job() -> None:
    job = cancel(in_step_six(), now=NOW)
    attempts: tuple[Callable[[], Job], ...] = (
        lambda: apply_sub_step(job, K.CODE_GENERATION, SubStepEvent.START, now=NOW),
        lambda: apply_step(job, 6, StepEvent.COMPLETE, now=NOW),
        lambda: retry_from(job, 6, now=NOW),
        lambda: reset_sub_step(job, K.CODE_GENERATION, now=NOW),
        lambda: set_sub_step(job, K.CODE_GENERATION, S.PENDING, now=NOW),
        lambda: set_sub_step(job, K.CODE_GENERATION, S.COMPLETED, now=NOW),
        lambda: start(job, now=NOW),
        lambda: cancel(job, now=NOW),
    )
    for attempt in attempts:
        with pytest.raises(InvalidStatus):
            attempt()


def test_l15_jobs_that_wait_for_a_person_can_be_cancelled_and_completed_ones_not() -> None:
    assert cancel(job_at(3), now=NOW).status is JobStatus.CANCELLED
    with pytest.raises(InvalidStatus):
        cancel(finish_all(in_step_six()), now=NOW)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_l17_retry_from_each_step_keeps_what_was_done_at_the_platform(number: int) -> None:
    job = finish_all(in_step_six(), failed=(K.RESTAURANT_REGISTRATION,))
    assert job.status is JobStatus.FAILED
    again = retry_from(job, number, now=NOW)
    assert again.sub_steps[K.CLOUDWAITRESS_ACCOUNT] == job.sub_steps[K.CLOUDWAITRESS_ACCOUNT]
    assert again.sub_steps[K.RESTAURANT_REGISTRATION].status is S.PENDING
    assert [step.status for step in again.steps[: number - 1]] == [StepStatus.COMPLETED] * (number - 1)
    opened = StepStatus.ACTION_REQUIRED if number in (3, 5) else StepStatus.PENDING
    assert again.step(number).status is opened
    assert again.step(number).retry_count == 1
    assert (again.error_code, again.error_message, again.completed_at) == ("", "", None)


def test_l17_retry_can_drop_the_configuration_and_asks_for_it_again() -> None:
    job = finish_all(in_step_six(), failed=(K.RESTAURANT_REGISTRATION,))
    again = retry_from(job, 6, now=NOW, reset_config=True)
    assert again.execution_config == {}
    assert again.step(5).status is StepStatus.ACTION_REQUIRED
    assert again.step(6).status is StepStatus.PENDING


@pytest.mark.parametrize("number", [-1, 0, 7])
def test_l17_there_is_no_such_step_to_retry_from(number: int) -> None:
    job = finish_all(in_step_six(), failed=(K.RESTAURANT_REGISTRATION,))
    with pytest.raises(InvalidStatus):
        retry_from(job, number, now=NOW)


def test_l17_retry_is_refused_beyond_the_step_that_failed() -> None:
    job = apply_step(apply_step(job_at(2), 2, StepEvent.START, now=NOW), 2, StepEvent.FAIL, now=NOW)
    with pytest.raises(InvalidStatus, match="in front of it"):
        retry_from(job, 4, now=NOW)


def test_a_job_shows_the_error_of_its_failed_step_until_it_is_retried() -> None:
    job = apply_step(job_at(2), 2, StepEvent.START, now=NOW)
    job = apply_step(job, 2, StepEvent.FAIL, now=NOW, error_code="REGISTER_REFUSED", error_message="no")
    assert (job.error_code, job.error_message, job.completed_at) == ("REGISTER_REFUSED", "no", NOW)
    assert retry_from(job, 2, now=NOW).step(2).error_message == ""


def test_a_step_measures_how_long_it_took_even_if_the_clock_jumped_back() -> None:
    job = apply_step(start(new_job(), now=NOW), 1, StepEvent.START, now=NOW)
    assert apply_step(job, 1, StepEvent.COMPLETE, now=NOW + timedelta(seconds=2.5)).step(1).duration_ms == 2500
    assert apply_step(job, 1, StepEvent.COMPLETE, now=NOW - timedelta(hours=1)).step(1).duration_ms == 0


def test_a_started_job_is_not_started_again() -> None:
    with pytest.raises(InvalidStatus):
        start(start(new_job(), now=NOW), now=NOW)

"""What a batch shows, made from its jobs' rows alone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbatch_desktop.domain.batch import (
    MAX_RESTAURANTS,
    Batch,
    BatchStatus,
    batch_progress,
    check_size,
    too_many_failed,
)
from regbatch_desktop.domain.errors import BatchTooLarge
from regbatch_desktop.domain.steps import JobStatus

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
J, B = JobStatus, BatchStatus
STARTED = Batch(id="b", organisation_id="o", name="Week 19", started_at=NOW)


@pytest.mark.parametrize(("failed", "total", "too_many"), [
    (0, 0, False), (0, 4, False), (1, 2, False), (2, 4, False), (3, 4, True), (2, 3, True), (1, 1, True), 
    (25, 50, False), (26, 50, True),
])  # fmt: skip
def test_l18_a_batch_fails_only_when_more_than_half_of_it_failed(failed: int, total: int, too_many: bool) -> None:
    statuses = [J.FAILED] * failed + [J.COMPLETED] * (total - failed)
    assert too_many_failed(Counter(statuses)) is too_many
    assert (batch_progress(STARTED, statuses).status is B.FAILED) is too_many


@pytest.mark.parametrize(("statuses", "expected"), [
    ([J.PENDING, J.PENDING], B.IN_PROGRESS),
    ([J.IN_PROGRESS, J.ACTION_REQUIRED], B.IN_PROGRESS),
    ([J.ACTION_REQUIRED, J.COMPLETED], B.ACTION_REQUIRED),
    ([J.ACTION_REQUIRED, J.PENDING], B.IN_PROGRESS),
    ([J.COMPLETED, J.COMPLETED], B.COMPLETED),
    ([J.COMPLETED, J.FAILED], B.COMPLETED),
    ([J.COMPLETED, J.CANCELLED], B.COMPLETED),
    ([J.FAILED, J.FAILED, J.IN_PROGRESS], B.FAILED),
    ([J.FAILED, J.IN_PROGRESS, J.IN_PROGRESS], B.IN_PROGRESS),
], ids=str)  # fmt: skip
def test_l18_the_status_follows_from_the_jobs(statuses: list[JobStatus], expected: BatchStatus) -> None:
    assert batch_progress(STARTED, statuses).status is expected


def test_before_the_start_and_after_cancelling() -> None:
    draft = Batch(id="b", organisation_id="o", name="n")
    assert batch_progress(draft, []).status is B.DRAFT
    assert batch_progress(draft, [J.PENDING]).status is B.PENDING
    cancelled = Batch(id="b", organisation_id="o", name="n", started_at=NOW, cancelled_at=NOW)
    for status in JobStatus:
        assert batch_progress(cancelled, [status] * 3).status is B.CANCELLED


@given(st.lists(st.sampled_from(JobStatus), max_size=60))
def test_l7_the_counts_are_the_rows(statuses: list[JobStatus]) -> None:
    progress = batch_progress(STARTED, statuses)
    assert dict(progress.counts) == {status: statuses.count(status) for status in JobStatus}
    assert progress.total == len(statuses)
    assert 0 <= progress.percent <= 100
    assert batch_progress(STARTED, Counter(statuses)) == progress


def test_l18_a_retry_reopens_a_failed_batch() -> None:
    assert batch_progress(STARTED, [J.FAILED, J.FAILED]).status is B.FAILED
    assert batch_progress(STARTED, [J.FAILED, J.IN_PROGRESS]).status is B.IN_PROGRESS


def test_percent_counts_ended_jobs() -> None:
    assert batch_progress(STARTED, [J.COMPLETED, J.FAILED, J.CANCELLED, J.IN_PROGRESS]).percent == 75
    assert batch_progress(STARTED, []).percent == 0


@pytest.mark.parametrize("count", [0, 1, MAX_RESTAURANTS])
def test_up_to_fifty_restaurants_fit(count: int) -> None:
    check_size(count)


@pytest.mark.parametrize(("count", "parts"), [(51, 2), (100, 2), (101, 3), (1234, 25)])
def test_a_larger_batch_is_refused_with_the_offer_to_split(count: int, parts: int) -> None:
    with pytest.raises(BatchTooLarge, match=f"{parts} batches"):
        check_size(count)

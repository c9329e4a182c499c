"""A batch: up to 50 restaurants going through the six steps, and what it shows, derived from its jobs.

Owns: the batch status rule, the 50 limit and the >50 % rule (design §4, L7, L18).
Never: counts up; every number is made from the jobs' rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from regbatch_desktop.domain.errors import BatchTooLarge
from regbatch_desktop.domain.steps import JobStatus

MAX_RESTAURANTS = 50


# Restaurants of a parallel batch in Step 6 at the same time; the platform's browser work bears no more (design §4, L34).
PARALLEL_CAP = 4


class BatchStatus(StrEnum):
    """The original's values; `action_required` is legal (L24)."""

    DRAFT = "draft"
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    ACTION_REQUIRED = "action_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExecutionMode(StrEnum):
    """How Step 6 runs: one restaurant at a time, or several with a cap."""

    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch. `settings` carries what the run was started with (selection policy, shared configuration)."""

    id: str
    organisation_id: str
    name: str
    execution_mode: ExecutionMode = ExecutionMode.SEQUENTIAL
    version: int = 1
    created_at: datetime | None = None
    started_at: datetime | None = None
    cancelled_at: datetime | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """What a batch shows: the status and the number of jobs per status."""

    status: BatchStatus
    counts: Mapping[JobStatus, int]

    @property
    def total(self) -> int:
        """All jobs."""
        return sum(self.counts.values())

    @property
    def percent(self) -> int:
        """Ended jobs of all, rounded (reference §5)."""
        ended = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)
        return round(100 * sum(self.counts.get(s, 0) for s in ended) / self.total) if self.total else 0


def too_many_failed(counts: Mapping[JobStatus, int]) -> bool:
    """failed/total > 0.5: no new work starts; what runs is recorded; retry reopens it."""
    total = sum(counts.values())
    return total > 0 and counts.get(JobStatus.FAILED, 0) * 2 > total


def batch_progress(batch: Batch, statuses: Iterable[JobStatus] | Mapping[JobStatus, int]) -> BatchProgress:
    """The derived status (design §4)."""
    counts: dict[JobStatus, int] = dict.fromkeys(JobStatus, 0)
    if isinstance(statuses, Mapping):
        counts |= statuses
    else:
        for each in statuses:
            counts[each] += 1
    total = sum(counts.values())
    ended = counts[JobStatus.COMPLETED] + counts[JobStatus.FAILED] + counts[JobStatus.CANCELLED]
    if batch.cancelled_at is not None:
        status = BatchStatus.CANCELLED
    elif batch.started_at is None:
        status = BatchStatus.DRAFT if total == 0 else BatchStatus.PENDING
    elif too_many_failed(counts):
        status = BatchStatus.FAILED
    elif total and ended == total:
        status = BatchStatus.COMPLETED
    elif counts[JobStatus.ACTION_REQUIRED] and not counts[JobStatus.IN_PROGRESS] and not counts[JobStatus.PENDING]:
        status = BatchStatus.ACTION_REQUIRED
    else:
        status = BatchStatus.IN_PROGRESS
    return BatchProgress(status, counts)


def check_size(count: int) -> None:
    """BatchTooLarge above 50, with the offer to split."""
    if count > MAX_RESTAURANTS:
        parts = -(-count // MAX_RESTAURANTS)
        raise BatchTooLarge(
            f"A batch holds at most {MAX_RESTAURANTS} restaurants and this has {count}; split it into {parts} batches."
        )

"""What each pane and command shows: frozen rows with a key.

Owns: the rows' shapes.
Never: reads anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from regbatch_desktop.domain.batch import BatchProgress, BatchStatus
from regbatch_desktop.domain.steps import JobStatus


@dataclass(frozen=True, slots=True)
class BatchPlaces:
    """Where the restaurants of a batch are and what they cook; each sorted, none twice."""

    cities: tuple[str, ...] = ()
    cuisines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch in a list; `key` is its id. `step_marks`: one status word for each of the six steps;
    `waiting`: step → restaurants that wait for a person there; `open_at`: step → restaurants that have not ended there.
    """

    key: str
    name: str
    created_at: datetime | None
    started_at: datetime | None
    progress: BatchProgress
    step_marks: tuple[str, ...] = ()
    current_step: int = 1
    waiting: Mapping[int, int] = field(default_factory=dict)
    open_at: Mapping[int, int] = field(default_factory=dict)
    mode: str = "sequential"
    places: BatchPlaces = BatchPlaces()
    time_left: str = ""

    @property
    def status(self) -> BatchStatus:
        """Derived from the jobs."""
        return self.progress.status

    @property
    def status_key(self) -> str:
        """The status as a word for marks."""
        return self.progress.status.value

    @property
    def percent(self) -> int:
        """Ended jobs of all."""
        return self.progress.percent

    @property
    def failed(self) -> int:
        """Failed jobs."""
        return self.progress.counts.get(JobStatus.FAILED, 0)

    @property
    def failed_percent(self) -> int:
        """Failed jobs of all."""
        return round(100 * self.failed / self.progress.total) if self.progress.total else 0

    def waiting_at(self, number: int) -> int:
        """Restaurants that wait for a person at this step."""
        return 0 if self.status is BatchStatus.CANCELLED else self.waiting.get(number, 0)

    @property
    def needs_you(self) -> int:
        """Jobs that wait for a person; none in a batch that was cancelled."""
        return 0 if self.status is BatchStatus.CANCELLED else self.progress.counts.get(JobStatus.ACTION_REQUIRED, 0)


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One restaurant in the list of leads. `state` is new, in batch, or how its last registration ended."""

    key: str
    name: str
    address: str
    city: str
    phone: str
    email: str
    cuisine: str
    batch_id: str
    batch_name: str
    status_key: str

    @property
    def is_free(self) -> bool:
        """It can go into a batch."""
        return self.status_key in ("new", "completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class SubStepRow:
    """One of the 12 sub-steps as shown."""

    key: str
    label: str
    phase: int
    status_key: str
    attempt: int
    duration_s: float | None
    next_attempt_at: datetime | None
    reason: str
    repeat: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One of six steps of one restaurant."""

    key: str
    number: int
    name: str
    status_key: str
    started_at: datetime | None
    completed_at: datetime | None
    duration_s: float | None
    attempt: int
    error: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """One restaurant in a batch. `versions` of its job and of its restaurant: the same versions are the same row."""

    key: str
    restaurant_id: str
    name: str
    city: str
    status_key: str
    status: str
    step: int
    step_name: str
    step_marks: tuple[str, ...]
    doing: str
    error: str
    error_code: str
    percent: int
    failed_percent: int
    needs_you: bool
    can_retry: bool
    can_resume: bool
    can_skip: bool
    can_enter: bool
    shop: str
    versions: tuple[int, int]
    steps: tuple[StepRow, ...]
    sub_steps: tuple[SubStepRow, ...]


@dataclass(frozen=True, slots=True)
class StepSummary:
    """One step over all restaurants of a batch."""

    key: str
    number: int
    name: str
    status_key: str
    done: int
    running: int
    waiting: int
    failed: int
    total: int
    median_s: float | None


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Restaurants that failed for the same cause."""

    key: str
    sentence: str
    job_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchBoard:
    """Everything the detail pane shows of one batch."""

    row: BatchRow
    mode: str
    jobs: tuple[JobRow, ...]
    steps: tuple[StepSummary, ...]
    failures: tuple[FailureGroup, ...]
    eta: str

"""What each pane and command shows: frozen rows with a key.

Owns: the rows' shapes, and what a step's mark says about a batch.
Never: reads anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from regbatch_desktop.domain.batch import Batch, BatchProgress, BatchStatus, batch_progress
from regbatch_desktop.domain.fate import Fate, FateState
from regbatch_desktop.domain.note import NO_NOTE, Note
from regbatch_desktop.domain.steps import TOTAL_STEPS, JobStatus

_LOUDEST_FIRST = (JobStatus.ACTION_REQUIRED, JobStatus.FAILED, JobStatus.IN_PROGRESS)


def _step_marks(counts: Mapping[tuple[JobStatus, int], int]) -> tuple[str, ...]:
    """For each step the status that matters most among the jobs that stand there; completed when all are past it."""
    live = {key: n for key, n in counts.items() if key[0] is not JobStatus.CANCELLED}
    marks = []
    for number in range(1, TOTAL_STEPS + 1):
        here = {status for (status, step) in live if step == number and status is not JobStatus.COMPLETED}
        past = all(step > number or status is JobStatus.COMPLETED for (status, step) in live)
        loudest = next((status.value for status in _LOUDEST_FIRST if status in here), "pending")
        marks.append("completed" if live and past else loudest)
    return tuple(marks)


def _open_at(counts: Mapping[tuple[JobStatus, int], int]) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for (status, step), number in counts.items():
        if status in (JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.ACTION_REQUIRED):
            found[step] = found.get(step, 0) + number
    return found


@dataclass(frozen=True, slots=True)
class BatchPlaces:
    """Where the restaurants of a batch are and what they cook; each sorted, none twice."""

    cities: tuple[str, ...] = ()
    cuisines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch in a list; `key` is its id. `step_marks`: one status word for each of the six steps;
    `waiting`: step → restaurants that wait for a person there; `open_at`: step → restaurants that have not ended there;
    `fate`: a decision about it that was not taken yet.
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
    fate: Fate | None = None

    @classmethod
    def of(cls, batch: Batch, counts: Mapping[tuple[JobStatus, int], int]) -> BatchRow:
        """From the number of jobs per status and current step."""
        statuses: dict[JobStatus, int] = {}
        for (status, _), number in counts.items():
            statuses[status] = statuses.get(status, 0) + number
        open_steps = [step for (status, step) in counts if status not in (JobStatus.COMPLETED, JobStatus.CANCELLED)]
        return cls(
            batch.id, batch.name, batch.created_at, batch.started_at, batch_progress(batch, statuses), _step_marks(counts),
            min(open_steps, default=TOTAL_STEPS),
            {step: n for (status, step), n in counts.items() if status is JobStatus.ACTION_REQUIRED}, _open_at(counts),
            batch.execution_mode.value,
        )  # fmt: skip

    @property
    def status(self) -> BatchStatus:
        """Derived from the jobs."""
        return self.progress.status

    @property
    def status_key(self) -> str:
        """The status as a word for marks; of what is still on its way, that. A tick is for a batch without failures only."""
        if self.fate is not None:
            return self.fate.state.value
        return "failed" if self.status is BatchStatus.COMPLETED and self.failed else self.status.value

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
    """One restaurant in a batch. `versions` of its job and of its restaurant: the same versions are the same row.

    `worker`: in a team, who works on it, in words; `can_take_over`: somebody did and is not heard of any more.
    `fate`: what became of the last decision about it here; `note_fate`: of the last note.
    """

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
    worker: str = ""
    can_take_over: bool = False
    fate: Fate | None = None
    note: Note = NO_NOTE
    note_fate: Fate | None = None

    @property
    def mark(self) -> str:
        """The shape beside the status; of a decision that is still on its way, that."""
        return self.status_key if self.fate is None or self.fate.state is FateState.TAKEN else self.fate.state.value


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

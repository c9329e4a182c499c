"""What the list of batches shows, and which tab a batch stands in.

Owns: columns and tabs.
Never: loads.
"""

from __future__ import annotations

from datetime import UTC, datetime

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.steps import STEPS, JobStatus
from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.kit.words import moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STATUS_WORDS = {
    BatchStatus.DRAFT: "empty", BatchStatus.PENDING: "not started", BatchStatus.IN_PROGRESS: "running",
    BatchStatus.ACTION_REQUIRED: "needs you", BatchStatus.COMPLETED: "completed", BatchStatus.FAILED: "stopped: most failed",
    BatchStatus.CANCELLED: "cancelled",
}  # fmt: skip
TABS = ("Active", "Needs you", "Completed", "Failed", "All")


def tabs_of(row: BatchRow) -> frozenset[str]:
    """Every tab that lists this batch."""
    found = {"All"}
    failed = row.progress.counts.get(JobStatus.FAILED, 0)
    if row.status in (BatchStatus.DRAFT, BatchStatus.PENDING, BatchStatus.IN_PROGRESS, BatchStatus.ACTION_REQUIRED):
        found.add("Active")
    if row.needs_you:
        found.add("Needs you")
    if row.status is BatchStatus.COMPLETED:
        found.add("Completed")
    if row.status is BatchStatus.FAILED or (failed and row.status is not BatchStatus.CANCELLED):
        found.add("Failed")
    return frozenset(found)


def counts_words(row: BatchRow) -> str:
    """`12 of 50 done, 2 failed`."""
    done, failed = row.progress.counts.get(JobStatus.COMPLETED, 0), row.progress.counts.get(JobStatus.FAILED, 0)
    return f"{done} of {row.progress.total} done" + (f", {failed} failed" if failed else "")


def step_words(row: BatchRow) -> str:
    """`Step 3: Company Selection`, or nothing once it is over."""
    over = (BatchStatus.COMPLETED, BatchStatus.CANCELLED, BatchStatus.DRAFT)
    return "" if row.status in over else f"Step {row.current_step}: {STEPS[row.current_step - 1].name}"


def _marks_words(row: BatchRow) -> str:
    return ", ".join(f"step {n} {mark.replace('_', ' ')}" for n, mark in enumerate(row.step_marks, start=1))


COLUMNS = (
    Column("Batch", lambda row: row.name, width=250),
    Column("Status", lambda row: STATUS_WORDS[row.status], width=126, delegate="status"),
    Column("Steps", _marks_words, sort=lambda row: row.current_step, width=130, delegate="steps"),
    Column("Progress", lambda row: f"{row.percent} %", sort=lambda row: row.percent, width=140, delegate="progress"),
    Column("Restaurants", counts_words, sort=lambda row: row.progress.total, width=140),
    Column("Needs you", lambda row: str(row.needs_you or ""), sort=lambda row: row.needs_you, width=92, right=True),
    Column("Current step", step_words, sort=lambda row: row.current_step, width=0),
    Column("Created", lambda row: moment(row.created_at), sort=lambda row: row.created_at or _EPOCH, width=135),
)

"""What the list of batches shows, and which tab a batch stands in.

Owns: columns and tabs.
Never: loads.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.steps import STEPS, JobStatus
from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.services.fates import batch_words, sentence
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.kit.words import batch_status_words, moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TABS = ("Active", "Needs you", "Completed", "Failed", "All")


def tabs_of(row: BatchRow) -> frozenset[str]:
    """Every tab that lists this batch."""
    found = {"All"}
    failed = row.progress.counts.get(JobStatus.FAILED, 0)
    if row.status in (BatchStatus.DRAFT, BatchStatus.PENDING, BatchStatus.IN_PROGRESS, BatchStatus.ACTION_REQUIRED):
        found.add("Active")
    if row.fate is not None:
        # What is on its way can still be taken back, or wants a look.
        found.add("Active")
    if row.needs_you:
        found.add("Needs you")
    if row.status is BatchStatus.COMPLETED:
        found.add("Completed")
    if row.status is BatchStatus.FAILED or (failed and row.status is not BatchStatus.CANCELLED):
        found.add("Failed")
    return frozenset(found)


def tab_counts(rows: Iterable[BatchRow]) -> dict[str, int]:
    """Tab → how many batches it lists. Batches alike are looked at once: there may be ten thousand."""
    counts = dict.fromkeys(TABS, 0)
    alike: dict[tuple[BatchStatus, bool, bool, bool], tuple[BatchRow, int]] = {}
    for row in rows:
        kind = (row.status, row.needs_you > 0, row.failed > 0, row.fate is not None)
        alike[kind] = (row, alike[kind][1] + 1 if kind in alike else 1)
    for row, number in alike.values():
        for tab in tabs_of(row):
            counts[tab] += number
    return counts


def counts_words(row: BatchRow) -> str:
    """`12 of 50 done · 2 failed · 5 need you`."""
    done, failed = row.progress.counts.get(JobStatus.COMPLETED, 0), row.progress.counts.get(JobStatus.FAILED, 0)
    parts = [f"{done} of {row.progress.total} done"]
    if failed:
        parts.append(f"{failed} failed")
    if row.needs_you:
        parts.append(f"{row.needs_you} need{'s' if row.needs_you == 1 else ''} you")
    return " · ".join(parts)


def step_words(row: BatchRow) -> str:
    """`3. Company Selection`, or nothing once it is over."""
    over = (BatchStatus.COMPLETED, BatchStatus.CANCELLED, BatchStatus.DRAFT)
    return "" if row.status in over else f"{row.current_step}. {STEPS[row.current_step - 1].name}"


def now_words(row: BatchRow) -> str:
    """The current step and the time left: `3. Company Selection · 12 decisions from you ≈ 9 min`."""
    return " · ".join(part for part in (step_words(row), row.time_left) if part)


def _marks_words(row: BatchRow) -> str:
    return ", ".join(f"step {n} {mark.replace('_', ' ')}" for n, mark in enumerate(row.step_marks, start=1))


def status_words(row: BatchRow) -> str:
    """The status; of a decision that is still on its way, what it will do."""
    return batch_status_words(row) if row.fate is None else batch_words(row.fate)


def _status_tip(row: BatchRow) -> str:
    return batch_status_words(row) if row.fate is None else f"{row.fate.words}. {sentence(row.fate)}"


COLUMNS = (
    Column("Batch", lambda row: row.name, width=200),
    Column("Status", status_words, width=140, least=106, cell="status", tooltip=_status_tip),
    Column("Steps", _marks_words, sort=lambda row: row.current_step, width=128, least=104, cell="steps"),
    Column("Progress", lambda row: f"{row.percent} %", sort=lambda row: row.percent, width=105, least=84, cell="progress"),
    Column("Restaurants", counts_words, sort=lambda row: (row.needs_you, row.progress.total), width=165),
    Column("Now", now_words, sort=lambda row: row.current_step, width=0),
    Column("Created", lambda row: moment(row.created_at), sort=lambda row: row.created_at or _EPOCH, width=125),
)

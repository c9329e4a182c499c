"""Long lists in one query each: batches with their step marks, restaurants with their last registration.

Owns: what a step's mark says about a batch.
Never: reads a whole job.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from regbatch_desktop.domain.batch import batch_progress
from regbatch_desktop.domain.steps import TOTAL_STEPS, JobStatus
from regbatch_desktop.read_models import BatchRow, LeadRow
from regbatch_desktop.store import rows
from regbatch_desktop.store import statements as sql

_Counts = Mapping[tuple[JobStatus, int], int]
_LOUDEST_FIRST = (JobStatus.ACTION_REQUIRED, JobStatus.FAILED, JobStatus.IN_PROGRESS)


def step_marks(counts: _Counts) -> tuple[str, ...]:
    """For each step the status that matters most among the jobs that stand there; completed when all are past it."""
    live = {key: n for key, n in counts.items() if key[0] is not JobStatus.CANCELLED}
    marks = []
    for number in range(1, TOTAL_STEPS + 1):
        here = {status for (status, step) in live if step == number and status is not JobStatus.COMPLETED}
        past = all(step > number or status is JobStatus.COMPLETED for (status, step) in live)
        loudest = next((status.value for status in _LOUDEST_FIRST if status in here), "pending")
        marks.append("completed" if live and past else loudest)
    return tuple(marks)


def batch_rows(connection: sqlite3.Connection) -> tuple[BatchRow, ...]:
    """Every batch, oldest first."""
    counts: dict[str, dict[tuple[JobStatus, int], int]] = {}
    for row in connection.execute(sql.STEP_COUNTS):
        counts.setdefault(row["batch_job_id"], {})[JobStatus(row["status"]), row["current_step"]] = row["n"]
    found = []
    for row in connection.execute(sql.BATCHES):
        batch = rows.batch_of(dict(row))
        per_step = counts.get(batch.id, {})
        statuses: dict[JobStatus, int] = {}
        for (status, _), number in per_step.items():
            statuses[status] = statuses.get(status, 0) + number
        open_steps = [step for (status, step) in per_step if status not in (JobStatus.COMPLETED, JobStatus.CANCELLED)]
        found.append(
            BatchRow(
                batch.id, batch.name, batch.created_at, batch.started_at, batch_progress(batch, statuses), step_marks(per_step),
                min(open_steps, default=TOTAL_STEPS),
                {step: n for (status, step), n in per_step.items() if status is JobStatus.ACTION_REQUIRED},
            )
        )  # fmt: skip
    return tuple(found)


def lead_rows(connection: sqlite3.Connection) -> tuple[LeadRow, ...]:
    """Every restaurant, by name."""
    return tuple(
        LeadRow(
            row["id"], row["name"], row["address"], row["city"], row["phone"], row["email"],
            ", ".join(json.loads(row["cuisine"])) if row["cuisine"] else "",
            row["batch_job_id"] or "", row["batch_name"] or "", row["status"] or "new",
        )
        for row in connection.execute(sql.LEADS)
    )  # fmt: skip

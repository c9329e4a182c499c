"""Long lists in one query each: batches with their step marks, restaurants with their last registration.

Owns: what a step's mark says about a batch.
Never: reads a whole job.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from statistics import median

from regbatch_desktop.domain.batch import batch_progress
from regbatch_desktop.domain.steps import TOTAL_STEPS, JobStatus
from regbatch_desktop.read_models import BatchPlaces, BatchRow, LeadRow
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
                _open_at(per_step), batch.execution_mode.value,
            )
        )  # fmt: skip
    return tuple(found)


def _open_at(counts: _Counts) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for (status, step), number in counts.items():
        if status in (JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.ACTION_REQUIRED):
            found[step] = found.get(step, 0) + number
    return found


def batch_places(connection: sqlite3.Connection) -> Mapping[str, BatchPlaces]:
    """Batch id → cities and cuisines of its restaurants."""
    cities: dict[str, set[str]] = {}
    cuisines: dict[str, set[str]] = {}
    for row in connection.execute(sql.BATCH_PLACES):
        key = row["batch_job_id"]
        cities.setdefault(key, set()).add(row["city"])
        cuisines.setdefault(key, set()).update(json.loads(row["cuisine"]) if row["cuisine"] else ())
    return {key: BatchPlaces(_known(found), _known(cuisines[key])) for key, found in cities.items()}


def _known(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(words - {""}))


def step_seconds(connection: sqlite3.Connection) -> Mapping[int, float]:
    """Step → median seconds of the restaurants that completed it last."""
    found: dict[int, list[float]] = {}
    for row in connection.execute(sql.LAST_DURATIONS):
        found.setdefault(row["step_number"], []).append(row["duration_ms"] / 1000)
    return {number: median(seconds) for number, seconds in found.items()}


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


def companies_taken(connection: sqlite3.Connection) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Company number → (restaurant id, name) of those that have it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(sql.COMPANIES_TAKEN):
        found.setdefault(row["company_number"], []).append((row["id"], row["name"]))
    return {number: tuple(having) for number, having in found.items()}

"""A real workspace file with 10,000 batches and 100,000 restaurants, ten of them in each batch."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.store import rows
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.connection import writing
from regbatch_desktop.store.workspace import open_workspace

BATCHES, PER_BATCH = 10_000, 10
_FIRST = ("Kea", "Kākāpō", "Tūī", "Blue", "Golden", "Little", "Old", "The", "Harbour", "Saffron", "Cedar", "Lotus", "Pōhutukawa")
_SECOND = ("Kitchen", "Café", "Takeaways", "Bistro", "Curry House", "Noodle Bar", "Pizzeria", "Bakery", "Grill", "Eatery")
_CITIES = (
    "Auckland",
    "Wellington",
    "Christchurch",
    "Hamilton",
    "Tauranga",
    "Dunedin",
    "Napier",
    "Nelson",
    "Rotorua",
    "Whangārei",
)
# One batch in ten was never started; in the others every restaurant has ended, one in five with a failure.
_NEW_EVERY = 10


def _restaurants(draw: random.Random) -> Iterator[Restaurant]:
    for number in range(BATCHES * PER_BATCH):
        city = draw.choice(_CITIES)
        yield Restaurant(
            f"r{number:06}", "local", f"{draw.choice(_FIRST)} {draw.choice(_SECOND)} {number}", city=city,
            address=f"{draw.randrange(1, 400)} High Street, {city}", phone=f"0215{number:06}", email=f"shop{number}@kea.co.nz",
            cuisine=(draw.choice(("Indian", "Thai", "Pizza")),), lead_key=f"k{number}",
        )  # fmt: skip


def _jobs(draw: random.Random, created: datetime) -> Iterator[Job]:
    for number in range(BATCHES * PER_BATCH):
        batch = number // PER_BATCH
        job = Job(f"j{number:06}", f"b{batch:05}", f"r{number:06}", "local", created_at=created)
        if batch % _NEW_EVERY == 0:
            yield job
        elif draw.random() < 0.2:
            failed = replace(job.step(1), status=StepStatus.FAILED)
            yield replace(job, status=JobStatus.FAILED, steps=(failed, *job.steps[1:]), started_at=created, completed_at=created)
        else:
            done = tuple(replace(step, status=StepStatus.COMPLETED) for step in job.steps)
            yield replace(job, status=JobStatus.COMPLETED, steps=done, started_at=created, completed_at=created)


def make(path: Path) -> None:
    """Fill a new file, past the engine: it is there to be looked at."""
    open_workspace(path).close()
    draw, created = random.Random(1), datetime(2026, 1, 5, tzinfo=UTC)
    connection = writing(path)
    connection.execute("BEGIN")
    connection.executemany(sql.INSERT_RESTAURANT, (rows.restaurant_row(each) for each in _restaurants(draw)))
    batches = (
        Batch(
            f"b{n:05}",
            "local",
            f"Batch {n}, {draw.choice(_CITIES)}",
            created_at=created + timedelta(minutes=n),
            started_at=created if n % _NEW_EVERY else None,
        )
        for n in range(BATCHES)
    )
    connection.executemany(sql.INSERT_BATCH, (rows.batch_row(each) for each in batches))
    for job in _jobs(draw, created):
        connection.execute(sql.INSERT_JOB, rows.job_row(job))
        connection.executemany(sql.INSERT_STEP, [rows.step_row(job, step) for step in job.steps])
    connection.execute("COMMIT")
    connection.close()

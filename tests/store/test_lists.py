"""What the long lists tell of batches: where their restaurants are, how long a step takes here."""

from __future__ import annotations

from pathlib import Path

from regbatch_desktop.domain.lead import Lead
from regbatch_desktop.read_models import BatchPlaces
from regbatch_desktop.services.leads import create_batch, import_leads
from tests.pipeline.workbench import bench


async def test_cities_and_cuisines_of_a_batch_are_listed_once_each(tmp_path: Path) -> None:
    leads = [
        Lead(1, "Kea", city="Napier", cuisine=("Thai", "Curry")),
        Lead(2, "Tūī", city="Whangārei", cuisine=("Thai",)),
        Lead(3, "Moa", city="Napier"),
    ]
    async with bench(tmp_path) as made:
        batch = await create_batch(made.doors, (await import_leads(made.doors, leads)).added)
        assert await made.doors.store.batch_places() == {batch.id: BatchPlaces(("Napier", "Whangārei"), ("Curry", "Thai"))}


async def test_step_seconds_come_from_what_was_completed_and_from_nothing_else(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await made.batch(2)
        assert await made.doors.store.step_seconds() == {}
        await made.run(batch)
        seconds = await made.doors.store.step_seconds()
        done = {
            step.number for job in await made.doors.store.jobs(batch.id) for step in job.steps if step.status.value == "completed"
        }
        assert set(seconds) == done
        assert all(value >= 0 for value in seconds.values())


async def test_open_restaurants_are_counted_where_they_stand(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await made.batch(3)
        (row,) = await made.doors.store.batch_rows()
        assert (row.key, row.open_at, row.mode) == (batch.id, {1: 3}, batch.execution_mode.value)
        await made.run(batch)
        (row,) = await made.doors.store.batch_rows()
        standing: dict[int, int] = {}
        for job in await made.doors.store.jobs(batch.id):
            if not job.is_ended:
                standing[job.current_step] = standing.get(job.current_step, 0) + 1
        assert row.open_at == standing

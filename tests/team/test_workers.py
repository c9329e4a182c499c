"""Several processes share a team's batches: nothing twice, nothing lost, whoever pauses or dies."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from regbatch_desktop.domain.batch import BatchStatus, ExecutionMode
from regbatch_desktop.domain.steps import JobStatus
from tests.team.fixtures import Team
from tests.team.practice_server import PracticeServer, practice_server
from tests.team.workers import Office, office, until

# `make faults` raises it: 50 restaurants are about a thousand effects.
JOBS = int(os.environ.get("REGBATCH_TEAM_JOBS", "6"))
pytestmark = pytest.mark.timeout(40 * JOBS + 120)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PracticeServer]:
    # Slow enough that a restaurant takes seconds: whoever starts a moment later still finds work.
    with practice_server(tmp_path, speed=0.02) as running:
        yield running


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGBATCH_DATA_DIR", str(tmp_path / "desk"))


async def answered(place: Office) -> None:
    """Nothing was sent twice, and what the platform made is what the records say."""
    ledger = place.server.ledger
    assert ledger.duplicates() == []


async def test_two_workers_finish_a_batch_and_stop_in_order(team: Team, server: PracticeServer, tmp_path: Path) -> None:
    async with office(team, server, tmp_path) as place:
        batch = await place.batch(JOBS)
        workers = [await place.worker(at_once=2) for _ in range(2)]
        async with place.deciding(batch):
            assert await place.ended(batch) is BatchStatus.COMPLETED
        await answered(place)
        for each in workers:
            code, lines = await asyncio.to_thread(each.stop)
            assert code == 5
            health = lines[-1]["health"]
            assert isinstance(health, dict)
            assert health["state"] == "stopped"
            assert health["done"] > 0, "one worker did everything"
            assert "A-password-of-the-tests" not in each.log.read_text()


async def test_a_sequential_batch_sets_up_one_restaurant_at_a_time_whoever_does_it(
    team: Team, server: PracticeServer, tmp_path: Path
) -> None:
    async with office(team, server, tmp_path) as place:
        batch = await place.batch(4, ExecutionMode.SEQUENTIAL)
        for _ in range(2):
            await place.worker()
        together = (
            "select count(*) from public.registration_job_steps s join public.registration_jobs j on j.id = s.job_id "
            "where j.batch_job_id = $1 and s.step_number = 6 and s.status = 'in_progress'"
        )
        most = 0
        async with place.deciding(batch):
            ending = asyncio.ensure_future(place.ended(batch))
            while not ending.done():
                most = max(most, await team.sql.fetchval(together, batch.id))
                await asyncio.wait([ending], timeout=0.02)
            assert await ending is BatchStatus.COMPLETED
        assert most == 1
        await answered(place)


async def test_the_survivor_finishes_when_a_worker_is_killed_for_good(team: Team, server: PracticeServer, tmp_path: Path) -> None:
    async with office(team, server, tmp_path) as place:
        batch = await place.batch(JOBS)
        first = await place.worker(lease_s=1.0, at_once=JOBS)
        async with place.deciding(batch):
            created = lambda: any(event["kind"] == "account_created" for event in server.ledger.events)  # noqa: E731
            await until(created, within_s=10 * JOBS)
            first.kill()
            await place.worker(lease_s=1.0)
            await place.ended(batch, within_s=20 * JOBS)
        await answered(place)
        assert [job.error_message for job in await place.jobs(batch) if job.status is JobStatus.FAILED] == []


async def test_workers_that_pause_longer_than_their_lease_send_nothing_twice(
    team: Team, server: PracticeServer, tmp_path: Path
) -> None:
    draw = random.Random(7)
    async with office(team, server, tmp_path) as place:
        batch = await place.batch(JOBS)
        workers = [await place.worker(lease_s=1.0, at_once=4)]
        async with place.deciding(batch):
            ending = asyncio.ensure_future(place.ended(batch, within_s=20 * JOBS))
            # The first one is paused in the middle of a restaurant's calls until the others have taken over what it holds.
            holding = await place.paused_in_a_call(workers[0], batch)
            await place.let_go(batch)
            workers += [await place.worker(lease_s=1.0, at_once=4) for _ in range(2)]
            await place.taken(batch, holding)
            workers[0].go_on()
            while not ending.done():
                paused = draw.choice(workers)
                paused.pause()
                await asyncio.sleep(1.3)
                paused.go_on()
                await asyncio.wait([ending], timeout=draw.uniform(0.2, 1.0))
            # What a paused worker still knew is recorded, and frees what waited for it.
            await ending
            await place.ended(batch, within_s=20 * JOBS)
        await answered(place)
        assert [job.error_message for job in await place.jobs(batch) if job.status is JobStatus.FAILED] == []
        effects = await team.sql.fetch(
            "select state, count(*) as n from public.effects where organisation_id = $1 group by state", place.organisation_id
        )
        print({row["state"]: row["n"] for row in effects}, len(server.ledger.events), "events at the platform")
        assert {row["state"] for row in effects} <= {"succeeded", "unknown"}
        fenced = "".join(each.log.read_text() for each in workers).count("lease lost")
        assert fenced > 0, "no pause was long enough to lose a lease"

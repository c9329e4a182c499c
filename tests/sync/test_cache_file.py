"""The cache is there to be lost: damaged, divergent or gone, it is loaded again, and what is pending is untouched."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from regbatch_desktop.domain.errors import WorkspaceDamaged
from regbatch_desktop.services import decisions
from regbatch_desktop.store.cache_form import Standing, standing
from regbatch_desktop.store.job_reads import JobReads
from tests.sync.damage import harmed_caches
from tests.sync.desks import COMPANIES, filled
from tests.sync.races import started
from tests.team.fixtures import Team


async def test_a_damaged_cache_is_loaded_again(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, _ = await filled(store, organisation, 5)
    there = await store.jobs(batch.id)
    async with started(team, tmp_path, organisation, 1) as (client,):
        found = await harmed_caches(client, batch.id, there, flips=16, tears=10)
    assert found["noticed at the start"] >= 13, "a file that was sealed and is not what it was must be noticed"
    assert found["wrong"] == 0, found


async def test_an_id_that_is_damaged_anywhere_in_an_unsealed_cache_hides_no_row(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    batch, (job, *_) = await filled(await team.store(organisation), organisation, 3)
    async with started(team, tmp_path, organisation, 1) as (client,):
        there = await client.sync.store.jobs(batch.id)
        await client.stop()
        (path,) = client.folder.glob("cache-*.db")
        sound, noticed = path.read_bytes(), 0
        # In the tables and in every index: one bit of the id, each time in another place.
        places = [found.start() + 3 for found in re.finditer(re.escape(job.id.encode()), sound)]
        harmed = tmp_path / "harmed.db"
        for place in places:
            harmed.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
            if standing(harmed) is Standing.UNUSABLE:
                noticed += 1
                continue
            connection = sqlite3.connect(harmed)
            connection.row_factory = sqlite3.Row
            assert JobReads().jobs(connection, batch.id) == there, "a page that is not in use any more"
            connection.close()
        assert noticed >= 8
        await client.start()


async def test_a_cache_that_cannot_be_read_while_the_project_is_away_says_so_and_decisions_stay(
    team: Team, tmp_path: Path
) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, (job, other) = await filled(store, organisation, 2)
    async with started(team, tmp_path, organisation, 1) as (client,):
        client.network.is_cut = True
        await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
        # A row that is no JSON any more, as after a disk that lies.
        for harm in (
            "UPDATE registration_job_steps SET sub_step_progress = '{' WHERE step_number = 6 AND job_id = ?",
            "UPDATE registration_jobs SET version = version + 1 WHERE id = ?",
        ):
            await client.cache._write(lambda c, harm=harm: c.execute(harm, (other.id,)))  # type: ignore[misc]
        with pytest.raises(WorkspaceDamaged, match="Your own decisions are not touched"):
            await client.sync.store.jobs(batch.id)
        told = await asyncio.gather(*(client.sync.store.jobs(batch.id) for _ in range(20)), return_exceptions=True)
        assert {type(error) for error in told} == {WorkspaceDamaged}
        client.network.is_cut = False
        number = client.cache._number
        # A pane asks for much at once; one of the questions loads everything anew, for all of them.
        answers = await asyncio.gather(*(client.sync.store.jobs(batch.id) for _ in range(20)))
        assert {tuple(each.current_step for each in found) for found in answers} == {(4, 3)}
        assert client.cache._number == number + 1
        assert not await client.sync.pusher.push()
        assert client.sync.outbox.summary.taken == 1


_ON_A_FULL_DISK = """
import asyncio, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from regbatch_desktop.domain.errors import DiskFull
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.store.cache_file import CacheFile
from regbatch_desktop.sync.doors import Cursor, ServerRow, Synced

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def rows(start):
    made = (Restaurant(str(n), "org", f"Kea {n}" * 20) for n in range(start, start + 200))
    return [ServerRow(Synced.RESTAURANT, each.id, 1, each) for each in made]

async def main():
    cache = CacheFile(Path(sys.argv[1]), organisation_id="org", clock=lambda: datetime.now(UTC))
    await cache.fill(rows(0), Cursor("e", "1"), complete=True)
    limit = max(path.stat().st_size for path in Path(sys.argv[1]).iterdir()) + 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        for n in range(1, 20):
            await cache.fill(rows(n * 1000), Cursor("e", str(n + 1)))
    except DiskFull as error:
        print(error.code)
    seen, cursor = len(await cache.view.restaurants()), cache.cursor.xid
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await cache.fill(rows(50_000), Cursor("e", "99"))
    print(seen == 200 * int(cursor), len(await cache.view.restaurants()) - seen)
    cache.close()

asyncio.run(main())
"""


def test_on_a_full_disk_the_cache_says_so_and_goes_on_from_where_it_was(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK, str(tmp_path / "cache")], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert run.stdout.split() == ["DISK_FULL", "True", "200"], run.stderr[-2000:]


async def test_an_older_row_that_comes_late_changes_nothing(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (client,):
        old = await client.authority.current(jobs=[job.id])
        await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
        await client.sync.pusher.push()
        newest = await client.sync.store.job(job.id)
        # A page that was asked for before the decision arrives after its answer.
        assert await client.cache.fill(old) == []
        assert await client.sync.store.job(job.id) == newest == await store.job(job.id)


async def test_a_silent_difference_is_found_and_mended(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, _ = await filled(store, organisation, 3)
    async with started(team, tmp_path, organisation, 1) as (client,):
        assert await client.sync.puller.check()
        for harm in (
            "DELETE FROM synced WHERE kind = 5 OR id = (SELECT min(id) FROM synced WHERE kind = 3)",
            "UPDATE synced SET version = 99 WHERE kind = 1",
            "INSERT INTO synced VALUES (3, 'nobody', 1, 'nobody', x'00')",
        ):
            await client.cache._write(lambda c, harm=harm: c.execute(harm))  # type: ignore[misc]
            assert not await client.sync.puller.check(), harm
            assert await client.sync.puller.check()
            assert await client.sync.store.jobs(batch.id) == await store.jobs(batch.id)
        assert client.sync.puller.divergences == 3
        assert len(list(client.folder.glob("cache-*.db"))) == 1, "the old files are gone"


async def test_a_cache_that_was_being_filled_when_the_program_was_killed_is_begun_again(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, _ = await filled(store, organisation, 4)
    async with started(team, tmp_path, organisation, 1) as (client,):
        client.network.left = 2
        with pytest.raises(Exception, match="reached"):
            await client.sync.puller.load_again()
        client.network.left = 1_000_000
        await client.kill()
        assert await client.sync.store.jobs(batch.id) == await store.jobs(batch.id)
        await client.sync.puller.pull()
        assert await client.sync.puller.check()


async def test_reads_go_on_while_a_new_file_takes_the_old_ones_place(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, jobs = await filled(store, organisation, 3)
    async with started(team, tmp_path, organisation, 1) as (client,):
        done = asyncio.Event()

        async def read() -> int:
            count = 0
            while not done.is_set():
                assert len(await client.sync.store.jobs(batch.id)) == 3
                assert (await client.sync.store.batch_progress(batch.id)).total == 3
                await decisions.choose_company(client.doors, jobs[count % 3].id, None, decided_by="Ann") if count < 3 else None
                count += 1
            return count

        reading = asyncio.ensure_future(read())
        for _ in range(5):
            await client.sync.puller.load_again()
        done.set()
        assert await reading > 5
        assert [job.current_step for job in await client.sync.store.jobs(batch.id)] == [4, 4, 4], (
            "what is pending is still on top"
        )

"""Two people who decide at once, and writers whose transactions stay open: as many and as long as they are told.

Owns: the races and their verdicts; the control that reads by `updated_at`.
Never: says what is enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.supabase.team_store import TeamStore
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.runtime.clock import SystemClock
from regbatch_desktop.services import decisions
from tests.sync.clients import Client
from tests.sync.desks import COMPANIES, filled
from tests.team.fixtures import Team

_AT_ONCE = 50


def doors_over(store: TeamStore) -> Doors:
    """A person with nothing between them and the project."""
    nothing: Any = None
    return Doors(store, nothing, nothing, nothing, SystemClock(), ServiceLimits(), "test", Changes())


@contextlib.asynccontextmanager
async def started(team: Team, folder: Path, organisation: str, count: int) -> AsyncIterator[list[Client]]:
    """So many people of one organisation, each with a program that has pulled everything."""
    clients: list[Client] = []
    try:
        for number in range(count):
            person = await team.person(organisation)
            clients.append(Client(folder / f"client{number}", person, team.stack.project, organisation))
            await clients[-1].start()
            await clients[-1].sync.puller.pull()
        yield clients
    finally:
        for client in clients:
            await client.stop()
            await client.network.end()


async def races(team: Team, folder: Path, count: int) -> Counter[tuple[str, ...]]:
    """For each race the states of both decisions, in alphabetical order; the loser sees the winner's row or the race is `blind`."""
    organisation = await team.organisation()
    store = await team.store(organisation)
    found: Counter[tuple[str, ...]] = Counter()
    async with started(team, folder, organisation, 2) as clients:
        for start in range(0, count, _AT_ONCE):
            _, jobs = await filled(store, organisation, min(_AT_ONCE, count - start))
            for client in clients:
                await client.sync.puller.pull()
            for job in jobs:
                for number, client in enumerate(clients):
                    await decisions.choose_company(client.doors, job.id, COMPANIES[number], decided_by=f"Person {number}")
                await asyncio.gather(*(client.sync.pusher.push() for client in clients))
                made = [client.file.entries[-1] for client in clients]
                states = sorted(entry.state.value for entry in made)
                winner = await store.job(job.id)
                for client, entry in zip(clients, made, strict=True):
                    (record,) = await client.sync.store.decisions(job.id)
                    sees = (await client.sync.store.job(job.id)).step(3) == winner.step(3)
                    other = COMPANIES[1 - clients.index(client)]
                    if entry.state is FateState.CONFLICT and not (sees and record.company_number == other):
                        states.append("blind")
                found[tuple(states)] += 1
                if len(await store.decisions(job.id)) != 1:
                    found["overwritten",] += 1
    return found


async def slow_writers(team: Team, folder: Path, *, seconds: float, writers: int = 6) -> Counter[str]:
    """What a pulling cache and a control that reads by `updated_at` missed of what was committed meanwhile."""
    organisation = await team.organisation()
    stop = asyncio.Event()
    found: Counter[str] = Counter()

    async def write(number: int) -> None:
        chance = random.Random(number)
        sql = await asyncpg.connect(team.stack.dsn)
        while not stop.is_set():
            transaction = sql.transaction()
            await transaction.start()
            await sql.execute("insert into public.restaurants (organisation_id, name) values ($1, 'Kea')", organisation)
            await asyncio.sleep(chance.uniform(0, 0.6) if chance.random() < 0.15 else 0.01)
            await transaction.commit()
            found["committed"] += 1
        await sql.close()

    control: set[str] = set()

    async def read_by_time() -> None:
        newest = datetime(2000, 1, 1, tzinfo=UTC)
        while not stop.is_set():
            for row in await team.sql.fetch(
                "select id, updated_at from public.restaurants where organisation_id = $1 and updated_at > $2",
                organisation,
                newest,
            ):
                control.add(str(row["id"]))
                newest = max(newest, row["updated_at"])
            await asyncio.sleep(0.05)

    async with started(team, folder, organisation, 1) as (client,):

        async def pull() -> None:
            while not stop.is_set():
                await client.sync.puller.pull()
                found["pulls"] += 1
                await asyncio.sleep(0.05)

        working = [asyncio.ensure_future(each) for each in (*(write(n) for n in range(writers)), read_by_time(), pull())]
        await asyncio.sleep(seconds)
        stop.set()
        await asyncio.gather(*working)
        await client.sync.puller.pull()
        here = {restaurant.id for restaurant in await client.sync.store.restaurants()}
        there = {
            str(row[0])
            for row in await team.sql.fetch("select id from public.restaurants where organisation_id = $1", organisation)
        }
        found["missed"] = len(there - here)
        found["missed by time"] = len(there - control)
        assert len(there) == found["committed"]
    return found

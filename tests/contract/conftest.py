"""The same promises for both authorities, one SQLite file and a team's project, and for a desktop that has its own copy of the latter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
import pytest_asyncio

from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.bootstrap.team_desk import opened_team_desk
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import BatchStore, ChangeSet, CreateBatch, Lease, SaveRestaurant, Write
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.store.workspace import open_workspace
from tests.team.fixtures import administrated

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def change(*writes: Write, mutation: str, lease: Lease | None = None) -> ChangeSet:
    return ChangeSet(mutation, writes, lease)


@dataclass
class Authority:
    """A store, what organisation its rows belong to, time passing for its leases, and a store that remembers nothing of what the
    first has written.
    """

    store: BatchStore
    organisation_id: str
    let_leases_expire: Callable[[], Awaitable[None]]
    elsewhere: BatchStore

    def id(self, name: str) -> str:
        """An id as the program makes them, the same for the same name in this workspace."""
        return str(uuid5(NAMESPACE_URL, f"{self.organisation_id}/{name}"))

    async def filled(self, count: int = 2, batch: str = "b1") -> tuple[Job, ...]:
        """Restaurants r0…, in a batch that was started."""
        people = [Restaurant(self.id(f"r{n}"), self.organisation_id, f"Kea {n}", lead_key=f"k{n}") for n in range(count)]
        known = {restaurant.id for restaurant in await self.store.restaurants()}
        for restaurant in people:
            if restaurant.id not in known:
                await self.store.commit(change(SaveRestaurant(None, restaurant), mutation=f"add-{restaurant.id}"))
        key = self.id(batch)
        jobs = tuple(
            Job(self.id(f"{batch}-j{n}"), key, self.id(f"r{n}"), self.organisation_id, created_at=NOW) for n in range(count)
        )
        created = CreateBatch(Batch(key, self.organisation_id, "First", created_at=NOW, started_at=NOW), jobs)
        await self.store.commit(change(created, mutation=f"create-{key}"))
        return jobs


@pytest_asyncio.fixture(params=["sqlite", "team", "offline"])
async def authority(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Authority]:
    if request.param == "sqlite":
        moved = [timedelta()]

        async def move_on() -> None:
            moved[0] += timedelta(seconds=61)

        workspace = open_workspace(tmp_path / "w.db", clock=lambda: NOW + moved[0])
        reader = open_workspace(tmp_path / "w.db", read_only=True)
        yield Authority(workspace.store, "local", move_on, reader.store)
        reader.close()
        workspace.close()
        return
    async with administrated(request.getfixturevalue("stack")) as team:
        organisation = await team.organisation()

        async def expire() -> None:
            await team.sql.execute(
                "update public.run_leases set expires_at = now() - interval '1 second' where organisation_id = $1", organisation
            )

        if request.param == "team":
            yield Authority(await team.store(organisation), organisation, expire, await team.store(organisation))
            return
        monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
        monkeypatch.setenv("REGBATCH_DATA_DIR", str(tmp_path / "desk"))
        person, own = await team.person(organisation), Organisation(organisation, "Kai", "member")
        opening = opened_team_desk(team.stack.project, person.tokens, own, Services(), keep=lambda _: None)
        async with opening as desk:
            yield Authority(desk.doors.store, organisation, expire, await team.store(organisation))

"""Desktops of one team for tests: each with its own wire to the project, its own folder, its own account."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from msgspec.structs import replace

from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.bootstrap.team_desk import TeamDesk, opened_team_desk
from regbatch_desktop.domain import transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import Candidate, CandidateSearch, CompanyHit, MatchSource
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import StepEvent
from regbatch_desktop.ports import ChangeSet, Committed, CreateBatch, SaveCandidates, SaveJob, SaveRestaurant, Write
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.supabase.session import Tokens
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.remote.supabase.team_store import TeamStore
from tests.team.fixtures import Person, Team
from tests.team.wire import Wire, wired

NOW = datetime(2026, 11, 25, tzinfo=UTC)
COMPANIES = tuple(f"100000{n}" for n in range(4))


def waiting_job(organisation_id: str, restaurant_id: str, batch_id: str) -> tuple[Job, ...]:
    """A job's versions up to where it waits for a company to be chosen."""
    job = Job(str(uuid4()), batch_id, restaurant_id, organisation_id, created_at=NOW)
    made = [job, transitions.start(job, now=NOW)]
    for number in (1, 2):
        for event in (StepEvent.START, StepEvent.COMPLETE):
            made.append(transitions.apply_step(made[-1], number, event, now=NOW))
    return tuple(made)


async def filled(store: TeamStore, organisation_id: str, count: int) -> tuple[Batch, tuple[Job, ...]]:
    """A started batch whose restaurants all wait for their company, with candidates."""
    people = [Restaurant(str(uuid4()), organisation_id, f"Kea {n}", city="Napier", lead_key=f"k{n}") for n in range(count)]
    await _committed(store, *(SaveRestaurant(None, each) for each in people))
    batch = Batch(str(uuid4()), organisation_id, "First", created_at=NOW, started_at=NOW)
    jobs = [waiting_job(organisation_id, each.id, batch.id) for each in people]
    await _committed(store, CreateBatch(batch, tuple(made[0] for made in jobs)))
    for made in jobs:
        hits = tuple(Candidate(CompanyHit(f"OWNER {n} LIMITED", n), MatchSource.NAME, 0.5) for n in COMPANIES)
        search = CandidateSearch(made[0].id, "Kea", "", "Napier", hits, NOW)
        await _committed(store, SaveJob(made[0], replace(made[-1], version=2)), SaveCandidates(search))
    return batch, tuple(replace(made[-1], version=2) for made in jobs)


async def _committed(store: TeamStore, *writes: Write) -> None:
    assert await store.commit(ChangeSet(str(uuid4()), writes)) == Committed()


async def details_fetched(store: TeamStore, job_id: str) -> None:
    """As an engine does after the company was chosen."""
    job = await store.job(job_id)
    moved = job
    for event in (StepEvent.START, StepEvent.COMPLETE):
        moved = transitions.apply_step(moved, 4, event, now=await store.now())
    await _committed(store, SaveJob(job, replace(moved, version=job.version + 1)))


@dataclass
class Place:
    """Where one person works: an account, a wire; `opened` is the desktop's workspace, as often as it is started."""

    person: Person
    wire: Wire
    organisation: Organisation

    @contextlib.asynccontextmanager
    async def opened(
        self, *, syncing: bool = True, tokens: Tokens | None = None, services: Services | None = None
    ) -> AsyncIterator[TeamDesk]:
        project = Project(self.wire.url, "sb_publishable_tests")
        opening = opened_team_desk(
            project, tokens or self.person.tokens, self.organisation, services or Services(speed=0.002), keep=lambda _: None
        )
        async with opening as desk:
            running = asyncio.ensure_future(desk.run()) if syncing else None
            try:
                yield desk
            finally:
                if running is not None:
                    running.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await running


@contextlib.asynccontextmanager
async def place(team: Team, organisation: Organisation, person: Person | None = None) -> AsyncIterator[Place]:
    async with wired(team.stack.url) as wire:
        yield Place(person or await team.person(organisation.id), wire, organisation)


async def until(condition: Callable[[], bool], *, seconds: float = 45) -> None:
    """Wait for it; the test fails by its own name when it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - many things are waited for, few of them tell
            await asyncio.sleep(0.01)

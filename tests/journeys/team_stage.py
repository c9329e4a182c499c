"""What a journey in a team's workspace needs: the administrator's preparations, the way through the door, a keychain, a silent wire.

Owns: nothing of the product; everything goes through the real window and the real project.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import keyring
import pytest
from keyring.backend import KeyringBackend
from msgspec import structs
from PySide6.QtCore import Qt

from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.bootstrap.team_desk import TeamDesk, opened_team_desk
from regbatch_desktop.domain import transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import Candidate, CandidateSearch, CompanyHit, MatchSource, Reason
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.domain.steps import StepEvent
from regbatch_desktop.ports import ChangeSet, Committed, CreateBatch, SaveCandidates, SaveJob, SaveRestaurant, Write
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.project import Project, written
from regbatch_desktop.remote.supabase.sign_in import Organisation, sign_in
from regbatch_desktop.remote.supabase.team_store import TeamStore
from regbatch_desktop.ui.sign_in.pane import SignInPane
from regbatch_desktop.ui.welcome.pane import WelcomePane
from tests.journeys.stage import Stage
from tests.sync.desks import NOW
from tests.team.fixtures import PASSWORD, Stack, Team, administrated
from tests.team.wire import SilentWire, Wire, silenceable

__all__ = ["SilentWire", "silenceable"]
Value = TypeVar("Value")


def arranged(stack: Stack, arrange: Callable[[Team], Awaitable[Value]]) -> Value:
    """What the administrator does before or after the journey, in a loop of its own."""

    async def work() -> Value:
        async with administrated(stack) as team:
            return await arrange(team)

    return asyncio.run(work())


# ------------------------------------------------------------ through the door


async def at_the_door(stage: Stage) -> SignInPane:
    await stage.application.ready.wait()
    welcome = stage.window.panes["welcome"]
    assert isinstance(welcome, WelcomePane)
    stage.click(welcome.team_button)
    await stage.until(lambda: "sign-in" in stage.window.panes)
    pane = stage.window.panes["sign-in"]
    assert isinstance(pane, SignInPane)
    return pane


async def with_project_file(stage: Stage, pane: SignInPane, project: Project, folder: Path) -> None:
    file = folder / "project.json"
    file.write_text(written(project))
    stage.click(pane.file_button)
    await stage.pick_file(file)
    await stage.until(lambda: pane.url.text() == project.url)


async def signed_in(stage: Stage, pane: SignInPane, email: str) -> None:
    pane.email.setText(email)
    pane.password.setText(PASSWORD)
    stage.key(pane.password, Qt.Key.Key_Return)
    await stage.until(pane._choice.isVisible)
    assert pane.password.text() == ""


async def opened(stage: Stage, pane: SignInPane) -> None:
    """The organisation that is marked."""
    await stage.until(lambda: pane.open_button.isEnabled() and pane._found)
    stage.click(pane.open_button)
    await stage.until(lambda: stage.application.workbench is not None and not stage.application.team.opening.is_busy)


async def through_the_door(stage: Stage, wire: Wire, email: str, folder: Path) -> None:
    pane = await at_the_door(stage)
    await with_project_file(stage, pane, Project(wire.url, "sb_publishable_tests"), folder)
    await signed_in(stage, pane, email)
    await opened(stage, pane)


@contextlib.asynccontextmanager
async def colleague(stack: Stack, email: str, organisation_id: str) -> AsyncIterator[TeamDesk]:
    """Somebody else's desktop, with a network and without a window."""
    async with Connection(stack.project) as nobody:
        tokens = await sign_in(nobody, email, Secret(PASSWORD))
    organisation = Organisation(organisation_id, "Aroha & Co", "member")
    services = Services(speed=0.002)
    async with opened_team_desk(stack.project, tokens, organisation, services, keep=lambda _: None) as desk:
        running = asyncio.ensure_future(desk.run())
        try:
            yield desk
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


# ------------------------------------------------------------ a keychain


class Keychain(KeyringBackend):
    """An operating system's, as far as this program asks."""

    # Below what is chosen by itself: it is there only where a journey asks for it.
    priority = -1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.stored: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.stored[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.stored.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        self.stored.pop((service, username), None)


# Stands where an operating system's would.
Keychain.__module__ = "keyring.backends.SecretService.tests"


@pytest.fixture
def keychain() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Keychain())
    yield
    keyring.set_keyring(before)


# ------------------------------------------------------------ restaurants that wait


def _hits(number: int) -> tuple[Candidate, ...]:
    found = []
    for place in range(4):
        hit = CompanyHit(
            f"{_NAMES[number % len(_NAMES)].upper()} {'HOLDINGS ' * (place > 0)}{'ABCD'[place]} LIMITED",
            f"{1000 + number}{place:03d}",
        )
        hit = replace(hit, status="Registered", registered_address=f"{number + 1} Kea Street, Napier")
        reasons = ("same name",) if place == 0 else ("one word in common",)
        weighed = tuple(Reason(text, 2.0) for text in reasons)
        found.append(Candidate(hit, MatchSource.NAME, 0.9 - 0.2 * place, reasons, weighed))
    return tuple(found)


_NAMES = ("Kea Kitchen", "Moa Grill", "Tui Tavern", "Weka Wok", "Ruru Ramen", "Kaka Cafe", "Hoiho Hotpot", "Takahe Thai")


async def prepared(store: TeamStore, organisation_id: str, *, choose: int, configure: int) -> tuple[Batch, tuple[Job, ...]]:
    """A started batch: `choose` restaurants wait for their company, `configure` for their configuration."""
    number = choose + configure
    people = [
        Restaurant(
            str(uuid4()), organisation_id, f"{_NAMES[n % len(_NAMES)]} {n:02d}", address=f"{n + 1} Kea Street", city="Napier",
            email=f"owner{n}@example.test", phone="+6468350100", lead_key=f"k{n}",
        )
        for n in range(number)
    ]  # fmt: skip
    await _committed(store, *(SaveRestaurant(None, each) for each in people))
    batch = Batch(str(uuid4()), organisation_id, "Train to Napier", created_at=NOW, started_at=NOW)
    made = []
    for each in people:
        job = Job(str(uuid4()), batch.id, each.id, organisation_id, created_at=NOW)
        made.append((job, transitions.start(job, now=NOW)))
    await _committed(store, CreateBatch(batch, tuple(first for first, _ in made)))
    jobs = []
    for n, (first, job) in enumerate(made):
        for step in (1, 2):
            for event in (StepEvent.START, StepEvent.COMPLETE):
                job = transitions.apply_step(job, step, event, now=NOW)
        hits = _hits(n)
        if n >= choose:
            chosen = {"company_number": hits[0].hit.company_number, "no_match": False, "director": ""}
            job = transitions.apply_step(job, 3, StepEvent.COMPLETE, now=NOW, result_data=chosen)
            for event in (StepEvent.START, StepEvent.COMPLETE):
                job = transitions.apply_step(job, 4, event, now=NOW)
        job = structs.replace(job, version=2)
        search = CandidateSearch(job.id, people[n].name, people[n].address, "Napier", hits, NOW)
        await _committed(store, SaveJob(first, job), SaveCandidates(search))
        jobs.append(job)
    return batch, tuple(jobs)


async def _committed(store: TeamStore, *writes: Write) -> None:
    assert await store.commit(ChangeSet(str(uuid4()), writes)) == Committed()

"""A team whose members review without a network: who waits for what, and what the window says of it.

Owns: the organisation with its restaurants that wait, its one or two members.
Never: decides for a person.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from regbatch_desktop.bootstrap.team_desk import TeamDesk
from tests.journeys.stage import Stage
from tests.journeys.team_stage import SilentWire, arranged, colleague, prepared, silenceable, through_the_door
from tests.team.fixtures import Stack, Team


async def _waiting_for(team: Team, *, choose: int, configure: int) -> tuple[str, str, str]:
    """E-mail of a member, organisation, batch."""
    organisation = await team.organisation("Aroha & Co")
    person = await team.person(organisation)
    batch, _ = await prepared(await team.store(organisation), organisation, choose=choose, configure=configure)
    return person.email, organisation, batch.id


def waiting(stage: Stage) -> int:
    return int(stage.bench.outbox._presenter._outbox.summary.waiting)


def line(stage: Stage) -> str:
    """What the status bar says about decisions."""
    return str(stage.window._interior.outbox.text())


def one_member(stack: Stack, *, choose: int, configure: int) -> tuple[str, str, str]:
    """E-mail, organisation, batch."""

    async def arrange(team: Team) -> tuple[str, str, str]:
        return await _waiting_for(team, choose=choose, configure=configure)

    return arranged(stack, arrange)


def two_members(stack: Stack, *, choose: int, configure: int) -> tuple[str, str, str, str]:
    """The e-mails of both, organisation, batch."""

    async def arrange(team: Team) -> tuple[str, str, str, str]:
        email, organisation, batch = await _waiting_for(team, choose=choose, configure=configure)
        return email, (await team.person(organisation)).email, organisation, batch

    return arranged(stack, arrange)


async def offline(stage: Stage, wire: SilentWire) -> None:
    await wire.cut()
    await stage.until(lambda: "offline since" in stage.window._interior.aside.text())


@contextlib.asynccontextmanager
async def offline_beside(
    stage: Stage, stack: Stack, people: tuple[str, str, str], folder: Path
) -> AsyncIterator[tuple[SilentWire, TeamDesk]]:
    """The first person's window without a network, beside the second one's desk that has it; `people`: both e-mails, organisation."""
    own, other, organisation = people
    async with silenceable(stack.url) as wire, colleague(stack, other, organisation) as desk:
        await through_the_door(stage, wire, own, folder)
        await offline(stage, wire)
        yield wire, desk

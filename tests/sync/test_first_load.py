"""The first opening of a large team: counted, stopped at will, gone on with; never an empty workspace."""

from __future__ import annotations

import asyncio

import pytest

from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.bootstrap.team_desk import opened_team_desk
from regbatch_desktop.bootstrap.team_folders import team_folder
from regbatch_desktop.domain.errors import Offline
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.sync.pull import PAGE
from tests.sync.desks import Place, filled, until
from tests.team.fixtures import Team
from tests.team.wire import silenceable

MANY = 3_200


async def large(team: Team) -> Organisation:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    await team.sql.execute(
        "insert into public.restaurants (organisation_id, name, lead_key) select $1, 'Kea ' || n, 'k' || n from generate_series(1, $2::int) n",
        organisation.id,
        MANY,
    )
    return organisation


async def test_a_large_team_is_loaded_in_sight_can_be_stopped_and_goes_on_from_there(team: Team) -> None:
    organisation = await large(team)
    batch, _ = await filled(await team.store(organisation.id), organisation.id, 2)
    person = await team.person(organisation.id)
    seen: list[tuple[int, int]] = []

    async def opened() -> tuple[int, list[str]]:
        opening = opened_team_desk(
            team.stack.project, person.tokens, organisation, Services(speed=0.002), keep=lambda _: None,
            loading=lambda here, total: seen.append((here, total)),
        )  # fmt: skip
        async with opening as desk:
            assert desk.notices == () or "key" in desk.notices[0]
            return len(await desk.doors.store.lead_rows()), [row.key for row in await desk.doors.store.batch_rows()]

    task = asyncio.ensure_future(opened())
    await until(lambda: len(seen) >= 4)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # Two of each table's rows, and a decision or candidates for each job.
    whole = MANY + 2 + 1 + 2 + 2
    assert [here for here, _ in seen[:4]] == [0, PAGE, 2 * PAGE, 3 * PAGE]
    assert {total for _, total in seen} == {whole}
    left_at = seen[-1][0]
    seen.clear()
    assert await opened() == (MANY + 2, [batch.id])
    assert seen[0][0] >= left_at - PAGE, "what was loaded is not loaded again"
    assert seen[0][0] > 0
    seen.clear()
    assert await opened() == (MANY + 2, [batch.id])
    assert seen == [], "needed once"


async def test_a_first_opening_that_is_cut_says_so_and_the_next_one_goes_on(team: Team) -> None:
    organisation = await large(team)
    async with silenceable(team.stack.url) as wire:
        place = Place(await team.person(organisation.id), wire, organisation)
        await wire.cut()
        with pytest.raises(Offline):
            async with place.opened():
                pass
        await wire.restore()
        async with place.opened() as desk:
            assert len(await desk.doors.store.lead_rows()) == MANY
            assert not any("could not be used" in notice for notice in desk.notices), "nothing was there that could be damaged"
        assert not (team_folder(wire.url, place.person.user_id, organisation.id) / "cache.damaged").exists()

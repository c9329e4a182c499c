"""Where packets vanish nothing says so: a call without an answer is noticed long before it runs out of time."""

from __future__ import annotations

import asyncio
import contextlib

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.services import batches, decisions
from regbatch_desktop.services.fates import sentence, state_words
from tests.sync.desks import COMPANIES, Place, filled, until
from tests.team.fixtures import Team
from tests.team.wire import silenceable

# A call itself gives up after twenty seconds, and is made more than once.
SOON_S = 15.0


async def test_a_decision_under_way_when_everything_falls_silent_is_told_as_what_it_is(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store = await team.store(organisation.id)
    _, (job, other) = await filled(store, organisation.id, 2)
    async with silenceable(team.stack.url) as wire:
        place = Place(await team.person(organisation.id), wire, organisation)
        async with place.opened() as desk:
            await until(lambda: desk.connectivity.is_online)
            told: list[str] = []
            desk.doors.changes.subscribe(lambda change: told.append(change.kind))
            wire.go_mute()
            await decisions.choose_company(desk.doors, job.id, COMPANIES[0], decided_by="Ann")
            await until(lambda: not desk.connectivity.is_online, seconds=SOON_S)
            (fate,) = await desk.outbox.fates()
            assert (fate.state, fate.unanswered, fate.can_withdraw) == (FateState.SENT, True, False)
            assert state_words(fate) == "sent, no answer yet"
            assert "nobody here knows yet whether your team has it" in sentence(fate)
            assert told.count("fate") >= 3, "queued, sent, no answer: each is told"
            # What is decided now has not left.
            await decisions.choose_company(desk.doors, other.id, COMPANIES[0], decided_by="Ann")
            assert [each.unanswered for each in await desk.outbox.fates()] == [True, False]
            assert (await desk.outbox.fates())[1].can_withdraw
            await wire.restore()
            await until(lambda: desk.outbox.summary.taken == 2)
    assert [len(await store.decisions(each.id)) for each in (job, other)] == [1, 1]


async def test_what_is_here_opens_on_a_silent_wire_without_waiting_for_it(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    batch, _ = await filled(await team.store(organisation.id), organisation.id, 1)
    async with silenceable(team.stack.url) as wire:
        place = Place(await team.person(organisation.id), wire, organisation)
        async with place.opened(syncing=False):
            pass
        await wire.fall_silent()
        async with contextlib.AsyncExitStack() as stack:
            async with asyncio.timeout(SOON_S):
                desk = await stack.enter_async_context(place.opened())
            assert [row.key for row in await desk.doors.store.batch_rows()] == [batch.id]
            assert not desk.connectivity.is_online
            await wire.restore()
            await until(lambda: desk.connectivity.is_online)


async def test_a_slow_answer_is_an_answer(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store = await team.store(organisation.id)
    batch, _ = await filled(store, organisation.id, 1)
    async with silenceable(team.stack.url) as wire:
        place = Place(await team.person(organisation.id), wire, organisation)
        async with place.opened() as desk:
            await until(lambda: desk.connectivity.is_online)
            # Somebody holds the batch's row: the project answers as soon as it is let go.
            async with team.sql.transaction():
                await team.sql.execute("select from public.registration_batch_jobs where id = $1 for update", batch.id)
                await batches.rename_batch(desk.doors, batch.id, "South")
                heard: list[bool] = []
                desk.connectivity.listeners.append(lambda: heard.append(desk.connectivity.is_online))
                await until(lambda: heard[:2] == [False, True], seconds=SOON_S)
                (fate,) = await desk.outbox.fates()
                assert (fate.kind, fate.state, fate.unanswered) == (MutationKind.RENAME_BATCH, FateState.SENT, False)
            await until(lambda: desk.outbox.summary.taken == 1)
    assert (await store.batch(batch.id)).name == "South"

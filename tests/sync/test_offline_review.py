"""A person goes on reviewing without a network; what they did arrives once, and another person's decision is shown beside it."""

from __future__ import annotations

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.services import decisions
from tests.sync.desks import COMPANIES, filled, place, until
from tests.team.fixtures import Team


async def test_decisions_made_without_a_network_outlive_the_program_and_arrive_once(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store = await team.store(organisation.id)
    batch, jobs = await filled(store, organisation.id, 5)
    async with place(team, organisation) as ann:
        async with ann.opened() as desk:
            assert len(await desk.doors.store.jobs(batch.id)) == 5
            await ann.wire.cut()
            for job in jobs[:4]:
                await decisions.choose_company(desk.doors, job.id, COMPANIES[1], decided_by="Ann")
            shown = await desk.doors.store.jobs(batch.id)
            assert [job.current_step for job in shown] == [4, 4, 4, 4, 3]
            assert desk.outbox.summary.waiting == 4
        async with ann.opened() as desk:
            assert [job.current_step for job in await desk.doors.store.jobs(batch.id)] == [4, 4, 4, 4, 3]
            await decisions.choose_company(desk.doors, jobs[4].id, None, decided_by="Ann")
            assert desk.outbox.summary.waiting == 5
            await ann.wire.restore()
            await until(lambda: desk.outbox.summary.waiting == 0)
            assert {fate.state for fate in await desk.outbox.fates()} == {FateState.TAKEN}
            there = await store.jobs(batch.id)
            assert [job.current_step for job in there] == [4] * 5
            assert await desk.doors.store.jobs(batch.id) == there
    for job in jobs:
        assert len(await store.decisions(job.id)) == 1


async def test_two_people_decide_differently_and_the_second_sees_both(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store = await team.store(organisation.id)
    _, (job,) = await filled(store, organisation.id, 1)
    async with place(team, organisation) as ann, place(team, organisation) as bob, ann.opened() as hers, bob.opened() as his:
        await ann.wire.cut()
        await decisions.choose_company(hers.doors, job.id, COMPANIES[0], decided_by="Ann")
        await decisions.choose_company(his.doors, job.id, COMPANIES[2], decided_by="Bob")
        await until(lambda: his.outbox.summary.waiting == 0)
        await ann.wire.restore()
        await until(lambda: hers.outbox.summary.look == 1)
        (card,) = await hers.outbox.conflicts()
        assert card.theirs is not None
        assert (card.state, card.name, card.theirs.person) == (FateState.CONFLICT, "Kea 0", "Bob")
        assert COMPANIES[2] in card.theirs.words
        assert COMPANIES[0] in card.mine.words
        assert len(card.mine.evidence) == len(card.theirs.evidence) == len(COMPANIES)
        seen = await hers.doors.store.job(job.id)
        assert seen == await store.job(job.id)
        assert seen.step(3).result_data["company_number"] == COMPANIES[2]

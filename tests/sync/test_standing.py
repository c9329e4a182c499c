"""Access taken back, a session that ended, a program that is too old: the queue is parked, named, exportable, and goes on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from regbatch_desktop.bootstrap.team_folders import team_folder, unsent, wipe
from regbatch_desktop.domain.errors import InvalidStatus, MembershipRevoked, Offline
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA
from regbatch_desktop.remote.supabase.session import Tokens
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.services import batches, decisions, leads
from tests.pipeline.workbench import leads as some_leads
from tests.sync.clients import Client
from tests.sync.desks import COMPANIES, details_fetched, filled, place, until
from tests.sync.races import started
from tests.team.fixtures import Team


async def test_a_revoked_members_queue_is_parked_exported_and_goes_on_when_access_is_given_back(
    team: Team, tmp_path: Path
) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, jobs = await filled(store, organisation, 3)
    async with started(team, tmp_path, organisation, 1) as (client,):
        outbox = client.sync.outbox
        await team.revoke(client.person, organisation)
        for job in jobs:
            await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
        assert not await client.sync.pusher.push(), "nothing is left to be tried at once"
        with pytest.raises(MembershipRevoked):
            await client.sync.puller.pull()
        summary = outbox.summary
        assert (summary.waiting, summary.parked, summary.parked_as) == (3, 3, FateState.PARKED_REVOKED)
        assert "taken back" in summary.notice
        listed = json.loads(await outbox.exported())
        assert [each["what"] for each in listed] == [f"company {COMPANIES[0]}"] * 3
        await client.kill()
        assert client.sync.outbox.summary.parked == 3
        assert len(await client.sync.store.jobs(jobs[0].batch_id)) == 3, "what was loaded stays readable"
        await team.sql.execute(
            "update public.organisation_members set revoked_at = null where user_id = $1", client.person.user_id
        )
        await client.sync.puller.pull()
        await client.sync.pusher.push()
        assert (client.sync.outbox.summary.waiting, client.sync.outbox.summary.taken) == (0, 3)
    assert [len(await store.decisions(job.id)) for job in jobs] == [1, 1, 1]


async def test_what_was_sent_before_access_was_taken_back_is_not_sent_twice(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 2) as (ann, bob):
        await decisions.choose_company(ann.doors, job.id, COMPANIES[0], decided_by="Ann")
        ann.network.losing = 1
        assert await ann.sync.pusher.push()
        await team.revoke(ann.person, organisation)
        assert not await ann.sync.pusher.push()
        (fate,) = await ann.sync.outbox.fates()
        assert (fate.state, fate.can_withdraw) == (FateState.PARKED_REVOKED, False)
        with pytest.raises(InvalidStatus, match="sent already"):
            await ann.sync.outbox.withdraw(fate.key)
        await details_fetched(store, job.id)
        await bob.sync.puller.pull()
        await decisions.take_back(bob.doors, job.id)
        await bob.sync.pusher.push()
        await team.sql.execute("update public.organisation_members set revoked_at = null where user_id = $1", ann.person.user_id)
        await ann.kill()
        await ann.sync.puller.pull()
        assert not await ann.sync.pusher.push()
        assert ann.sync.outbox.summary.taken == 1
    assert (await store.job(job.id)).current_step == 3, "what Bob took back stays taken back"
    assert len(await store.decisions(job.id)) == 1


async def test_a_queue_that_is_given_up_is_given_up_by_name(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (client,):
        await team.revoke(client.person, organisation)
        await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
        await client.sync.pusher.push()
        assert await client.sync.outbox.discard_parked() == 1
        summary = client.sync.outbox.summary
        assert (summary.waiting, summary.closed, summary.created) == (0, 1, 1)
    assert await store.decisions(job.id) == ()


async def test_a_session_that_ended_parks_the_queue_until_the_next_sign_in(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store = await team.store(organisation.id)
    _, (job,) = await filled(store, organisation.id, 1)
    async with place(team, organisation) as ann:
        async with ann.opened():
            pass
        await team.sql.execute("delete from auth.sessions where user_id = $1", ann.person.user_id)
        good = ann.person
        # As after a long time: the access token is spent, and the refresh token is worth nothing any more.
        spent = Tokens("", good.tokens.refresh, 0.0, good.user_id, good.email)
        async with ann.opened(tokens=spent) as desk:
            await decisions.choose_company(desk.doors, job.id, COMPANIES[0], decided_by="Ann")
            await until(lambda: desk.outbox.summary.parked_as is FateState.PARKED_SIGN_IN)
            assert "sign in" in desk.outbox.summary.notice
            assert (await desk.doors.store.job(job.id)).step(3).is_done, "what waits is shown as what it will be"
        again = await team.signed_in(good.email)
        async with ann.opened(tokens=again.tokens) as desk:
            await until(lambda: desk.outbox.summary.taken == 1)
    assert len(await store.decisions(job.id)) == 1


async def test_a_program_that_is_too_old_keeps_its_queue_and_an_update_sends_it(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (client,):
        newer = PAYLOAD_SCHEMA + 1
        await team.sql.execute(
            "update public.sync_meta set min_client_schema = $2 where organisation_id = $1", organisation, newer
        )
        await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
        await client.sync.pusher.push()
        assert client.sync.outbox.summary.parked_as is FateState.PARKED_TOO_OLD
        assert await client.sync.puller.pull() in (True, False), "reading stays possible"
        assert client.sync.outbox.summary.parked == 1
        client.schema = newer
        await client.kill()
        await client.sync.puller.pull()
        await client.sync.pusher.push()
        assert client.sync.outbox.summary.taken == 1
    assert len(await store.decisions(job.id)) == 1


async def test_what_needs_the_network_says_so_before_it_is_tried(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    await filled(await team.store(organisation), organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (client,):
        client.network.is_cut = True
        with pytest.raises(Offline):
            await client.sync.puller.pull()
        with pytest.raises(Offline, match="Importing leads needs the connection"):
            await leads.import_leads(client.doors, some_leads(1))
        free = await client.sync.store.restaurants()
        with pytest.raises(Offline, match="Making a batch needs the connection"):
            await leads.create_batch(client.doors, free)
        with pytest.raises(Offline, match="Running a restaurant needs"):
            await client.sync.store.acquire_lease("x", instance_id="me", ttl_s=1)


async def test_a_queued_decision_is_withdrawn_and_a_sent_one_is_not(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, jobs = await filled(store, organisation, 2)
    async with started(team, tmp_path, organisation, 1) as (client,):
        outbox = client.sync.outbox
        await decisions.choose_company(client.doors, jobs[0].id, COMPANIES[0], decided_by="Ann")
        (fate,) = await outbox.fates()
        await outbox.withdraw(fate.key)
        assert not (await client.sync.store.job(jobs[0].id)).step(3).is_done
        await batches.rename_batch(client.doors, batch.id, "South")
        assert [row.name for row in await client.sync.store.batch_rows()] == ["South"]
        client.network.losing = 1
        assert await client.sync.pusher.push()
        sent = next(fate for fate in await outbox.fates() if fate.state is FateState.SENT)
        with pytest.raises(InvalidStatus, match="sent already"):
            await outbox.withdraw(sent.key)
        assert not await client.sync.pusher.push()
    assert (await store.batch(batch.id)).name == "South"
    assert await store.decisions(jobs[0].id) == ()


async def test_accounts_do_not_meet_and_unsent_work_is_named_before_it_is_wiped(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store = await team.store(organisation.id)
    _, (job,) = await filled(store, organisation.id, 1)
    async with place(team, organisation) as ann:
        async with ann.opened() as desk:
            await ann.wire.cut()
            await decisions.choose_company(desk.doors, job.id, COMPANIES[0], decided_by="Ann")
        bob = await team.person(organisation.id)
        url = ann.wire.url
        assert unsent(url, ann.person.user_id) == {organisation.id: 1}
        assert unsent(url, bob.user_id) == {}
        await ann.wire.restore()
        async with ann.opened(tokens=bob.tokens) as desk:
            assert desk.outbox.summary.created == 0
            assert not (await desk.doors.store.job(job.id)).step(3).is_done
        wipe(url, bob.user_id, keep_unsent=False)
        wipe(url, ann.person.user_id, keep_unsent=True)
        folder = team_folder(url, ann.person.user_id, organisation.id)
        assert {path.name for path in folder.iterdir()} <= {"outbox.db", "outbox.log", "outbox.lock"}
        async with ann.opened() as desk:
            await until(lambda: desk.outbox.summary.taken == 1)
        wipe(url, ann.person.user_id, keep_unsent=True)
        assert not folder.exists()
    assert [made.decided_by for made in await store.decisions(job.id)] == ["Ann"]


async def test_a_clock_that_is_a_day_off_changes_no_order(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 2) as clients:
        early, late = clients
        early.skew, late.skew = timedelta(days=-1), timedelta(days=1)
        for client in clients:
            await client.sync.puller.pull()
            assert "clock" in client.sync.outbox.summary.notice

        async def decide(client: Client, number: str) -> None:
            await client.sync.puller.pull()
            await decisions.choose_company(client.doors, job.id, number, decided_by=number)
            await client.sync.pusher.push()

        await decide(late, COMPANIES[0])
        await details_fetched(store, job.id)
        await early.sync.puller.pull()
        await decisions.take_back(early.doors, job.id)
        await early.sync.pusher.push()
        await decide(early, COMPANIES[1])
    made = await store.decisions(job.id)
    assert [each.company_number for each in made] == [COMPANIES[0], COMPANIES[1]]
    now = await store.now()
    assert all(abs((each.decided_at - now).total_seconds()) < 120 for each in made)

"""What is a conflict and what is not: the same matter decided otherwise is; an engine that writes on is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from regbatch_desktop.domain import transitions
from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.errors import RuleError
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.domain.steps import StepEvent
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.ports import ChangeSet, SaveJob
from regbatch_desktop.remote.supabase.team_store import TeamStore
from regbatch_desktop.services import batches, decisions, sub_step_edits
from regbatch_desktop.services.perform import perform_on_job
from tests.sync.backup import Backup
from tests.sync.clients import Client
from tests.sync.desks import COMPANIES, details_fetched, filled
from tests.sync.races import started
from tests.team.fixtures import Team


async def bumped(store: TeamStore, job_id: str, times: int = 1) -> None:
    """An engine writes the row without touching what a person decides."""
    for _ in range(times):
        job = await store.job(job_id)
        await store.commit(ChangeSet(str(uuid4()), (SaveJob(job, replace(job, version=job.version + 1)),)))


async def states(client: Client) -> list[FateState]:
    return [entry.state for entry in client.file.entries]


async def test_an_engine_that_writes_meanwhile_is_no_conflict(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, jobs = await filled(store, organisation, 3)
    async with started(team, tmp_path, organisation, 1) as (client,):
        for job in jobs:
            await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
            await bumped(store, job.id, times=3)
        await client.sync.pusher.push()
        assert await states(client) == [FateState.TAKEN] * 3
        assert client.sync.outbox.summary.look == 0
        assert await client.sync.store.jobs(jobs[0].batch_id) == await store.jobs(jobs[0].batch_id)


async def test_two_who_decide_the_same_agree(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 2) as clients:
        for client in clients:
            await decisions.choose_company(client.doors, job.id, COMPANIES[1], decided_by="Both")
            await batches.cancel_batch(client.doors, batch.id)
        for client in clients:
            await client.sync.pusher.push()
            assert await states(client) == [FateState.TAKEN] * 2
    assert len(await store.decisions(job.id)) == 1


@pytest.mark.parametrize("pulls", [False, True], ids=["sent on old rows", "sent on what came after it"])
async def test_a_lost_answer_is_asked_for_before_anything_is_called_a_conflict(team: Team, tmp_path: Path, pulls: bool) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 2) as (ann, bob):
        await decisions.choose_company(ann.doors, job.id, COMPANIES[0], decided_by="Ann")
        ann.network.losing = 1
        assert await ann.sync.pusher.push()
        await details_fetched(store, job.id)
        await bob.sync.puller.pull()
        await decisions.take_back(bob.doors, job.id)
        await decisions.choose_company(bob.doors, job.id, COMPANIES[3], decided_by="Bob")
        assert not await bob.sync.pusher.push()
        await ann.kill()
        if pulls:
            await ann.sync.puller.pull()
        assert not await ann.sync.pusher.push()
        assert await states(ann) == [FateState.TAKEN], "it was taken; what Bob did came after it"
        await ann.sync.puller.pull()
        assert (await ann.sync.store.job(job.id)).step(3).result_data["company_number"] == COMPANIES[3]
    assert [each.decided_by for each in await store.decisions(job.id)] == ["Ann", "Bob"]


async def test_mine_again_takes_theirs_back_first(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 2) as (ann, bob):
        await decisions.choose_company(bob.doors, job.id, COMPANIES[2], decided_by="Bob")
        await decisions.choose_company(ann.doors, job.id, None, decided_by="Ann")
        await bob.sync.pusher.push()
        await ann.sync.pusher.push()
        (card,) = await ann.sync.outbox.conflicts()
        assert card.can_choose_again
        with pytest.raises(RuleError):
            # Nobody has fetched the details yet: the choice is in use this very moment.
            await ann.sync.outbox.choose_mine_again(card.key)
        await details_fetched(store, job.id)
        await ann.sync.puller.pull()
        await ann.sync.outbox.choose_mine_again(card.key)
        await ann.sync.pusher.push()
        assert await states(ann) == [FateState.CLOSED, FateState.TAKEN, FateState.TAKEN]
        assert await ann.sync.outbox.conflicts() == ()
        made = await store.decisions(job.id)
        assert [each.decided_by for each in made] == ["Bob", "Ann"]
        assert (await store.job(job.id)).step(3).result_data["no_match"] is True


async def configured(client: Client, job_id: str, name: str, by: str) -> None:
    args = {"config": {"restaurant": {"subdomain": name}}, "secrets": [], "start": False}
    await perform_on_job(client.doors, MutationKind.SAVE_CONFIGURATION, job_id, args, decided_by=by)


async def test_who_and_when_is_said_of_every_matter(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, jobs = await filled(store, organisation, 3)
    async with started(team, tmp_path, organisation, 2) as (ann, bob):
        for job in jobs:
            await decisions.choose_company(bob.doors, job.id, COMPANIES[2], decided_by="bob")
        await bob.sync.pusher.push()
        for job in jobs:
            await details_fetched(store, job.id)
        third = await store.job(jobs[2].id)
        for step in ((5, StepEvent.START), (5, StepEvent.COMPLETE), (6, StepEvent.START)):
            moved = transitions.apply_step(third, *step, now=await store.now())
            await store.commit(ChangeSet(str(uuid4()), (SaveJob(third, moved),)))
            third = moved
        for client in (ann, bob):
            await client.sync.puller.pull()
        images = SubStepKey.UPLOAD_IMAGES
        # Two configurations; a configuration of what was taken back; a sub-step; a name, which nobody signs.
        await configured(bob, jobs[0].id, "his", "bob")
        await configured(ann, jobs[0].id, "hers", "ann")
        await decisions.take_back(bob.doors, jobs[1].id, decided_by="bob")
        await configured(ann, jobs[1].id, "hers", "ann")
        await sub_step_edits.set_status(bob.doors, third.id, images, SubStepStatus.SKIPPED, decided_by="bob")
        await sub_step_edits.set_status(ann.doors, third.id, images, SubStepStatus.COMPLETED, decided_by="ann")
        await batches.rename_batch(bob.doors, batch.id, "North")
        await batches.rename_batch(ann.doors, batch.id, "South")
        await bob.sync.pusher.push()
        await ann.sync.pusher.push()
        theirs = [card.theirs for card in await ann.sync.outbox.conflicts()]
        now = await store.now()
        assert [side is not None and (side.words, side.person) for side in theirs] == [
            ("another configuration, kept", "bob"),
            ("the restaurant has gone back to an earlier step", "bob"),
            ("Image upload is skipped: set by bob", "bob"),
            ("the batch is called “North”", bob.person.email),
        ]
        assert all(side is not None and side.at is not None and now - side.at < timedelta(minutes=1) for side in theirs)
        assert all(side is not None and side.evidence == () for side in theirs)


async def test_a_conflict_does_not_hold_up_what_follows_and_what_rests_on_it_is_one_too(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, jobs = await filled(store, organisation, 3)
    async with started(team, tmp_path, organisation, 2) as (ann, bob):
        entry = ManualEntry("Aroha", company_name="OWNER LIMITED", contact_phone="021 555 0100")
        await decisions.choose_company(bob.doors, jobs[0].id, COMPANIES[2], decided_by="Bob")
        await decisions.enter_manually(ann.doors, jobs[0].id, entry, decided_by="Ann")
        await decisions.take_back(ann.doors, jobs[0].id, decided_by="Ann")
        await decisions.enter_manually(ann.doors, jobs[1].id, entry, decided_by="Ann")
        await batches.rename_batch(ann.doors, batch.id, "South")
        await bob.sync.pusher.push()
        await ann.sync.pusher.push()
        assert await states(ann) == [FateState.CONFLICT, FateState.CONFLICT, FateState.TAKEN, FateState.TAKEN]
        shown = await ann.sync.store.restaurant(jobs[1].restaurant_id)
        assert (shown.contact_name, shown.company_name) == ("Aroha", "OWNER LIMITED")
    assert (await store.job(jobs[1].id)).current_step == 5


async def test_once_step_six_has_begun_a_change_is_refused_with_the_reason(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (ann,):
        await decisions.choose_company(ann.doors, job.id, COMPANIES[0], decided_by="Ann")
        await ann.sync.pusher.push()
        await details_fetched(store, job.id)
        await ann.sync.puller.pull()
        await decisions.take_back(ann.doors, job.id, decided_by="Ann")
        there = await store.job(job.id)
        for step in ((5, StepEvent.START), (5, StepEvent.COMPLETE), (6, StepEvent.START)):
            moved = transitions.apply_step(there, *step, now=await store.now())
            await store.commit(ChangeSet(str(uuid4()), (SaveJob(there, moved),)))
            there = moved
        await ann.sync.pusher.push()
        (card,) = await ann.sync.outbox.conflicts()
        assert card.state is FateState.REFUSED
        assert "Step 6" in card.reason
        assert not card.can_choose_again
        assert (await store.job(job.id)).version == there.version
        await ann.sync.outbox.keep_theirs(card.key)
        assert ann.sync.outbox.summary.look == 0


async def test_a_registration_that_is_gone_is_said_so(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (ann,):
        await decisions.choose_company(ann.doors, job.id, COMPANIES[0], decided_by="Ann")
        await team.sql.execute("update public.registration_jobs set deleted_at = now() where id = $1", job.id)
        await ann.sync.pusher.push()
        (card,) = await ann.sync.outbox.conflicts()
        assert card.state is FateState.GONE
        assert not card.can_choose_again
        assert await ann.sync.store.jobs(job.batch_id) == ()


async def test_what_a_restored_project_does_not_know_any_more_is_sent_again_once(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, jobs = await filled(store, organisation, 3)
    backup = Backup(team.sql, organisation)
    async with started(team, tmp_path, organisation, 1) as (ann,):
        await decisions.choose_company(ann.doors, jobs[0].id, COMPANIES[0], decided_by="Ann")
        await ann.sync.pusher.push()
        await backup.take()
        for job in jobs[1:]:
            await decisions.choose_company(ann.doors, job.id, COMPANIES[0], decided_by="Ann")
        await ann.sync.pusher.push()
        assert await states(ann) == [FateState.TAKEN] * 3
        await backup.restore()
        # Killed right after it noticed: the comparison is made at the next start.
        await ann.kill()
        await ann.sync.puller.pull()
        assert await states(ann) == [FateState.TAKEN, FateState.QUEUED, FateState.QUEUED]
        assert [job.current_step for job in await ann.sync.store.jobs(batch.id)] == [4, 4, 4]
        await ann.sync.pusher.push()
        assert await states(ann) == [FateState.TAKEN] * 3
        assert await ann.sync.store.jobs(batch.id) == await store.jobs(batch.id)
        assert await ann.sync.puller.check()
    assert [len(await store.decisions(job.id)) for job in jobs] == [1, 1, 1]

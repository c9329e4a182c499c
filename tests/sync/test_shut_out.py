"""Access that was taken back: the team's rows leave the machine when the person says so or in a week; the queue stays under its names."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from regbatch_desktop.domain.errors import InvalidStatus, MembershipMissing, MembershipRevoked
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.services import batches, decisions, notes
from regbatch_desktop.services.fate_export import export_text
from regbatch_desktop.sync.shut_out import ROWS_KEPT
from tests.sync.clients import Client
from tests.sync.desks import COMPANIES, filled
from tests.sync.races import started
from tests.team.fixtures import Team


async def nothing_is_left(client: Client, *words: str) -> None:
    assert await client.sync.store.restaurants() == ()
    assert await client.sync.store.batch_rows() == ()
    assert await client.sync.store.lead_rows() == ()
    for path in client.folder.glob("cache*"):
        held = path.read_bytes()
        assert not [word for word in words if word.encode() in held], path.name


async def given_back(team: Team, client: Client) -> None:
    await team.sql.execute("update public.organisation_members set revoked_at = null where user_id = $1", client.person.user_id)


async def test_rows_go_when_the_person_says_so_and_the_queue_keeps_its_names(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, jobs = await filled(store, organisation, 3)
    async with started(team, tmp_path, organisation, 2) as (client, other):
        # A conflict that was not looked at stays as well.
        await batches.rename_batch(other.doors, batch.id, "North")
        await batches.rename_batch(client.doors, batch.id, "South")
        await other.sync.pusher.push()
        await client.sync.pusher.push()
        for job in jobs[:2]:
            await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
        await notes.write_note(client.doors, jobs[2].id, "Ask for Mere.", seen="", decided_by="Ann")
        outbox = client.sync.outbox
        assert outbox.summary.rows_until is None
        with pytest.raises(InvalidStatus, match="no access to any more"):
            await outbox.remove_rows()
        await team.revoke(client.person, organisation)
        await client.sync.pusher.push()
        with pytest.raises(MembershipRevoked):
            await client.sync.puller.pull()
        assert outbox.summary.rows_until is not None
        assert len(await client.sync.store.restaurants()) == 3, "what was loaded stays readable until it is removed"
        await client.kill()
        outbox = client.sync.outbox
        assert outbox.summary.rows_until is not None
        await outbox.remove_rows()
        await nothing_is_left(client, "OWNER", "Napier", "Kea 0")
        assert outbox.summary.rows_until is None
        # Killed and started again: still nothing of the team, still everything of the person.
        for _ in range(2):
            outbox = client.sync.outbox
            summary = outbox.summary
            assert (summary.waiting, summary.parked, summary.look, summary.created) == (3, 3, 1, 4)
            assert not client.cache.recovery
            listed = json.loads(await export_text(outbox, client.sync.store))
            assert [each["about"] for each in listed] == ["North", "Kea 0", "Kea 1", "Kea 2"]
            assert [fate.about for fate in await outbox.fates()] == ["North", "Kea 0", "Kea 1", "Kea 2"]
            (card,) = await outbox.conflicts()
            assert card.theirs is not None
            assert (card.name, card.theirs.words) == ("North", "the batch is called “North”")
            with pytest.raises(MembershipRevoked):
                await client.sync.puller.pull()
            await client.kill()
        await given_back(team, client)
        await client.sync.puller.pull()
        assert len(await client.sync.store.restaurants()) == 3
        assert await client.sync.puller.check()
        await client.sync.pusher.push()
        states = {entry.mutation.kind: entry.state for entry in client.file.entries}
        assert states == {
            MutationKind.RENAME_BATCH: FateState.CONFLICT,
            MutationKind.CHOOSE_COMPANY: FateState.TAKEN,
            MutationKind.WRITE_NOTE: FateState.TAKEN,
        }
    assert [len(await store.decisions(job.id)) for job in jobs] == [1, 1, 0]


async def test_rows_go_by_themselves_after_a_week_and_not_when_access_came_back(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, jobs = await filled(store, organisation, 2)
    async with started(team, tmp_path, organisation, 1) as (client,):
        await decisions.choose_company(client.doors, jobs[0].id, COMPANIES[0], decided_by="Ann")
        for _ in range(2):
            await team.revoke(client.person, organisation)
            with pytest.raises(MembershipRevoked):
                await client.sync.puller.pull()
            client.skew += ROWS_KEPT - timedelta(hours=1)
            with pytest.raises(MembershipRevoked):
                await client.sync.puller.pull()
            assert len(await client.sync.store.restaurants()) == 2
            await given_back(team, client)
            await client.sync.puller.pull()
            assert client.sync.outbox.summary.rows_until is None
        # Taken away altogether, and without a network when the week is over.
        await team.sql.execute("delete from public.organisation_members where user_id = $1", client.person.user_id)
        with pytest.raises((MembershipMissing, MembershipRevoked)):
            await client.sync.puller.pull()
        client.network.is_cut = True
        client.skew += ROWS_KEPT + timedelta(hours=1)
        await client.kill()
        await client.sync.shut_out.in_time()
        await nothing_is_left(client, "OWNER", "Napier")
        (fate,) = await client.sync.outbox.fates()
        assert (fate.about, fate.can_withdraw) == ("Kea 0", True)

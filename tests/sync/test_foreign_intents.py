"""An intent reaches only the rows of its organisation, and an answer only the person who sent it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from regbatch_desktop.domain.errors import Conflict, MembershipMissing, WorkspaceUnusable
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import SaveJob, SaveRestaurant
from regbatch_desktop.remote.supabase.authority import TeamAuthority, server_rows
from regbatch_desktop.sync.doors import Cursor
from tests.sync.desks import filled
from tests.team.fixtures import Team


async def test_an_intent_cannot_touch_or_see_another_organisation(team: Team) -> None:
    own, other = await team.organisation(), await team.organisation()
    _, (job,) = await filled(await team.store(other), other, 1)
    person = await team.person(own)
    here, there = (TeamAuthority(person.connection, organisation_id=key) for key in (own, other))
    moved = replace(job, version=job.version + 1)
    with pytest.raises(MembershipMissing):
        await there.apply("m1", "{}", 1, [SaveJob(job, moved)])
    with pytest.raises(MembershipMissing):
        await there.pull(Cursor(), limit=10)
    with pytest.raises(MembershipMissing):
        await there.digest()
    answer = await here.apply("m1", "{}", 1, [SaveJob(job, moved)])
    assert (answer.status, answer.rows) == ("stale", ())
    assert await here.current(jobs=[job.id], batches=[job.batch_id]) == ()
    assert (await (await team.store(other)).job(job.id)).version == job.version
    assert (await here.pull(Cursor(), limit=10)).rows == ()


async def test_rows_of_an_older_form_are_a_matter_for_the_administrator(team: Team) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    page = await store._call("current_rows", jobs=[job.id], batches=[])
    assert len(server_rows(page)) == len(page)
    for row in page:
        # As before migration 0015.
        for name in ("note", "note_by", "note_at"):
            row["row"].pop(name, None)
    with pytest.raises(WorkspaceUnusable, match="has to apply the migrations"):
        server_rows(page)


async def test_an_answer_is_given_to_whoever_sent_it_and_to_the_same_intent(team: Team) -> None:
    organisation = await team.organisation()
    people = [await team.person(organisation) for _ in range(2)]
    ann, bob = (TeamAuthority(person.connection, organisation_id=organisation) for person in people)
    writes = [SaveRestaurant(None, Restaurant("00000000-0000-4000-8000-00000000abcd", organisation, "Kea"))]
    first = await ann.apply("same", "intent", 1, writes)
    assert (first.status, first.duplicate) == ("applied", False)
    again = await ann.apply("same", "intent", 1, [])
    assert (again.status, again.duplicate) == ("applied", True), "the first answer, whatever the writes are"
    with pytest.raises(Conflict):
        await ann.apply("same", "another intent", 1, [])
    with pytest.raises(Conflict):
        await bob.apply("same", "intent", 1, [])
    assert await ann.known_mutations(["same", "never"]) == {"same"}
    assert await bob.known_mutations(["same"]) == frozenset()

"""A note is written without a network, arrives once, and nobody's words are replaced by somebody who has not seen them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from regbatch_desktop.domain.errors import InputError, NoteChanged
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.note import LONGEST
from regbatch_desktop.ports import ChangeSet, SaveRestaurant
from regbatch_desktop.services import notes
from regbatch_desktop.services.exports import report_rows
from tests.sync.clients import Client
from tests.sync.desks import filled
from tests.sync.races import started
from tests.team.fixtures import Team


async def write(client: Client, job_id: str, text: str, *, seen: str = "", by: str = "ann") -> bool:
    return await notes.write_note(client.doors, job_id, text, seen=seen, decided_by=by)


def states(client: Client) -> list[FateState]:
    return [entry.state for entry in client.file.entries]


async def test_a_note_is_shown_at_once_and_comes_back_with_its_own_answer(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    batch, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (ann,):
        ann.network.is_cut = True
        assert await write(ann, job.id, " Ask for Mere.\r\n\tNot before noon. ")
        shown = (await ann.sync.store.restaurant(job.restaurant_id)).note
        assert (shown.text, shown.written_by) == ("Ask for Mere.\n Not before noon.", "ann")
        (row,) = await report_rows(ann.doors, [batch.id])
        assert (row["note"], row["note by"]) == (shown.text, "ann")
        assert not await write(ann, job.id, shown.text, seen=shown.text), "the same words again are no change"
        ann.network.is_cut = False
        # Lost once: it is applied once, and nobody has to pull to see it.
        ann.network.losing = 1
        assert await ann.sync.pusher.push()
        assert not await ann.sync.pusher.push()
        assert states(ann) == [FateState.TAKEN]
        here, there = await ann.sync.store.restaurant(job.restaurant_id), await store.restaurant(job.restaurant_id)
        assert here == there
        assert there.note.text == shown.text
        assert there.version == 2


async def test_whoever_writes_restaurants_without_knowing_of_notes_takes_none_away(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (ann,):
        await write(ann, job.id, "Ask for Mere.")
        # An engine fills in what the register knows: the same row, another matter.
        before = await store.restaurant(job.restaurant_id)
        await store.commit(ChangeSet(str(uuid4()), (SaveRestaurant(before, replace(before, company_name="KEA LIMITED")),)))
        await ann.sync.pusher.push()
        assert states(ann) == [FateState.TAKEN], "what an engine writes is no conflict"
        there = await store.restaurant(job.restaurant_id)
        assert (there.company_name, there.note.text) == ("KEA LIMITED", "Ask for Mere.")
        old = f'[{{"kind": "save_restaurant", "expected": {there.version}, "row": {{"id": "{there.id}", "name": "Kea", "lead_key": "k"}}}}]'
        await team.sql.execute("select private.save_restaurant($1, ($2::jsonb) -> 0)", organisation, old)
        assert (await store.restaurant(job.restaurant_id)).note == there.note


async def test_two_notes_on_one_restaurant_are_shown_side_by_side(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, jobs = await filled(store, organisation, 2)
    async with started(team, tmp_path, organisation, 2) as (ann, bob):
        for job in jobs:
            await write(bob, job.id, "Closed on Mondays.", by="bob")
            await write(ann, job.id, "Ask for Mere.", by="ann")
        await bob.sync.pusher.push()
        await ann.sync.pusher.push()
        assert states(ann) == [FateState.CONFLICT] * 2
        kept, again = await ann.sync.outbox.conflicts()
        assert kept.mine.words == "the note is “Ask for Mere.”"
        assert kept.theirs is not None
        assert (kept.theirs.words, kept.theirs.person) == ("the note is “Closed on Mondays.”", "bob")
        assert kept.theirs.at is not None
        assert "Closed on Mondays." in kept.reason
        assert (await ann.sync.store.restaurant(jobs[0].restaurant_id)).note.text == "Closed on Mondays.", "theirs stands"
        await ann.sync.outbox.keep_theirs(kept.key)
        await ann.sync.outbox.choose_mine_again(again.key)
        await ann.sync.pusher.push()
        assert states(ann) == [FateState.CLOSED, FateState.CLOSED, FateState.TAKEN]
    texts = [(await store.restaurant(job.restaurant_id)).note.text for job in jobs]
    assert texts == ["Closed on Mondays.", "Ask for Mere."]


async def test_a_note_that_was_not_seen_is_not_written_over_and_the_same_one_is_agreed(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 2) as (ann, bob):
        for client in (ann, bob):
            await write(client, job.id, "Ask for Mere.", by="both")
            await client.sync.pusher.push()
            assert states(client) == [FateState.TAKEN]
        await write(bob, job.id, "", seen="Ask for Mere.", by="bob")
        await bob.sync.pusher.push()
        await ann.sync.puller.pull()
        with pytest.raises(NoteChanged, match="bob changed this note while you wrote: no note"):
            await write(ann, job.id, "Ask for Mere, or Tom.", seen="Ask for Mere.")
        with pytest.raises(InputError, match="at most 1,000 characters; this one has 1,001"):
            await write(ann, job.id, "x" * (LONGEST + 1))
        assert await write(ann, job.id, "x" * LONGEST)
        await ann.sync.pusher.push()
        assert states(ann) == [FateState.TAKEN] * 2
    assert (await store.restaurant(job.restaurant_id)).note.text == "x" * LONGEST

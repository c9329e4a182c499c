"""What did not change is the same object in the next read; what did is read anew, whoever changed it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from regbatch_desktop.ports import ChangeSet, Committed, SaveRestaurant
from regbatch_desktop.services import batches
from regbatch_desktop.store.seen import Seen
from tests.pipeline.workbench import bench


async def test_a_job_that_moved_is_read_anew_and_the_others_are_not(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await made.batch(12)
        before = await made.jobs(batch)
        assert [one is other for one, other in zip(before, await made.jobs(batch), strict=True)] == [True] * 12
        await batches.cancel_batch(made.doors, batch.id)
        after = await made.jobs(batch)
        assert all(job.cancelled_at is not None for job in after)
        assert [job.id for job in after] == [job.id for job in before]
        assert await made.doors.store.job(after[3].id) == after[3]


async def test_a_restaurant_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await made.batch(2)
        one, other = await made.doors.store.batch_restaurants(batch.id)
        answer = await made.doors.store.commit(ChangeSet("m", (SaveRestaurant(one, replace(one, phone="021 555 0199")),)))
        assert isinstance(answer, Committed)
        after = await made.doors.store.batch_restaurants(batch.id)
        assert (after[0].phone, after[1] is other) == ("021 555 0199", True)
        assert await made.doors.store.restaurant(one.id) == after[0]


async def test_a_list_is_the_same_object_until_something_is_committed(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await made.batch(2)
        store = made.doors.store
        rows, leads = await store.batch_rows(), await store.lead_rows()
        assert await store.batch_rows() is rows
        assert await store.lead_rows() is leads
        await batches.rename_batch(made.doors, batch.id, "Another name")
        (renamed,) = await store.batch_rows()
        assert renamed.name == "Another name"
        again = await store.lead_rows()
        assert [row.batch_name for row in again] == ["Another name"] * 2


def test_no_more_is_kept_than_the_cap_and_an_old_version_is_not_given() -> None:
    seen: Seen[str] = Seen(2)
    for key in "abc":
        seen.put(key, 1, key)
    assert (seen.get("a", 1), seen.get("b", 1), seen.get("c", 1), seen.get("c", 2)) == (None, "b", "c", None)

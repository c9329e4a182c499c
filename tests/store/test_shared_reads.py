"""What did not change is the same object in the next read; what did is read anew, whoever changed it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from msgspec import structs

from regbatch_desktop.domain.sub_steps import SubStepStatus
from regbatch_desktop.ports import ChangeSet, Committed, Conflicted, SaveJob, SaveRestaurant
from regbatch_desktop.practice.faults import Fault
from regbatch_desktop.services import batches
from regbatch_desktop.store.seen import Seen
from regbatch_desktop.store.workspace import open_workspace
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


async def test_what_was_committed_here_says_what_the_file_says(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        made.fault(Fault.SUCCESS_FALSE, "*/register-account", first=4)
        batch = await made.batch(12)
        await made.run_reviewed(batch)
        ours = tuple([await made.doors.store.job(job.id) for job in await made.jobs(batch)])
        shops = {job.restaurant_id: await made.doors.store.restaurant(job.restaurant_id) for job in ours}
        states = {sub.status for job in ours for sub in job.sub_steps.values()}
        assert states >= {SubStepStatus.COMPLETED, SubStepStatus.SKIPPED, SubStepStatus.FAILED}
        other = open_workspace(tmp_path / "w.db", read_only=True)
        try:
            assert await other.store.jobs(batch.id) == ours
            assert {shop.id: shop for shop in await other.store.batch_restaurants(batch.id)} == shops
        finally:
            other.close()
        moved = structs.replace(ours[0], version=ours[0].version + 1, error_message="why")
        await made.doors.store.commit(ChangeSet("m", (SaveJob(ours[0], moved),)))
        assert await made.doors.store.job(moved.id) is moved


async def test_what_was_refused_is_not_read(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        (job,) = await made.jobs(await made.batch(1))
        moved = structs.replace(job, version=job.version + 1, error_message="why")
        stale = structs.replace(job, version=job.version - 1)
        assert isinstance(await made.doors.store.commit(ChangeSet("m", (SaveJob(stale, moved),))), Conflicted)
        assert await made.doors.store.job(job.id) == job


async def test_a_caller_that_did_not_wait_for_its_commit_hides_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        (job,) = await made.jobs(await made.batch(1))
        store = made.doors.store
        one = structs.replace(job, version=job.version + 1, error_message="one")
        two = structs.replace(one, version=one.version + 1, error_message="two")
        impatient = asyncio.ensure_future(store.commit(ChangeSet("1", (SaveJob(job, one),))))
        await asyncio.sleep(0)
        impatient.cancel()
        assert isinstance(await store.commit(ChangeSet("2", (SaveJob(one, two),))), Committed)
        assert (await store.job(job.id)).error_message == "two"


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

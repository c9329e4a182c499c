"""Everybody sees who works on which restaurant, can take over what somebody left, and keeps to a part of the services' limits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.services import batches
from regbatch_desktop.services.boards import batch_board, with_workers
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.services.worker import Worker
from tests.pipeline.workbench import leads
from tests.team.fixtures import Team
from tests.team.practice_server import practice_server
from tests.team.test_two_desktops import two_desks


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGBATCH_DATA_DIR", str(tmp_path / "desk"))


async def test_who_works_is_seen_and_what_was_left_is_taken_over_at_once(team: Team, tmp_path: Path) -> None:
    with practice_server(tmp_path) as server:
        async with two_desks(team, server.url) as (first, second, (_, bob)):
            added = (await import_leads(first.doors, leads(2))).added
            batch = await create_batch(first.doors, added, mode=ExecutionMode.PARALLEL)
            await batches.start_batch(first.doors, batch.id)
            one, other = await first.store.jobs(batch.id)
            held = await second.store.acquire_lease(one.id, instance_id="bobs-machine", ttl_s=60)
            assert held is not None
            (holder,) = await first.store.holders(batch.id)
            assert (holder.job_id, holder.person, holder.works) == (one.id, bob.email, True)
            board = with_workers(
                await batch_board(first.doors, batch.id), {holder.job_id: holder}, here=first.doors.instance_id, person="ann"
            )
            assert {row.key: (row.worker, row.can_take_over) for row in board.jobs} == {
                one.id: (bob.email, False), other.id: ("", False),
            }  # fmt: skip
            worker = Worker(first.doors, first.store)
            assert not await worker.take(one.id), "somebody else works on it"
            await team.sql.execute(
                "update public.run_leases set expires_at = now() - interval '1 s' where resource_id = $1", one.id
            )
            (holder,) = await first.store.holders(batch.id)
            assert not holder.works
            board = with_workers(
                await batch_board(first.doors, batch.id), {holder.job_id: holder}, here=first.doors.instance_id, person="ann"
            )
            (left,) = [row for row in board.jobs if row.can_take_over]
            assert left.worker.startswith("nobody since ")
            assert sorted(await asyncio.gather(worker.take(one.id), worker.take(one.id))) == [False, True], "one runner, not two"
            assert not await worker.take(one.id), "it runs here already"
            async with asyncio.timeout(30):
                while not (await first.store.job(one.id)).waits_for_person:  # noqa: ASYNC110 - the project tells nobody
                    await asyncio.sleep(0.05)
            worker.request_stop()
            assert await worker.run() == ()
            assert await second.store.renew_lease(held, ttl_s=60) is None
            assert (await first.store.job(other.id)).current_step == 1


async def test_two_processes_have_half_of_the_services_each(team: Team, tmp_path: Path) -> None:
    with practice_server(tmp_path) as server:
        async with two_desks(team, server.url) as (first, second, _):
            added = (await import_leads(first.doors, leads(2))).added
            batch = await create_batch(first.doors, added, mode=ExecutionMode.PARALLEL)
            assert await first.store.working_instances() == 0
            for desk, job in zip((first, second), await first.store.jobs(batch.id), strict=True):
                await desk.store.acquire_lease(job.id, instance_id=desk.doors.instance_id, ttl_s=60)
            assert await first.store.working_instances() == 2
            whole = first.doors.share.of(8)
            await batches.start_batch(first.doors, batch.id)
            worker = Worker(first.doors, first.store, poll_s=0.2)
            working = asyncio.ensure_future(worker.run())
            async with asyncio.timeout(30):
                while first.doors.share.of(8) == whole:  # noqa: ASYNC110 - nobody else follows it
                    await asyncio.sleep(0.02)
            assert (whole, first.doors.share.of(8)) == (8, 4)
            worker.request_stop()
            await working

"""A queue that should move and does not is begun again, said aloud, and moves when it can."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from regbatch_desktop.services import decisions
from regbatch_desktop.sync.watchdog import Watchdog
from tests.sync.desks import COMPANIES, filled, until
from tests.sync.races import started
from tests.team.fixtures import Team


async def test_a_stalled_queue_is_begun_again_and_said_aloud(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, (job,) = await filled(store, organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (client,):
        torn_down = 0

        async def tear_down() -> None:
            nonlocal torn_down
            torn_down += 1

        sync = client.sync
        watchdog = Watchdog(sync.outbox, sync.connectivity, patience_s=0.5, on_stall=tear_down)
        client.network.is_deaf = True
        running = asyncio.ensure_future(watchdog.run(sync.pusher.run, sync.puller.run))
        await decisions.choose_company(client.doors, job.id, COMPANIES[0], decided_by="Ann")
        await until(lambda: sync.outbox.summary.stalled)
        assert torn_down >= 2
        assert sync.outbox.summary.waiting == 1
        client.network.is_deaf = False
        await until(lambda: sync.outbox.summary.waiting == 0)
        await until(lambda: not sync.outbox.summary.stalled)
        assert watchdog.restarts == 0
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
    assert len(await store.decisions(job.id)) == 1


async def test_a_part_that_ends_is_begun_again(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    await filled(await team.store(organisation), organisation, 1)
    async with started(team, tmp_path, organisation, 1) as (client,):
        began = 0

        async def falls_over() -> None:
            nonlocal began
            began += 1
            raise RuntimeError("as no part should")

        watchdog = Watchdog(client.sync.outbox, client.sync.connectivity)
        running = asyncio.ensure_future(watchdog.run(client.sync.pusher.run, falls_over))
        await until(lambda: began >= 2)
        assert not running.done()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

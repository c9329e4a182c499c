"""One organisation with three people, and what must hold once nothing is on its way any more.

Owns: setting up an example, letting it come to rest, comparing every cache with the project.
Never: does anything to the people in it (model.py does).
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, initialize

from regbatch_desktop.domain.fate import WAITING, FateState
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA
from tests.sync.backup import Backup
from tests.sync.clients import Client
from tests.sync.desks import filled
from tests.team.fixtures import Stack, Team, administrated

JOBS = 3


class World(RuleBasedStateMachine):
    """`stack` is given by the test; each example has an organisation of its own."""

    stack: ClassVar[Stack]
    totals: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.closing = contextlib.AsyncExitStack()
        self.clients: list[Client] = []
        self.backup: Backup | None = None
        self.restored = False
        self.engine_writes: dict[str, int] = {}

    def do(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    @initialize()
    def begin(self) -> None:
        self.do(self._begin())

    async def _begin(self) -> None:
        self.team: Team = await self.closing.enter_async_context(administrated(self.stack))
        self.organisation = await self.team.organisation()
        self.admin = await self.team.store(self.organisation)
        self.batch, self.jobs = await filled(self.admin, self.organisation, JOBS)
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        for number in range(3):
            person = await self.team.person(self.organisation)
            client = Client(folder / f"client{number}", person, self.stack.project, self.organisation)
            await client.start()
            await client.sync.puller.pull()
            self.clients.append(client)

    async def member(self, client: Client, revoked: bool) -> None:
        await self.team.sql.execute(
            f"update public.organisation_members set revoked_at = {'now()' if revoked else 'null'} where user_id = $1",
            client.person.user_id,
        )

    def teardown(self) -> None:
        try:
            if self.clients:
                self.do(self._quiet())
        finally:
            self.do(self._end())
            self.loop.close()

    async def _end(self) -> None:
        for client in self.clients:
            await client.stop()
            await client.network.end()
        await self.closing.aclose()

    async def _quiet(self) -> None:
        for client in self.clients:
            client.network.is_cut = False
            client.schema = PAYLOAD_SCHEMA + 1
            await self.member(client, False)
            await client.kill()
        for _ in range(2):
            for client in self.clients:
                await client.sync.puller.pull()
                assert not await client.sync.pusher.push(), "the queue stands still"
        for client in self.clients:
            await client.sync.puller.pull()
        await self._converged()

    async def _converged(self) -> None:
        there = await self.admin.jobs(self.batch.id)
        records = {job.id: await self.admin.decisions(job.id) for job in there}
        digest = await self.clients[0].authority.digest()
        for client in self.clients:
            entries = client.file.entries
            assert not [entry for entry in entries if entry.state in WAITING]
            assert await client.sync.store.jobs(self.batch.id) == there, "a cache is not what the project has"
            assert await client.sync.store.batch(self.batch.id) == await self.admin.batch(self.batch.id)
            assert await client.sync.store.batch_restaurants(self.batch.id) == await self.admin.batch_restaurants(self.batch.id)
            for job in there:
                assert await client.sync.store.decisions(job.id) == records[job.id]
            own = await client.cache.digest()
            assert (own.count, own.total) == (digest.count, digest.total)
            taken = [entry.mutation.id for entry in entries if entry.state is FateState.TAKEN]
            assert await client.authority.known_mutations(taken) == set(taken), "one that was taken is not there"
            for entry in entries:
                self.totals[entry.state.value] = self.totals.get(entry.state.value, 0) + 1
        if not self.restored:
            for job in self.jobs:
                written = sum(client.network.writes[job.id] for client in self.clients) + self.engine_writes.get(job.id, 0)
                newest = next(each for each in there if each.id == job.id)
                assert newest.version == job.version + written, "something was applied twice, or by nobody"

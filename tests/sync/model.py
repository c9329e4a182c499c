"""Three people of one team, everything that can go wrong between them, and what must be true all the same.

Owns: the rules and the invariants of the stateful test, and the backup of an organisation that is restored.
Never: says how many examples are run.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.fate import WAITING, FateState
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA
from regbatch_desktop.domain.steps import StepEvent, StepStatus
from regbatch_desktop.domain.transitions import apply_step
from regbatch_desktop.ports import ChangeSet, SaveJob
from regbatch_desktop.services import batches, decisions
from tests.sync.clients import Client
from tests.sync.desks import COMPANIES, NOW, filled
from tests.team.fixtures import Stack, Team, administrated

JOBS = 3
_TABLES = (
    "restaurants", "registration_batch_jobs", "registration_jobs", "registration_job_steps", "companies_office_search_candidates",
    "decisions", "applied_mutations",
)  # fmt: skip
clients = st.integers(0, 2)
jobs = st.integers(0, JOBS - 1)


class Backup:
    """Rows of one organisation as they were."""

    def __init__(self, sql: Any, organisation: str) -> None:
        self._sql, self._organisation, self._name = sql, organisation, uuid4().hex[:12]

    async def take(self) -> None:
        for table in _TABLES:
            await self._sql.execute(
                f"create temp table backup_{self._name}_{table} as select * from public.{table} where organisation_id = '{self._organisation}'"
            )

    async def restore(self) -> None:
        async with self._sql.transaction():
            await self._sql.execute("set local session_replication_role = replica")
            for table in reversed(_TABLES):
                await self._sql.execute(f"delete from public.{table} where organisation_id = $1", self._organisation)
            for table in _TABLES:
                await self._sql.execute(f"insert into public.{table} select * from backup_{self._name}_{table}")
            await self._sql.execute(
                "update public.sync_meta set epoch = gen_random_uuid() where organisation_id = $1", self._organisation
            )


class ThreeClients(RuleBasedStateMachine):
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

    # ------------------------------------------------------------ what people do

    async def _did(self, client: Client, doing: Any) -> None:
        before = client.ids()
        with contextlib.suppress(RegBatchError):
            await doing
        client.acknowledged += sorted(client.ids() - before)

    @rule(at=clients, job=jobs, company=st.integers(0, 3))
    def choose(self, at: int, job: int, company: int) -> None:
        client = self.clients[at]
        number = COMPANIES[company] if company < 3 else None
        self.do(self._did(client, decisions.choose_company(client.doors, self.jobs[job].id, number, decided_by=f"Person {at}")))

    @rule(at=clients, job=jobs)
    def take_back(self, at: int, job: int) -> None:
        client = self.clients[at]
        self.do(self._did(client, decisions.take_back(client.doors, self.jobs[job].id)))

    @rule(at=clients, name=st.sampled_from(["North", "South"]))
    def rename(self, at: int, name: str) -> None:
        client = self.clients[at]
        self.do(self._did(client, batches.rename_batch(client.doors, self.batch.id, name)))

    @rule(at=clients, again=st.booleans())
    def look_at_conflicts(self, at: int, again: bool) -> None:
        self.do(self._answered(self.clients[at], again))

    async def _answered(self, client: Client, again: bool) -> None:
        outbox = client.sync.outbox
        for card in await outbox.conflicts():
            await self._did(client, outbox.choose_mine_again(card.key) if again else outbox.keep_theirs(card.key))

    @rule(at=clients)
    def withdraw(self, at: int) -> None:
        self.do(self._withdrawn(self.clients[at]))

    async def _withdrawn(self, client: Client) -> None:
        for fate in await client.sync.outbox.fates():
            if fate.can_withdraw:
                await client.sync.outbox.withdraw(fate.key)
                return

    # ------------------------------------------------------------ what the network does

    async def _quietly(self, doing: Any) -> None:
        with contextlib.suppress(RegBatchError):
            await doing

    @rule(at=clients)
    def push(self, at: int) -> None:
        self.do(self._quietly(self.clients[at].sync.pusher.push()))

    @rule(at=clients)
    def lose_the_answer(self, at: int) -> None:
        self.clients[at].network.losing = 1
        self.do(self._quietly(self.clients[at].sync.pusher.push()))
        self.clients[at].network.losing = 0

    @rule(at=clients)
    def duplicate(self, at: int) -> None:
        self.clients[at].network.doubling = 1
        self.do(self._quietly(self.clients[at].sync.pusher.push()))
        self.clients[at].network.doubling = 0

    @rule(at=clients)
    def pull(self, at: int) -> None:
        self.do(self._quietly(self.clients[at].sync.puller.pull()))

    @rule(at=clients)
    def pull_a_page(self, at: int) -> None:
        self.clients[at].network.left = 1
        self.do(self._quietly(self.clients[at].sync.puller.pull()))
        self.clients[at].network.left = 1_000_000

    @rule(at=clients, cut=st.booleans())
    def cut(self, at: int, cut: bool) -> None:
        self.clients[at].network.is_cut = cut

    @rule(at=clients, answers=st.integers(0, 2))
    def kill(self, at: int, answers: int) -> None:
        """In the middle of a push: after none, one or two of its calls."""
        client = self.clients[at]
        client.network.left = answers
        self.do(self._quietly(client.sync.pusher.push()))
        client.network.left = 1_000_000
        self.do(client.kill())

    # ------------------------------------------------------------ what happens at the project

    @rule(job=jobs)
    def an_engine_writes(self, job: int) -> None:
        self.do(self._engine(job))

    async def _engine(self, number: int) -> None:
        """It fetches the details of a company that was chosen; else it only writes, as engines do all the time."""
        job = await self.admin.job(self.jobs[number].id)
        moved = job
        if job.step(3).is_done and job.step(4).status is StepStatus.PENDING:
            for event in (StepEvent.START, StepEvent.COMPLETE):
                moved = apply_step(moved, 4, event, now=NOW)
        await self.admin.commit(ChangeSet(str(uuid4()), (SaveJob(job, replace(moved, version=job.version + 1)),)))
        self.engine_writes[job.id] = self.engine_writes.get(job.id, 0) + 1

    @rule(at=clients, revoked=st.booleans())
    def revoke(self, at: int, revoked: bool) -> None:
        self.do(self._member(self.clients[at], revoked))

    async def _member(self, client: Client, revoked: bool) -> None:
        await self.team.sql.execute(
            f"update public.organisation_members set revoked_at = {'now()' if revoked else 'null'} where user_id = $1",
            client.person.user_id,
        )

    @precondition(lambda self: self.backup is None)
    @rule()
    def back_up(self) -> None:
        self.backup = Backup(self.team.sql, self.organisation)
        self.do(self.backup.take())

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore(self) -> None:
        assert self.backup is not None
        self.do(self.backup.restore())
        self.restored = True

    @rule(at=clients, days=st.integers(-1, 1))
    def skew_the_clock(self, at: int, days: int) -> None:
        self.clients[at].skew = timedelta(days=days)

    @precondition(lambda self: sum(len(client.acknowledged) for client in self.clients) > 5)
    @rule()
    def ask_for_newer_programs(self) -> None:
        self.do(
            self.team.sql.execute(
                "update public.sync_meta set min_client_schema = $2 where organisation_id = $1",
                self.organisation,
                PAYLOAD_SCHEMA + 1,
            )
        )

    @rule(at=clients)
    def upgrade(self, at: int) -> None:
        self.clients[at].schema = PAYLOAD_SCHEMA + 1
        self.do(self.clients[at].kill())

    # ------------------------------------------------------------ what must be true

    @invariant()
    def every_acknowledged_mutation_is_kept_and_counted(self) -> None:
        for client in self.clients:
            assert set(client.acknowledged) <= client.ids(), "an acknowledged mutation is lost"
            summary = client.sync.outbox.summary
            assert summary.created == summary.taken + summary.waiting + summary.look + summary.closed

    @invariant()
    def each_is_applied_at_most_once(self) -> None:
        if not self.restored:
            for client in self.clients:
                assert all(times == 1 for times in client.network.applied.values()), client.network.applied

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
            await self._member(client, False)
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

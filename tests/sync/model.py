"""Three people of one team, everything that can go wrong between them, and what must be true all the same.

Owns: the rules and the invariants of the stateful test.
Never: says how many examples are run.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from msgspec.structs import replace

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA
from regbatch_desktop.domain.steps import StepEvent, StepStatus
from regbatch_desktop.domain.transitions import apply_step
from regbatch_desktop.ports import ChangeSet, SaveJob
from regbatch_desktop.services import batches, decisions, notes
from tests.sync.backup import Backup
from tests.sync.clients import Client
from tests.sync.desks import COMPANIES, NOW
from tests.sync.world import JOBS, World

clients = st.integers(0, 2)
jobs = st.integers(0, JOBS - 1)


class ThreeClients(World):
    """The rules."""

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

    @rule(at=clients, job=jobs, text=st.sampled_from(["", "Ask for Mere.", "Not before noon."]))
    def write_a_note(self, at: int, job: int, text: str) -> None:
        self.do(self._did(self.clients[at], self._noted(self.clients[at], self.jobs[job], text)))

    async def _noted(self, client: Client, job: Job, text: str) -> None:
        seen = (await client.sync.store.restaurant(job.restaurant_id)).note.text
        await notes.write_note(client.doors, job.id, text, seen=seen, decided_by=client.person.email)

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
        self.do(self.member(self.clients[at], revoked))

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

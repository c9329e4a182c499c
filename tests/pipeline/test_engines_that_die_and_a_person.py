"""Engines that are killed, leases that run out, several batches and every act of a person, in any order.

What test_two_engines_and_a_person.py does not do: here an engine's process dies at a commit and keeps its lease, time
passes, and every single commit of every actor is held against the tables.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from regbatch_desktop.domain.batch import BatchStatus, ExecutionMode, batch_progress
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.pipeline.engine import Engine, can_move
from regbatch_desktop.practice.faults import Fault, FaultRule
from regbatch_desktop.services import batches
from regbatch_desktop.services.leads import create_batch, import_leads
from tests.pipeline.person import ACTS, act, decide_what_waits
from tests.pipeline.proving_ground import ProvingGround, proving_ground
from tests.pipeline.watched_store import ProcessGone, Watch, WatchedStore
from tests.pipeline.workbench import leads

BATCHES, RESTAURANTS = 3, 2
NAMES = ("A", "B")
FAULTS = (Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.SUCCESS_FALSE, Fault.RATE_LIMITED, Fault.TRUNCATED)
PLACES = ("/api/registration/*", "/api/companies-office/*", "/api/extract*", "/api/menus*", "*")
QUICK: dict[str, Any] = {
    "retry_base_s": 0.001, "retry_cap_s": 0.002, "default_deadline_s": 0.15, "deadlines_s": {}, "settle_lag_s": 0.0,
    "extraction_poll_s": 0.001, "breaker_open_s": 0.01, "breaker_max_open_s": 0.02,
}  # fmt: skip


class EnginesThatDieAndAPerson(RuleBasedStateMachine):
    @initialize(mode=st.sampled_from(ExecutionMode))
    def open(self, mode: ExecutionMode) -> None:
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.batch_ids: list[str] = []
        self.job_ids: set[str] = set()
        self.histories: dict[str, tuple[object, ...]] = {}
        self.started = 0

        async def begin() -> ProvingGround:
            folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
            return await self.stack.enter_async_context(proving_ground(folder, speed=0.0, **QUICK))

        self.ground = self.runner.run(begin())
        self.watch = Watch(self.ground.clock)
        store = WatchedStore(self.ground.doors.store, self.watch, "person")
        self.person = replace(self.ground.doors, store=store, instance_id="person")
        self.engines = {name: self.engine(name) for name in NAMES}
        self.a_batch_arrives(mode)
        self.runner.run(self._up_to_the_accounts())

    async def _up_to_the_accounts(self) -> None:
        """Most of what can go wrong is in Step 6: begin where it begins."""
        for _ in range(2):
            await self._run(NAMES[0])
            await self._decide()

    async def _decide(self) -> None:
        for batch_id in self.batch_ids:
            for job in await self.person.store.jobs(batch_id):
                with contextlib.suppress(RegBatchError):
                    await decide_what_waits(self.person, self.ground, job)

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            for engine in getattr(self, "engines", {}).values():
                self.runner.run(engine.aclose())
            self.runner.run(self.stack.aclose())
            self.runner.close()

    def engine(self, name: str, *, dies_after: int = 0, answer_lost: bool = False) -> Engine:
        """A process of its own: a new instance each time, as after a restart."""
        self.started += 1
        instance = f"{name}{self.started}"
        store = WatchedStore(self.ground.doors.store, self.watch, instance, dies_after=dies_after, answer_lost=answer_lost)
        return Engine(replace(self.ground.doors, store=store, instance_id=instance), seed=1)

    def jobs(self) -> list[Job]:
        async def read() -> list[Job]:
            return [job for batch_id in self.batch_ids for job in await self.ground.doors.store.jobs(batch_id)]

        return self.runner.run(read())

    async def _run(self, name: str) -> None:
        for batch_id in tuple(self.batch_ids):
            await self.engines[name].run_batch(batch_id)

    async def _replace(self, name: str) -> None:
        assert await self.engines[name].aclose() == ()
        self.engines[name] = self.engine(name)

    @precondition(lambda self: len(self.batch_ids) < BATCHES)
    @rule(mode=st.sampled_from(ExecutionMode))
    def a_batch_arrives(self, mode: ExecutionMode) -> None:
        async def arrive() -> None:
            first = len(self.batch_ids) * RESTAURANTS
            imported = await import_leads(self.person, leads(first + RESTAURANTS)[first:])
            batch = await create_batch(self.person, imported.added, mode=mode)
            await batches.start_batch(self.person, batch.id)
            self.batch_ids.append(batch.id)
            self.job_ids |= {job.id for job in await self.person.store.jobs(batch.id)}

        self.runner.run(arrive())

    @rule(name=st.sampled_from(NAMES))
    def one_engine_runs_until_quiet(self, name: str) -> None:
        self.runner.run(self._run(name))
        for batch_id in self.batch_ids:
            if self.runner.run(self.ground.doors.store.batch_progress(batch_id)).status is BatchStatus.FAILED:
                continue
            for job in self.runner.run(self.ground.doors.store.jobs(batch_id)):
                left = can_move(job) and not self.watch.is_held_by_another(job.id, name)
                assert not left, f"step {job.current_step} {job.step(job.current_step).status}"

    @rule()
    def both_engines_run(self) -> None:
        async def both() -> None:
            await asyncio.gather(*(self._run(name) for name in NAMES))

        self.runner.run(both())

    @rule(name=st.sampled_from(NAMES), after=st.integers(1, 40), both=st.booleans())
    def an_engine_is_asked_to_stop(self, name: str, after: int, both: bool) -> None:
        async def stopped() -> None:
            with self._at_change(after, self.engines[name].request_stop):
                await asyncio.gather(*(self._run(each) for each in (NAMES if both else (name,))))
            await self._replace(name)

        self.runner.run(stopped())

    @rule(name=st.sampled_from(NAMES), after=st.integers(1, 60), answer_lost=st.booleans(), both=st.booleans())
    def an_engine_is_killed_and_keeps_its_leases(self, name: str, after: int, answer_lost: bool, both: bool) -> None:
        async def killed() -> None:
            await self.engines[name].aclose()
            self.engines[name] = self.engine(name, dies_after=after, answer_lost=answer_lost)
            runs = [self._run(each) for each in (NAMES if both else (name,))]
            answers = await asyncio.gather(*runs, return_exceptions=True)
            assert all(answer is None or isinstance(answer, ProcessGone) for answer in answers), answers
            await self._replace(name)

        self.runner.run(killed())

    @rule()
    def time_passes_and_leases_run_out(self) -> None:
        self.ground.clock.skip(61)

    @rule(fault=st.sampled_from(FAULTS), place=st.sampled_from(PLACES), share=st.sampled_from((0.1, 0.3, 1.0)))
    def the_services_get_worse(self, fault: Fault, place: str, share: float) -> None:
        self.ground.faults(FaultRule(fault, place, share=share, retry_after="0"))

    @rule()
    def the_services_recover(self) -> None:
        self.ground.faults()

    @rule()
    def the_person_decides_whatever_waits(self) -> None:
        self.runner.run(self._decide())

    @rule(pick=st.integers(0, 5), what=ACTS, key=st.sampled_from(SubStepKey), status=st.sampled_from(SubStepStatus))
    def the_person_acts(self, pick: int, what: str, key: SubStepKey, status: SubStepStatus) -> None:
        job = self.jobs()[pick % len(self.job_ids)]
        with contextlib.suppress(RegBatchError):
            self.runner.run(act(self.person, self.ground, job, what, key=key, status=status))

    @rule(pick=st.integers(0, 5), what=ACTS, after=st.integers(1, 30), key=st.sampled_from(SubStepKey))
    def the_person_acts_while_both_engines_run(self, pick: int, what: str, after: int, key: SubStepKey) -> None:
        job = self.jobs()[pick % len(self.job_ids)]

        async def together() -> None:
            now = asyncio.Event()
            with self._at_change(after, now.set):
                running: asyncio.Future[list[None]] = asyncio.gather(*(self._run(name) for name in NAMES))
                waiting = asyncio.ensure_future(now.wait())
                await asyncio.wait((running, waiting), return_when="FIRST_COMPLETED")
                waiting.cancel()
                with contextlib.suppress(RegBatchError):
                    await act(self.person, self.ground, job, what, key=key, status=SubStepStatus.SKIPPED)
                await running

        self.runner.run(together())

    @contextlib.contextmanager
    def _at_change(self, number: int, do: object) -> Iterator[None]:
        seen = 0

        def watch(_change: object) -> None:
            nonlocal seen
            seen += 1
            if seen == number:
                do()  # type: ignore[operator]

        unsubscribe = self.ground.doors.changes.subscribe(watch)
        try:
            yield
        finally:
            unsubscribe()

    @invariant()
    def no_job_is_lost_and_no_commit_broke_a_rule(self) -> None:
        if not hasattr(self, "watch"):
            return
        jobs = self.jobs()
        assert {job.id for job in jobs} == self.job_ids
        assert all([step.number for step in job.steps] == [1, 2, 3, 4, 5, 6] for job in jobs)
        assert self.watch.broken == []

    @invariant()
    def counts_equal_the_rows(self) -> None:
        for batch_id in getattr(self, "batch_ids", ()):
            store = self.ground.doors.store
            counts = Counter(job.status for job in self.runner.run(store.jobs(batch_id)))
            shown = self.runner.run(store.batch_progress(batch_id))
            assert shown == batch_progress(self.runner.run(store.batch(batch_id)), dict(counts))

    @invariant()
    def the_history_only_grows_and_names_everything_the_platform_did(self) -> None:
        known = set()
        for job_id in getattr(self, "job_ids", ()):
            history = self.runner.run(self.ground.doors.store.effect_events(job_id))
            before = self.histories.get(job_id, ())
            assert history[: len(before)] == before
            self.histories[job_id] = history
            known |= {effect.idempotency_key for effect in self.runner.run(self.ground.doors.store.effects(job_id))}
        if hasattr(self, "ground"):
            did = {event.get("idempotency_key", "") for event in self.ground.platform.ledger.events} - {""}
            assert did <= known

    @invariant()
    def nothing_was_made_twice_or_asked_for_twice_at_once(self) -> None:
        if hasattr(self, "ground"):
            assert self.ground.platform.ledger.duplicates() == []
            assert self.ground.platform.together == []


EnginesThatDieAndAPerson.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
TestEnginesThatDieAndAPerson = EnginesThatDieAndAPerson.TestCase

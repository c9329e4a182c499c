"""Two engines, one person and one workspace in any order: nothing lost, nothing illegal, nothing made twice."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from regbatch_desktop.domain.batch import batch_progress
from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.domain.transitions import derived_status
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.practice.faults import Fault, FaultRule
from regbatch_desktop.services import batches, configurations, decisions, sub_step_edits
from tests.pipeline.workbench import Bench, bench

JOBS = 3
which = st.integers(0, JOBS - 1)
ENTRY = ManualEntry(contact_name="Aroha Sample", company_name="Kea Limited")
FAULTS = (Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.SUCCESS_FALSE, Fault.RATE_LIMITED)


class TwoEnginesAndAPerson(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.number = 0

        async def begin() -> tuple[Bench, str]:
            folder = self.stack.enter_context(tempfile.TemporaryDirectory())
            limits = {
                "retry_base_s": 0.001,
                "retry_cap_s": 0.002,
                "default_deadline_s": 0.3,
                "deadlines_s": {},
                "settle_lag_s": 0.0,
            }
            opened = await self.stack.enter_async_context(bench(Path(folder), **limits))
            opened.platform.speed = 0.0
            return opened, (await opened.batch(JOBS, links=False)).id

        self.bench, self.batch_id = self.runner.run(begin())

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.stack.aclose())
            self.runner.close()

    def jobs(self) -> tuple[Job, ...]:
        return self.runner.run(self.bench.doors.store.jobs(self.batch_id))

    def engine(self) -> Engine:
        # A new instance each time: what an earlier one left is taken over as after a restart.
        self.number += 1
        return self.bench.engine(f"engine-{self.number}")

    async def _run(self, *engines: Engine, stop_after: int | None = None) -> None:
        seen = 0

        def watch(_change: object) -> None:
            nonlocal seen
            seen += 1
            if stop_after is not None and seen >= stop_after:
                engines[0].request_stop()

        unsubscribe = self.bench.doors.changes.subscribe(watch)
        try:
            await asyncio.gather(*(engine.run_batch(self.batch_id) for engine in engines))
        finally:
            unsubscribe()
            for engine in engines:
                assert await engine.aclose() == ()

    @rule()
    def one_engine_runs(self) -> None:
        self.runner.run(self._run(self.engine()))

    @rule()
    def both_engines_run(self) -> None:
        self.runner.run(self._run(self.engine(), self.engine()))

    @rule(after=st.integers(1, 25))
    def an_engine_is_stopped_in_the_middle(self, after: int) -> None:
        self.runner.run(self._run(self.engine(), self.engine(), stop_after=after))

    @rule(fault=st.sampled_from(FAULTS), share=st.sampled_from((0.1, 0.3)))
    def the_platform_gets_worse(self, fault: Fault, share: float) -> None:
        self.bench.faults(FaultRule(fault, "/api/registration/*", share=share, retry_after="0"))

    @rule()
    def the_platform_recovers(self) -> None:
        self.bench.faults()

    async def _person(self, number: int, act: str) -> None:
        doors = self.bench.doors
        job = (await doors.store.jobs(self.batch_id))[number]
        match act:
            case "choose":
                search = await doors.store.candidates(job.id)
                first = search.candidates[0].hit.company_number if search and search.candidates else None
                await decisions.choose_company(doors, job.id, first, decided_by="person")
            case "manual":
                await decisions.enter_manually(doors, job.id, ENTRY, decided_by="person")
            case "configure":
                await configurations.save_and_start(doors, job.id, await configurations.propose(doors, job.id))
            case "retry":
                await batches.retry_job(doors, job.id)
            case "reset":
                await batches.retry_job(doors, job.id, from_step=5, reset_config=True)
            case _:
                unknown = [key for key, sub in job.sub_steps.items() if sub.status is SubStepStatus.UNKNOWN]
                for key in unknown:
                    kinds = {"menuImport": "menu_imported", "optionSets": "option_sets_created", "itemTags": "item_tags_created"}
                    happened = any(
                        event["kind"] == kinds.get(key.value) and event["restaurant_id"] == job.restaurant_id
                        for event in self.bench.platform.ledger.events
                    )
                    await sub_step_edits.answer_unknown(doors, job.id, SubStepKey(key), happened=happened, decided_by="person")

    @rule(number=which, act=st.sampled_from(("choose", "choose", "manual", "configure", "configure", "retry", "reset", "answer")))
    def the_person_acts(self, number: int, act: str) -> None:
        with contextlib.suppress(RegBatchError):
            self.runner.run(self._person(number, act))

    @rule(number=which, act=st.sampled_from(("choose", "configure", "retry")))
    def the_person_acts_while_an_engine_runs(self, number: int, act: str) -> None:
        async def together() -> None:
            running = asyncio.create_task(self._run(self.engine()))
            with contextlib.suppress(RegBatchError):
                await self._person(number, act)
            await running

        self.runner.run(together())

    @invariant()
    def no_job_is_lost_and_every_status_follows_from_its_steps(self) -> None:
        if not hasattr(self, "bench"):
            return
        jobs = self.jobs()
        assert len(jobs) == JOBS
        for job in jobs:
            assert [step.number for step in job.steps] == [1, 2, 3, 4, 5, 6]
            assert job.status is derived_status(job)
            open_steps = [step.status for step in job.steps if not step.is_done]
            assert all(status in (StepStatus.PENDING, StepStatus.FAILED) for status in open_steps[1:]), open_steps
            if job.status is JobStatus.COMPLETED:
                assert all(sub.is_ended for sub in job.sub_steps.values())

    @invariant()
    def counts_equal_the_rows(self) -> None:
        if not hasattr(self, "bench"):
            return

        async def both() -> tuple[object, object]:
            store = self.bench.doors.store
            counts = Counter(job.status for job in await store.jobs(self.batch_id))
            return await store.batch_progress(self.batch_id), batch_progress(await store.batch(self.batch_id), dict(counts))

        shown, counted = self.runner.run(both())
        assert shown == counted

    @invariant()
    def nothing_was_made_twice(self) -> None:
        if hasattr(self, "bench"):
            assert self.bench.platform.ledger.duplicates() == []


TwoEnginesAndAPerson.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
TestTwoEnginesAndAPerson = TwoEnginesAndAPerson.TestCase

"""Lessons about Step 6 under way: cancel, retry, resume, restarts, spacing, and images before the menu."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from regbatch_desktop.domain.batch import Batch, BatchStatus, ExecutionMode
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.pipeline.account_turn import SLOT
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.practice.faults import Fault, FaultRule
from regbatch_desktop.practice.state import image_count
from regbatch_desktop.services import batches, configurations, decisions
from regbatch_desktop.services.leads import create_batch, import_leads
from tests.pipeline.proving_ground import MovedClock, ProvingGround, names, proving_ground
from tests.pipeline.watched_store import ProcessGone, Watch, WatchedStore
from tests.pipeline.workbench import leads

REGISTER_ACCOUNT, REGISTER_RESTAURANT = "/api/registration/register-account", "/api/registration/register-restaurant"
MENU_IMPORT = "/api/registration/import-menu-direct"
ACCOUNT = SubStepKey.CLOUDWAITRESS_ACCOUNT


async def configured(g: ProvingGround, batch: Batch) -> tuple[Job, ...]:
    """Every restaurant of the batch with Step 5 saved and Step 6 not begun."""
    await g.run(batch)
    for job in await g.jobs(batch):
        await decisions.choose_company(g.doors, job.id, None, decided_by="me")
    await g.run(batch)
    for job in await g.jobs(batch):
        await configurations.save_and_start(g.doors, job.id, await configurations.propose(g.doors, job.id))
    return await g.jobs(batch)


async def test_l15_a_cancel_in_the_middle_records_the_call_under_way_and_starts_no_other(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        batch = await g.batch(1)
        (job,) = await configured(g, batch)
        release = g.platform.hold(names(REGISTER_ACCOUNT))
        engine = g.engine()
        running = asyncio.create_task(engine.run_batch(batch.id))
        others = (SubStepKey.CODE_GENERATION, SubStepKey.CREATE_ONBOARDING_USER, SubStepKey.UPLOAD_IMAGES)
        await g.until(job.id, lambda job: all(job.sub_steps[key].is_ended for key in others))
        assert [call.name for call in engine.in_flight] == [ACCOUNT.value]
        await batches.cancel_batch(g.doors, batch.id)
        release.set()
        await running
        await engine.aclose()
        job = await g.doors.store.job(job.id)
        assert job.cancelled_at is not None
        assert (job.status, job.sub_steps[ACCOUNT].status) == (JobStatus.CANCELLED, SubStepStatus.COMPLETED)
        assert job.sub_steps[SubStepKey.RESTAURANT_REGISTRATION].status is SubStepStatus.PENDING
        history = await g.doors.store.effect_events(job.id)
        assert all(event.at <= job.cancelled_at for event in history if event.kind == "intent")
        with pytest.raises(InvalidStatus):
            await batches.retry_job(g.doors, job.id)
        asked = len(g.platform.asked)
        await g.run(batch)
        assert await g.doors.store.job(job.id) == job
        assert len(g.platform.asked) == asked
        assert (await g.doors.store.batch_progress(batch.id)).status is BatchStatus.CANCELLED


async def test_l17_a_retry_with_reset_drops_the_configuration_and_keeps_company_and_account(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        g.fault(Fault.SUCCESS_FALSE, REGISTER_RESTAURANT)
        batch = await g.batch(1)
        await configured(g, batch)
        await g.run(batch)
        (failed,) = await g.jobs(batch)
        assert failed.status is JobStatus.FAILED
        g.faults()
        again = await batches.retry_job(g.doors, failed.id, reset_config=True)
        assert (again.current_step, again.step(5).status) == (5, StepStatus.ACTION_REQUIRED)
        assert again.execution_config == {}
        assert again.steps[:4] == failed.steps[:4]
        await g.run_reviewed(batch)
        assert (await g.jobs(batch))[0].status is JobStatus.COMPLETED
        assert len(g.events("account_created")) == 1


async def test_l14_what_an_upstream_failure_skipped_runs_after_the_retry(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        g.fault(Fault.SUCCESS_FALSE, REGISTER_RESTAURANT, first=1)
        batch = await g.batch(1)
        await configured(g, batch)
        await g.run(batch)
        (job,) = await g.jobs(batch)
        # L31: HTTP 200 with success:false is a failure, and one that stops the restaurant.
        assert (job.status, job.step(6).status) == (JobStatus.FAILED, StepStatus.FAILED)
        skipped = {key for key, sub in job.sub_steps.items() if sub.status is SubStepStatus.SKIPPED}
        assert skipped >= {SubStepKey.WEBSITE_CONFIG, SubStepKey.MENU_IMPORT, SubStepKey.OPTION_SETS, SubStepKey.ITEM_TAGS}
        await batches.retry_job(g.doors, job.id)
        await g.run(batch)
        (job,) = await g.jobs(batch)
        assert job.status is JobStatus.COMPLETED
        assert {job.sub_steps[key].status for key in skipped} == {SubStepStatus.COMPLETED}
        assert g.platform.count(REGISTER_ACCOUNT) == 1


async def test_l34_the_spacing_of_accounts_outlives_the_program(tmp_path: Path) -> None:
    clock = MovedClock()
    async with proving_ground(tmp_path, clock=clock, account_spacing_s=60.0) as g:
        batch = await g.batch(2, mode=ExecutionMode.SEQUENTIAL)
        first, second = await configured(g, batch)
        await _waits_for_its_turn(g, batch, second)
        assert (await g.doors.store.job(first.id)).status is JobStatus.COMPLETED
        taken = await g.doors.store.slot(SLOT)
    async with proving_ground(tmp_path, clock=clock, account_spacing_s=60.0) as g:
        await _waits_for_its_turn(g, batch, second)
        assert await g.doors.store.slot(SLOT) == taken
        assert g.platform.count(REGISTER_ACCOUNT) == 0
        clock.skip(60.0)
        await g.run(batch)
        assert {job.status for job in await g.jobs(batch)} == {JobStatus.COMPLETED}
        again = await g.doors.store.slot(SLOT)
        assert len(g.events("account_created")) == 2
        assert taken is not None
        assert again is not None
        assert (again - taken).total_seconds() >= 60.0


async def _waits_for_its_turn(g: ProvingGround, batch: Batch, job: Job) -> None:
    """Run until the restaurant has done all it can without an account, and then ask the engine to stop."""
    engine = g.engine()
    running = asyncio.create_task(engine.run_batch(batch.id))
    others = (SubStepKey.CODE_GENERATION, SubStepKey.CREATE_ONBOARDING_USER, SubStepKey.UPLOAD_IMAGES)
    await g.until(job.id, lambda job: all(job.sub_steps[key].is_ended for key in others))
    assert (await g.doors.store.job(job.id)).sub_steps[ACCOUNT].status is SubStepStatus.PENDING
    engine.request_stop()
    await running
    assert await engine.aclose() == ()


async def test_l35_a_menu_is_imported_only_after_an_upload_that_goes_on_by_itself(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        added = (await import_leads(g.doors, leads(40))).added
        # The practice platform draws 0 to 24 images from the restaurant's id; more than ten are uploaded after the reply.
        many = next(restaurant for restaurant in added if image_count(restaurant.id) > 10)
        batch = await create_batch(g.doors, [many])
        await batches.start_batch(g.doors, batch.id)
        (job,) = await configured(g, batch)
        release = g.platform.hold(names("/api/upload-batches/"))
        engine = g.engine()
        running = asyncio.create_task(engine.run_batch(batch.id))
        rest = set(SubStepKey) - {SubStepKey.UPLOAD_IMAGES, SubStepKey.MENU_IMPORT, SubStepKey.OPTION_SETS, SubStepKey.ITEM_TAGS}
        waiting = await g.until(job.id, lambda job: all(job.sub_steps[key].is_ended for key in rest))
        assert waiting.sub_steps[SubStepKey.UPLOAD_IMAGES].status is SubStepStatus.IN_PROGRESS
        assert waiting.sub_steps[SubStepKey.MENU_IMPORT].status is SubStepStatus.PENDING
        assert g.platform.count(MENU_IMPORT) == 0
        release.set()
        await running
        await engine.aclose()
        done = await g.doors.store.job(job.id)
        assert done.status is JobStatus.COMPLETED
        assert done.sub_steps[SubStepKey.UPLOAD_IMAGES].result["uploaded"] == image_count(many.id)


async def test_l5_what_a_dead_engine_left_is_taken_over_when_its_lease_has_run_out(tmp_path: Path) -> None:
    async with proving_ground(tmp_path, default_deadline_s=0.3, deadlines_s={}, settle_lag_s=0.0) as g:
        g.faults(FaultRule(Fault.DROP_AFTER, REGISTER_ACCOUNT, first=1))
        batch = await g.batch(1)
        (job,) = await configured(g, batch)
        # Before the menu's import, which cannot be asked about: a person would have to say what became of it.
        registration = SubStepKey.RESTAURANT_REGISTRATION.value
        store = WatchedStore(g.doors.store, Watch(g.clock), "dying", dies_recording=registration)
        dying = Engine(replace(g.doors, store=store, instance_id="dying"), seed=1)
        with pytest.raises(ProcessGone):
            await dying.run_batch(batch.id)
        await dying.aclose()
        left = await g.doors.store.job(job.id)
        await g.run(batch, instance="too soon")
        assert await g.doors.store.job(job.id) == left
        g.clock.skip(61)
        await g.run(batch, instance="heir")
        assert (await g.doors.store.job(job.id)).status is JobStatus.COMPLETED
        assert g.platform.ledger.duplicates() == []

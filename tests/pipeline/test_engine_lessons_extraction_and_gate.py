"""Lessons about the way to Step 6: extractions apart, the menu gate, and restaurants that do not wait for each other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.practice.faults import Fault
from regbatch_desktop.practice.state import menu_id
from regbatch_desktop.services import batches, configurations, decisions
from regbatch_desktop.services.leads import create_batch, import_leads
from tests.pipeline.proving_ground import ProvingGround, names, proving_ground
from tests.pipeline.workbench import leads

SEARCH = "/api/companies-office/search"
MENU, BRANDING = "/api/extract-menu-premium", "/api/website-extraction/branding"


@pytest.mark.parametrize(
    ("delivery_page", "website", "expected"),
    [(True, False, {"menu"}), (False, True, {"branding"}), (True, True, {"menu", "branding"}), (False, False, set())],
)
async def test_l20_menu_and_branding_are_wanted_apart(
    tmp_path: Path, delivery_page: bool, website: bool, expected: set[str]
) -> None:
    async with proving_ground(tmp_path) as g:
        (lead,) = leads(1)
        if not delivery_page:
            lead = replace(lead, ubereats_url="")
        if not website:
            lead = replace(lead, website_url="")
        batch = await create_batch(g.doors, (await import_leads(g.doors, [lead])).added)
        await batches.start_batch(g.doors, batch.id)
        await g.run(batch)
        (job,) = await g.jobs(batch)
        started = {event["data"]["job_type"] for event in g.events("extraction_started")}
        assert started == expected
        assert job.step(1).status is StepStatus.COMPLETED
        for kind in ("menu", "branding"):
            assert job.step(1).result_data[kind] == ("completed" if kind in expected else "not wanted")


async def test_l20_a_failed_menu_extraction_is_no_menu_and_a_retry_starts_only_that_one_again(tmp_path: Path) -> None:
    async with proving_ground(tmp_path, failing_per_mille=1000) as g:
        batch = await g.batch(1)
        await g.run(batch)
        (job,) = await g.jobs(batch)
        assert (job.step(1).status, job.step(1).error_code) == (StepStatus.FAILED, "MENU_EXTRACTION_FAILED")
        await batches.retry_job(g.doors, job.id)
        await g.run(batch)
        (job,) = await g.jobs(batch)
        assert job.current_step == 3
        assert (g.platform.count(MENU), g.platform.count(BRANDING)) == (2, 1)
        assert g.platform.ledger.duplicates() == []


async def _up_to_step_five(g: ProvingGround, batch: Batch) -> str:
    await g.run(batch)
    (job,) = await g.jobs(batch)
    await decisions.choose_company(g.doors, job.id, None, decided_by="me")
    await g.run(batch)
    return job.id


async def _configured_with_a_menu_that_is_not_there(g: ProvingGround, batch: Batch) -> tuple[str, str]:
    job_id = await _up_to_step_five(g, batch)
    job = await g.doors.store.job(job_id)
    proposed = await configurations.propose(g.doors, job_id)
    assert proposed.menu.selected_menu_id == ""
    wanted = replace(proposed, menu=replace(proposed.menu, selected_menu_id=menu_id(job.restaurant_id)))
    await configurations.save_and_start(g.doors, job_id, wanted)
    return job_id, job.restaurant_id


async def test_l21_the_gate_opens_by_itself_when_the_selected_menu_has_items(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        batch = await g.batch(1, links=False)
        job_id, restaurant_id = await _configured_with_a_menu_that_is_not_there(g, batch)
        looked = g.platform.count("/api/menus", restaurant_id)
        engine = g.engine()
        running = asyncio.create_task(engine.run_batch(batch.id))

        async def looks() -> int:
            return g.platform.count("/api/menus", restaurant_id) - looked

        await g.until_true(looks, lambda count: count >= 3)
        waiting = await g.doors.store.job(job_id)
        assert (waiting.current_step, waiting.step(5).status) == (5, StepStatus.IN_PROGRESS)
        assert g.events("account_created") == []
        await g.doors.platform.start_menu_extraction(restaurant_id, url="https://ubereats.example/late")
        await running
        await engine.aclose()
        job = await g.doors.store.job(job_id)
        assert job.status is JobStatus.COMPLETED
        assert job.sub_steps[SubStepKey.MENU_IMPORT].status is SubStepStatus.COMPLETED
        assert job.step(5).retry_count == 0


async def test_l21_a_menu_that_never_comes_asks_the_person_and_keeps_the_configuration(tmp_path: Path) -> None:
    async with proving_ground(tmp_path, extraction_limit_s=0.1) as g:
        batch = await g.batch(1, links=False)
        job_id, _ = await _configured_with_a_menu_that_is_not_there(g, batch)
        saved = (await g.doors.store.job(job_id)).execution_config
        await g.run(batch)
        job = await g.doors.store.job(job_id)
        assert (job.step(5).status, job.step(5).error_code) == (StepStatus.ACTION_REQUIRED, "MENU_NOT_READY")
        assert job.execution_config == saved
        assert g.events("account_created") == []


async def test_l8_a_restaurant_stuck_in_step_one_holds_nobody_up(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        batch = await g.batch(3)
        stuck, *others = await g.jobs(batch)
        release = g.platform.hold(names("/api/extraction-jobs", stuck.restaurant_id))
        running = asyncio.create_task(g.run_reviewed(batch))
        for job in others:
            await g.until(job.id, lambda job: job.status is JobStatus.COMPLETED)
        assert (await g.doors.store.job(stuck.id)).current_step == 1
        release.set()
        await running
        assert {job.status for job in await g.jobs(batch)} == {JobStatus.COMPLETED}


async def test_l9_a_retry_processes_its_own_restaurant_and_no_other_again(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        batch = await g.batch(3)
        await g.run(batch)
        first, *others = await g.jobs(batch)
        before, asked = g.platform.count(SEARCH), len(g.platform.asked)
        await batches.retry_job(g.doors, first.id, from_step=2)
        await g.run(batch)
        assert await g.jobs(batch) == (await g.doors.store.job(first.id), *others)
        assert (await g.doors.store.job(first.id)).current_step == 3
        # By name and by address: two searches, and nothing else was asked of any service.
        assert g.platform.count(SEARCH) - before == 2
        assert len(g.platform.asked) - asked == 2


async def test_l23_a_register_that_fails_in_step_four_loses_neither_choice_nor_restaurant(tmp_path: Path) -> None:
    async with proving_ground(tmp_path, retry_base_s=0.001, retry_cap_s=0.002) as g:
        batch = await g.batch(1)
        await g.run(batch)
        (job,) = await g.jobs(batch)
        search = await g.doors.store.candidates(job.id)
        assert search is not None
        number = search.candidates[0].hit.company_number
        await decisions.choose_company(g.doors, job.id, number, decided_by="me")
        g.fault(Fault.ERROR_BEFORE, "/api/companies-office/details")
        await g.run(batch)
        job = await g.doors.store.job(job.id)
        assert (job.step(4).status, job.step(4).error_code) == (StepStatus.FAILED, "REGISTER_UNAVAILABLE")
        assert job.step(3).result_data["company_number"] == number
        g.faults()
        await batches.retry_job(g.doors, job.id)
        # L12: the way out of a failed Step 4 is one retry of that step.
        await g.run(batch)
        job = await g.doors.store.job(job.id)
        assert (job.current_step, job.step(4).result_data["company_number"]) == (5, number)
        assert (await g.doors.store.restaurant(job.restaurant_id)).company_number == number

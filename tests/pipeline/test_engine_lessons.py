"""The lessons of the original system that are the engine's to keep, each on the real engine."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from regbatch_desktop.domain.batch import BatchStatus, ExecutionMode
from regbatch_desktop.domain.errors import SubdomainTaken
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.practice.faults import Fault, FaultRule
from regbatch_desktop.services import batches, configurations, decisions
from tests.pipeline.workbench import bench

SEARCH = "/api/companies-office/search"


def events(platform: object, kind: str) -> list[dict[str, object]]:
    return [event for event in platform.ledger.events if event["kind"] == kind]  # type: ignore[attr-defined]


async def test_a_batch_goes_from_leads_to_shops_and_stops_where_people_decide(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(2)
        await b.run(batch)
        jobs = await b.jobs(batch)
        assert {job.status for job in jobs} == {JobStatus.ACTION_REQUIRED}
        assert {job.current_step for job in jobs} == {3}
        await b.run_reviewed(batch)
        assert {job.status for job in await b.jobs(batch)} == {JobStatus.COMPLETED}
        assert len(events(b.platform, "account_created")) == 2


async def test_l8_one_slow_restaurant_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(3)
        await b.run(batch)
        first, *others = await b.jobs(batch)
        for job in others:
            await decisions.choose_company(b.doors, job.id, None, decided_by="me")
        await b.run(batch)
        after = await b.jobs(batch)
        assert after[0].current_step == 3
        assert {job.current_step for job in after[1:]} == {5}
        assert first.id == after[0].id


async def test_l15_a_cancelled_batch_starts_nothing_more_and_stays_cancelled(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(4)
        await b.run(batch)
        engine = b.engine()
        for job in await b.jobs(batch):
            await decisions.choose_company(b.doors, job.id, None, decided_by="me")
        running = asyncio.create_task(engine.run_batch(batch.id))
        await batches.cancel_batch(b.doors, batch.id)
        await running
        await engine.aclose()
        before = len(b.platform.ledger.events)
        await b.run_reviewed(batch)
        assert {job.status for job in await b.jobs(batch)} == {JobStatus.CANCELLED}
        assert (await b.doors.store.batch_progress(batch.id)).status is BatchStatus.CANCELLED
        assert len(b.platform.ledger.events) == before


async def test_l23_a_register_that_is_down_is_not_no_match(tmp_path: Path) -> None:
    async with bench(tmp_path, retry_base_s=0.01, retry_cap_s=0.02) as b:
        b.fault(Fault.ERROR_BEFORE, SEARCH)
        batch = await b.batch(1)
        await b.run(batch)
        (job,) = await b.jobs(batch)
        assert job.step(2).status is StepStatus.FAILED
        assert job.step(2).error_code == "REGISTER_UNAVAILABLE"
        assert await b.doors.store.candidates(job.id) is None
        b.faults()
        await batches.retry_job(b.doors, job.id)
        await b.run(batch)
        found = await b.doors.store.candidates(job.id)
        assert found is not None
        assert found.candidates


async def test_l17_a_retry_keeps_the_configuration_unless_asked(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.fault(Fault.SUCCESS_FALSE, "*/register-account")
        batch = await b.batch(1)
        await b.run_reviewed(batch)
        (job,) = await b.jobs(batch)
        assert job.status is JobStatus.FAILED
        kept = job.execution_config
        again = await batches.retry_job(b.doors, job.id)
        assert again.execution_config == kept
        b.faults()
        await b.run_reviewed(batch)
        assert (await b.jobs(batch))[0].status is JobStatus.COMPLETED
        assert len(events(b.platform, "account_created")) == 1


async def test_more_than_half_failed_stops_new_work_and_a_retry_reopens_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.fault(Fault.SUCCESS_FALSE, "*/register-account", first=2)
        batch = await b.batch(3, mode=ExecutionMode.SEQUENTIAL)
        await b.run_reviewed(batch)
        jobs = await b.jobs(batch)
        assert [job.status for job in jobs].count(JobStatus.FAILED) == 2
        assert (await b.doors.store.batch_progress(batch.id)).status is BatchStatus.FAILED
        assert len(events(b.platform, "account_created")) == 0
        for job in jobs:
            if job.status is JobStatus.FAILED:
                await batches.retry_job(b.doors, job.id)
        await b.run_reviewed(batch)
        assert {job.status for job in await b.jobs(batch)} == {JobStatus.COMPLETED}


async def test_l34_accounts_keep_their_distance_across_restarts(tmp_path: Path) -> None:
    async with bench(tmp_path, account_spacing_s=0.4) as b:
        batch = await b.batch(2, mode=ExecutionMode.PARALLEL)
        await b.run_reviewed(batch)
    sent = []
    async with bench(tmp_path, account_spacing_s=0.4) as b:
        for job in await b.doors.store.jobs(batch.id):
            found = await b.doors.store.effects(job.id)
            sent += [e.sent_at for e in found if e.name == SubStepKey.CLOUDWAITRESS_ACCOUNT.value and e.sent_at]
        slot = await b.doors.store.slot("account_creation")
    assert (max(sent) - min(sent)).total_seconds() >= 0.4
    assert slot == max(sent)


async def test_l16_the_reply_success_false_is_a_failure_with_the_platforms_words(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.fault(Fault.SUCCESS_FALSE, "*/configure-website")
        batch = await b.batch(1)
        await b.run_reviewed(batch)
        (job,) = await b.jobs(batch)
        sub = job.sub_steps[SubStepKey.WEBSITE_CONFIG]
        assert (job.status, job.has_failures) == (JobStatus.COMPLETED, True)
        assert sub.status is SubStepStatus.FAILED
        assert "page did not load" in sub.error


async def test_l35_the_menu_waits_until_the_images_are_there(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(3)
        await b.run_reviewed(batch)
        for job in await b.jobs(batch):
            upload, menu = job.sub_steps[SubStepKey.UPLOAD_IMAGES], job.sub_steps[SubStepKey.MENU_IMPORT]
            if upload.status is SubStepStatus.COMPLETED:
                assert upload.completed_at is not None
                assert menu.started_at is not None
                assert upload.completed_at <= menu.started_at


async def test_an_answer_that_is_lost_is_found_at_the_platform_and_nothing_is_made_twice(tmp_path: Path) -> None:
    async with bench(tmp_path, default_deadline_s=0.4, deadlines_s={}) as b:
        b.faults(
            FaultRule(Fault.DROP_AFTER, "*/register-account", first=1),
            FaultRule(Fault.DROP_AFTER, "*/register-restaurant", first=1),
        )
        batch = await b.batch(1)
        await b.run_reviewed(batch)
        (job,) = await b.jobs(batch)
        assert job.status is JobStatus.COMPLETED
        assert b.platform.ledger.duplicates() == []
        kinds = [e.kind for e in await b.doors.store.effect_events(job.id)]
        assert kinds.count("reconciled") == 2


async def test_a_blind_call_whose_answer_is_lost_waits_for_a_person(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.fault(Fault.DROP_AFTER, "*/import-menu-direct", first=1)
        batch = await b.batch(1)
        await b.run_reviewed(batch)
        (job,) = await b.jobs(batch)
        assert job.sub_steps[SubStepKey.MENU_IMPORT].status is SubStepStatus.UNKNOWN
        assert job.status is JobStatus.ACTION_REQUIRED
        await b.run_reviewed(batch)
        assert len(events(b.platform, "menu_imported")) == 1


async def test_l26_two_restaurants_configured_at_once_do_not_share_a_subdomain(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(2)
        await b.run(batch)
        first, second = await b.jobs(batch)
        for job in (first, second):
            await decisions.choose_company(b.doors, job.id, None, decided_by="me")
        await b.run(batch)
        mine, theirs = [await configurations.propose(b.doors, job.id) for job in (first, second)]
        theirs = replace(theirs, restaurant=replace(theirs.restaurant, subdomain=mine.restaurant.subdomain))
        answers = await asyncio.gather(
            configurations.save_and_start(b.doors, first.id, mine),
            configurations.save_and_start(b.doors, second.id, theirs),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, SubdomainTaken) for answer in answers) == 1


async def test_two_engines_never_run_the_same_restaurant(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(6)
        await asyncio.gather(b.run_reviewed(batch, instance="one"), b.run_reviewed(batch, instance="two"))
        await b.run_reviewed(batch, instance="three")
        assert {job.status for job in await b.jobs(batch)} == {JobStatus.COMPLETED}
        assert b.platform.ledger.duplicates() == []


@pytest.mark.parametrize("mode", list(ExecutionMode))
async def test_step_six_is_limited_by_the_mode(tmp_path: Path, mode: ExecutionMode) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(4, mode=mode)
        together = 0

        def watch(_change: object) -> None:
            nonlocal together
            together = max(
                together, len({call.job_id for call in engine.in_flight if not call.name.startswith("restaurantProfile")})
            )

        await b.run(batch)
        for job in await b.jobs(batch):
            await decisions.choose_company(b.doors, job.id, None, decided_by="me")
        await b.run(batch)
        for job in await b.jobs(batch):
            await configurations.save_and_start(b.doors, job.id, await configurations.propose(b.doors, job.id))
        engine = b.engine()
        b.doors.changes.subscribe(watch)
        await engine.run_batch(batch.id)
        await engine.aclose()
        assert {job.status for job in await b.jobs(batch)} == {JobStatus.COMPLETED}
        assert together == 1 if mode is ExecutionMode.SEQUENTIAL else together > 1

"""A restaurant that failed at the search or the details has three ways out: retry, skip, details by hand (L12)."""

from __future__ import annotations

from pathlib import Path

import pytest

from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.practice.faults import Fault
from regbatch_desktop.services import batches, decisions
from regbatch_desktop.services.boards import batch_board
from tests.pipeline.workbench import Bench, bench

ENTRY = ManualEntry(contact_name="Aroha Sample", company_number="7000099")


async def failed_at_the_search(b: Bench) -> Job:
    b.fault(Fault.SUCCESS_FALSE, "*companies-office/search*")
    batch = await b.batch(1)
    await b.run(batch)
    b.faults()
    (job,) = await b.jobs(batch)
    assert (job.status, job.current_step, job.step(2).status) == (JobStatus.FAILED, 2, StepStatus.FAILED)
    return job


async def test_the_failed_restaurant_offers_all_three(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        job = await failed_at_the_search(b)
        (row,) = (await batch_board(b.doors, job.batch_id)).jobs
        assert (row.can_retry, row.can_skip, row.can_enter) == (True, True, True)


async def test_a_skipped_search_leaves_the_choice_to_the_person(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        job = await failed_at_the_search(b)
        job = await batches.skip_step(b.doors, job.id)
        assert job.step(2).status is StepStatus.SKIPPED
        assert job.step(2).result_data == {"reason": "skipped by a person"}
        assert (job.status, job.current_step) == (JobStatus.ACTION_REQUIRED, 3)
        await decisions.choose_company(b.doors, job.id, None, decided_by="aroha")


async def test_details_by_hand_bring_it_to_the_configuration(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        job = await failed_at_the_search(b)
        job = await decisions.enter_manually(b.doors, job.id, ENTRY, decided_by="aroha")
        assert (job.status, job.current_step) == (JobStatus.ACTION_REQUIRED, 5)
        assert (await b.doors.store.restaurant(job.restaurant_id)).contact_name == "Aroha Sample"


async def test_nothing_else_can_be_skipped(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(1)
        await b.run(batch)
        (job,) = await b.jobs(batch)
        assert (job.status, job.current_step) == (JobStatus.ACTION_REQUIRED, 3)
        with pytest.raises(InvalidStatus):
            await batches.skip_step(b.doors, job.id)
        assert (await b.doors.store.job(job.id)) == job

"""The migrations on a project that already holds the original's tables with rows: nothing is lost, everything works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from msgspec import structs

from regbatch_desktop.domain import errors
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.domain.sub_steps import SubStepKey
from regbatch_desktop.ports import ChangeSet, Committed, SaveBatch, SaveJob, SaveRestaurant
from tests.team.access import expected, observed, prepare
from tests.team.fixtures import MIGRATIONS, Stack, administrated, running_stack

ORIGINAL = Path(__file__).with_name("data") / "original_schema.sql"
ANN = "00000000-0000-4000-8000-00000000000a"
BATCH = "00000000-0000-4000-8000-200000000001"


@pytest.fixture(scope="module")
def adopted() -> Iterator[Stack]:
    with running_stack(ORIGINAL, *MIGRATIONS) as running:
        yield running


async def test_an_adopted_project_keeps_every_row_and_works_like_a_new_one(adopted: Stack) -> None:
    async with administrated(adopted) as team:
        counts = {"restaurants": 60, "menus": 60, "extraction_jobs": 60, "leads": 60, "registration_batch_jobs": 1, "registration_jobs": 41,
                  "registration_job_steps": 240, "companies_office_search_candidates": 40, "pumpd_accounts": 1}  # fmt: skip
        for table, count in counts.items():
            assert await team.sql.fetchval(f"select count(*) from public.{table}") == count, table
        assert await team.sql.fetchval("select count(*) from public.restaurants where user_password_hint like 'plain-%'") == 60
        assert (
            await team.sql.fetchval("select count(*) from public.menus where version = 3 and organisation_id is not null") == 60
        )
        store = await team.store(ANN)
        batch, jobs = await store.batch(BATCH), await store.jobs(BATCH)
        assert (batch.name, len(jobs), (await store.batch_progress(BATCH)).total) == ("Old batch", 40, 40)
        assert {jobs[n].status for n in range(40)} == {JobStatus.CANCELLED, JobStatus.COMPLETED, JobStatus.IN_PROGRESS}
        sub = jobs[0].sub_steps[SubStepKey.CLOUDWAITRESS_ACCOUNT]
        assert (sub.status, sub.started_at) == ("completed", datetime.fromtimestamp(1700000000, UTC))
        assert jobs[0].sub_steps[SubStepKey.UPLOAD_IMAGES].reason == "y"
        search = await store.candidates(jobs[0].id)
        assert search is not None
        assert (search.candidates[0].hit.company_number, search.street) == ("123", "Queen")
        shop = await store.restaurant(jobs[0].restaurant_id)
        assert (shop.cuisine, shop.theme, shop.opening_hours is not None) == (("thai", "pizza"), "dark", True)
        assert len(await store.lead_rows()) == 60

        changed = replace(shop, phone="+6491234567", version=shop.version + 1)
        waits = structs.replace(jobs[5], status=JobStatus.ACTION_REQUIRED, version=jobs[5].version + 1)
        writes = (SaveRestaurant(shop, changed), SaveJob(jobs[5], waits), SaveBatch(batch, replace(batch, name="New name")))
        assert await store.commit(ChangeSet("1", writes)) == Committed()
        assert await store.restaurant(shop.id) == changed
        assert (await store.job(waits.id)).status is JobStatus.ACTION_REQUIRED
        assert await team.sql.fetchval("select user_password_hint from public.restaurants where id = $1", shop.id)
        await team.sql.execute("update public.registration_jobs set pumpd_restaurant_id = 'RES-1' where id = $1", jobs[7].id)


async def test_what_the_original_left_open_is_closed(adopted: Stack) -> None:
    async with administrated(adopted) as team:
        member = await team.person(ANN)
        client = await member.connection.client()
        reading = client.table("restaurants").select("user_password_hint")
        moving = client.table("registration_jobs").update({"status": "completed"}).eq("organisation_id", ANN)
        for asked in (reading, moving):
            with pytest.raises(errors.Forbidden):
                await member.connection.asked(asked.execute, "direct")


async def test_a_replaced_policy_is_noted(adopted: Stack) -> None:
    async with administrated(adopted) as team:
        (row,) = await team.sql.fetch("select table_name, policy_name, qualification from private.replaced_policies")
        assert (row["table_name"], row["policy_name"]) == ("registration_jobs", "org access")
        assert "has_org_access" in row["qualification"]


async def test_the_access_matrix_is_the_same_as_in_a_new_project(adopted: Stack) -> None:
    sql = await asyncpg.connect(adopted.dsn)
    transaction = sql.transaction()
    await transaction.start()
    try:
        wanted = expected()
        names = sorted({name for name, action, _ in wanted if action == "select"})
        found = await observed(sql, await prepare(sql), names=names)
    finally:
        await transaction.rollback()
        await sql.close()
    assert {cell: outcome for cell, outcome in found.items() if wanted[cell] != outcome} == {}

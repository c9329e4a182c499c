"""A batch comes whole or not at all and never holds a restaurant twice; its report runs nothing and tells no password."""

from __future__ import annotations

import asyncio
import csv
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.errors import BatchTooLarge, NoUsableLeads, RegBatchError, RestaurantAlreadyInBatch
from regbatch_desktop.domain.lead import Lead
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.domain.sub_steps import SubStepStatus
from regbatch_desktop.ports import ChangeSet, SaveJob
from regbatch_desktop.practice.faults import Fault
from regbatch_desktop.services import batches, configurations
from regbatch_desktop.services.exports import COLUMNS, report_rows, write_csv, write_xlsx
from regbatch_desktop.services.leads import create_batch, import_leads, split
from regbatch_desktop.store.workspace import open_workspace
from tests.pipeline.workbench import Bench, bench, leads

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
EVIL = "=cmd|' /C calc'!A0"


async def restaurants(b: Bench, count: int) -> tuple[Restaurant, ...]:
    return (await import_leads(b.doors, leads(count))).added


def written(folder: Path) -> dict[str, int]:
    """Rows in the file itself, as another program would see them."""
    with closing(sqlite3.connect(folder / "w.db")) as database:
        names = ("registration_batch_jobs", "registration_jobs", "registration_job_steps")
        return {name: database.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


async def test_a_batch_is_created_whole_with_six_steps_each(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        made = await create_batch(b.doors, await restaurants(b, 50))
        assert made.name.endswith("(50 restaurants)")
    assert written(tmp_path) == {"registration_batch_jobs": 1, "registration_jobs": 50, "registration_job_steps": 300}
    again = open_workspace(tmp_path / "w.db")
    jobs = await again.store.jobs(made.id)
    progress = await again.store.batch_progress(made.id)
    again.close()
    assert progress.status is BatchStatus.PENDING
    assert {job.status for job in jobs} == {JobStatus.PENDING}
    assert {tuple((step.number, step.status) for step in job.steps) for job in jobs} == {
        tuple((number, StepStatus.PENDING) for number in range(1, 7))
    }
    assert {(len(job.sub_steps), *{sub.status for sub in job.sub_steps.values()}) for job in jobs} == {
        (12, SubStepStatus.PENDING)
    }


async def test_jobs_and_report_keep_the_order_of_the_leads(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        some = (await restaurants(b, 30))[::-1]
        made = await create_batch(b.doors, some)
        assert [job.restaurant_id for job in await b.doors.store.jobs(made.id)] == [restaurant.id for restaurant in some]
        assert [row["restaurant"] for row in await report_rows(b.doors, [made.id])] == [restaurant.name for restaurant in some]


async def test_fifty_one_are_refused_with_the_offer_to_split(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        many = await restaurants(b, 51)
        with pytest.raises(BatchTooLarge, match="at most 50 restaurants and this has 51; split it into 2 batches") as raised:
            await create_batch(b.doors, many)
        assert raised.value.code == "BATCH_TOO_LARGE"
        assert set(written(tmp_path).values()) == {0}
        parts = split(many)
        assert [len(part) for part in parts] == [50, 1]
        assert [each for part in parts for each in part] == list(many)
        for part in parts:
            await create_batch(b.doors, part)
        assert written(tmp_path)["registration_jobs"] == 51
        with pytest.raises(NoUsableLeads):
            await create_batch(b.doors, ())


async def test_a_restaurant_in_an_active_batch_stops_the_whole_new_one(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        some = await restaurants(b, 5)
        first = await create_batch(b.doors, some[3:4], name="Monday")
        before = written(tmp_path)
        with pytest.raises(RestaurantAlreadyInBatch, match=r"Kea 3 Kitchen is already in the batch “Monday”") as raised:
            await create_batch(b.doors, some)
        assert raised.value.code == "RESTAURANT_ALREADY_IN_BATCH"
        assert written(tmp_path) == before
        await batches.start_batch(b.doors, first.id)
        await batches.cancel_batch(b.doors, first.id)
        await create_batch(b.doors, some)
        assert written(tmp_path)["registration_jobs"] == 6


async def test_the_same_restaurant_twice_in_one_batch_is_refused_too(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        one, two = await restaurants(b, 2)
        with pytest.raises(RegBatchError):
            await create_batch(b.doors, (one, two, one))
        assert set(written(tmp_path).values()) == {0}


async def test_of_batches_made_at_the_same_moment_one_wins(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        some = await restaurants(b, 10)
        answers = await asyncio.gather(*(create_batch(b.doors, some) for _ in range(6)), return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, BaseException)]
        assert len(refused) == 5
        assert all(isinstance(error, RestaurantAlreadyInBatch) for error in refused)
        assert written(tmp_path) == {"registration_batch_jobs": 1, "registration_jobs": 10, "registration_job_steps": 60}


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def evil_rows(b: Bench) -> Sequence[dict[str, str]]:
    """A report whose every free text tries to be a formula."""
    found = [Lead(n, f"{start}{n}+1", city=f"{start}2") for n, start in enumerate(("=", "+", "-", "@", "\t="))]
    made = await create_batch(b.doors, (await import_leads(b.doors, found)).added)
    for job in await b.doors.store.jobs(made.id):
        changed = replace(job, version=job.version + 1, error_message=f"\x00{EVIL}", error_code="\r@SUM(1)")
        await b.doors.store.commit(ChangeSet(job.id, (SaveJob(job, changed),)))
    return await report_rows(b.doors, [made.id])


async def test_no_cell_of_the_csv_can_run(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        rows = await evil_rows(b)
        report = tmp_path / "reports" / "report.csv"
        write_csv(report, rows)
    table = cells(report)
    assert table[0] == list(COLUMNS)
    assert len(table) == 6
    assert not [cell for row in table for cell in row if cell.startswith(FORMULA_STARTS)]
    assert table[1][COLUMNS.index("restaurant")] == "'=0+1"
    assert table[1][COLUMNS.index("error")] == f"'{EVIL}"
    assert b"\x00" not in report.read_bytes()
    assert [path.name for path in report.parent.iterdir()] == ["report.csv"], "a draft was left behind"


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_every_start_of_a_formula_is_disarmed_in_every_column(tmp_path: Path, start: str) -> None:
    path = tmp_path / "report.csv"
    write_csv(path, [dict.fromkeys(COLUMNS, f"{start}1"), dict.fromkeys(COLUMNS, f"\x00{start}1"), dict.fromkeys(COLUMNS, start)])
    assert {cell for row in cells(path)[1:] for cell in row} == {f"'{start}1", f"'{start}"}


async def test_no_cell_of_the_book_is_a_formula(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        rows = await evil_rows(b)
        write_xlsx(tmp_path / "report.xlsx", rows)
    table = CalamineWorkbook.from_path(str(tmp_path / "report.xlsx")).get_sheet_by_index(0).to_python()
    assert table[1][COLUMNS.index("restaurant")] == "=0+1"
    assert {type(cell) for row in table for cell in row} == {str}


async def test_the_report_of_a_whole_run_tells_what_happened_and_no_password(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.fault(Fault.SUCCESS_FALSE, "*/configure-payment", first=1)
        batch = await b.batch(3)
        await b.run_reviewed(batch)
        rows = await report_rows(b.doors, [batch.id])
        write_csv(tmp_path / "report.csv", rows)
        write_xlsx(tmp_path / "report.xlsx", rows)
        saved = [await configurations.saved(b.doors, job) for job in await b.jobs(batch)]
    passwords = {each.account.password.reveal() for each in saved if each is not None and each.account.password}
    assert passwords
    book = CalamineWorkbook.from_path(str(tmp_path / "report.xlsx")).get_sheet_by_index(0).to_python()
    for shown in ((tmp_path / "report.csv").read_text(encoding="utf-8"), str(book), str(rows)):
        assert not [password for password in passwords if password in shown]
    assert "password" not in " ".join(COLUMNS)
    assert [row["restaurant"] for row in rows] == ["Kea 0 Kitchen", "Kea 1 Kitchen", "Kea 2 Kitchen"]
    assert sorted(row["status"] for row in rows) == ["completed", "completed", "completed with failures"]
    failed = next(row for row in rows if row["status"] == "completed with failures")
    assert "the page did not load" in failed["sub-steps failed"]
    assert all(row["shop"].startswith("https://kea") and row["company"] for row in rows)

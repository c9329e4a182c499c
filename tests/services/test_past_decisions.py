"""A threshold is tried on what people decided; what a policy took does not count, and nothing is taken twice unsaid."""

from __future__ import annotations

import asyncio
import csv
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from regbatch_desktop.commands.root import cli
from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.matching.simulation import Judged, lower_bound, min_score_on, simulate
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.ports import ChangeSet, SaveRestaurant
from regbatch_desktop.services import decisions
from regbatch_desktop.services.past_decisions import POLICY, TOGETHER, judged, past_decisions, write_labelled
from regbatch_desktop.services.reviewer import Reviewer, Selection
from regbatch_desktop.ui.selection.presenter import SelectionPresenter, sure_ones
from tests.pipeline.workbench import Bench, bench


def past(*rows: tuple[float, float, bool, bool]) -> list[Judged]:
    return [Judged(*row) for row in rows]


def test_a_threshold_takes_what_is_good_ahead_and_alive() -> None:
    rows = past(
        (0.95, 0.9, True, True),
        (0.95, 0.05, True, False),
        (0.95, 0.9, False, False),
        (0.7, 0.6, True, False),
        (0.3, 0.3, True, True),
    )
    (low, high) = simulate(rows, (0.6, 0.9))
    assert (low.accepted, low.wrong, low.precision) == (2, 1, 0.5)
    assert (high.accepted, high.wrong, high.precision, high.decided) == (1, 0, 1.0, 5)


def test_a_few_right_ones_promise_little() -> None:
    assert lower_bound(3, 3) < 0.6
    assert lower_bound(0, 0) == 0.0
    assert min_score_on(past(*[(0.9, 0.9, True, True)] * 50), 0.99) is None
    many = past(*[(0.9, 0.9, True, True)] * 400, (0.5, 0.5, True, False), *[(0.6, 0.6, True, False)] * 20)
    assert min_score_on(many, 0.99) == 0.9


async def waiting(b: Bench, count: int) -> list[str]:
    batch = await b.batch(count)
    await b.run(batch)
    jobs = await b.jobs(batch)
    assert {job.status for job in jobs} == {JobStatus.ACTION_REQUIRED}
    return [job.id for job in jobs]


async def test_decisions_become_labels_and_only_those_that_a_person_made_one_by_one(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        ids = await waiting(b, 5)
        numbers = [(await b.doors.store.candidates(job)).candidates[0].hit.company_number for job in ids]  # type: ignore[union-attr]
        await decisions.choose_company(b.doors, ids[0], numbers[0], decided_by="aroha")
        await decisions.choose_company(b.doors, ids[1], None, decided_by="aroha")
        await decisions.choose_company(b.doors, ids[2], numbers[2], decided_by="aroha" + TOGETHER)
        await decisions.choose_company(b.doors, ids[3], numbers[3], decided_by=POLICY)
        await decisions.enter_manually(b.doors, ids[4], ManualEntry("=Aroha", company_number="999"), decided_by="aroha")
        found = await past_decisions(b.doors.store)
        assert [each.is_by_itself for each in found] == [True, True, False, False, True]
        assert [each.was_right for each in judged(found)] == [True, False, False]
        told = await SelectionPresenter(b.doors).own_record(0.0)
        assert told.startswith("Of your own 3 decisions this would have taken ")
        assert write_labelled(tmp_path / "labels.csv", found) >= 3
        # Beside the open workspace, as in life; one after the other, since the runner swaps standard output.
        beside = ["--workspace", str(tmp_path / "w.db")]
        thresholds = await asyncio.to_thread(CliRunner().invoke, cli, ["thresholds", *beside])
        labels = await asyncio.to_thread(CliRunner().invoke, cli, ["labels", str(tmp_path / "again.csv"), *beside])
    with (tmp_path / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["company_number"] for row in rows if row["label"] == "1"] == [numbers[0]]
    assert {row["rank"] for row in rows} >= {"1"}
    assert "3 decisions were made one by one" in thresholds.output
    assert "Too few decisions" in thresholds.output
    assert "of 3 decisions" in labels.output
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "labels.csv").read_bytes()


async def give_to_another(b: Bench, job_id: str, number: str) -> None:
    """Another restaurant of the workspace gets this company."""
    job = await b.doors.store.job(job_id)
    other = next(each for each in await b.doors.store.restaurants() if each.id != job.restaurant_id)
    await b.doors.store.commit(
        ChangeSet("give", (SaveRestaurant(other, replace(other, company_number=number, version=other.version + 1)),))
    )


async def test_what_another_restaurant_has_is_not_taken_by_itself_and_is_said(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        ids = await waiting(b, 2)
        search = await b.doors.store.candidates(ids[0])
        assert search is not None
        await give_to_another(b, ids[0], search.candidates[0].hit.company_number)
        rows = {row.key: row for row in (await SelectionPresenter(b.doors).board()).rows}
        assert rows[ids[0]].taken_by(search.candidates[0].hit.company_number)
        assert ids[0] not in [row.key for row, _ in sure_ones(tuple(rows.values()), 0.5)]
        reviewer = Reviewer(b.doors, selection=Selection.BEST)
        job = await b.doors.store.job(ids[0])
        await reviewer._company(job)
        assert "is the company of" in reviewer.open_questions[ids[0]]
        assert (await b.doors.store.job(ids[0])).status is JobStatus.ACTION_REQUIRED
        # A person may: two shops of one company are usual.
        await decisions.choose_company(b.doors, ids[0], search.candidates[0].hit.company_number, decided_by="aroha")


@pytest.mark.parametrize("word", ["thresholds", "labels"])
def test_a_workspace_that_is_not_there_is_said(word: str, tmp_path: Path) -> None:
    more = [str(tmp_path / "x.csv")] if word == "labels" else []
    result = CliRunner().invoke(cli, [word, *more, "--workspace", str(tmp_path / "none.db")])
    assert result.exit_code != 0
    assert "Traceback" not in result.output

"""The operator's day, from a spreadsheet to live shops, and what goes wrong on the way."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from regbatch_desktop.practice.faults import Fault, FaultPlan, FaultRule
from tests.journeys.stage import CTRL, Stage, files, ledger, perform


def ended(jobs: list[object]) -> bool:
    return all(job.status_key in ("completed", "failed", "cancelled") for job in jobs)  # type: ignore[attr-defined]


def test_from_a_spreadsheet_to_live_shops(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.open(workspace)
        stage.shot("leads-empty")
        await stage.import_leads(leads)
        assert stage.bench.leads.table.shown_count() == 5
        stage.shot("leads")
        await stage.make_batch()
        await stage.seen(lambda jobs: all(job.needs_you for job in jobs))
        assert {job.step for job in stage.jobs()} <= {2, 3}
        stage.shot("batch-waits")
        stage.bench.go("selection", stage.bench.batch._presenter.batch_id)
        await stage.until(lambda: stage.bench.selection.table.shown_count() == 5)
        stage.shot("selection")
        await stage.choose_all()
        await stage.seen(lambda jobs: all(job.needs_you and job.step == 5 for job in jobs))
        stage.bench.go("configuration", stage.bench.batch._presenter.batch_id)
        await stage.until(lambda: stage.bench.configuration.table.shown_count() == 5)
        stage.shot("configuration")
        await stage.configure_all()
        await stage.seen(lambda jobs: all(job.status_key == "completed" for job in jobs))
        stage.shot("batch-completed")
        stage.window.show_pane("batches")
        await stage.until(lambda: stage.bench.batches.table.rows_model.rows)
        stage.shot("batches")

    perform(tmp_path, story)
    found = ledger(workspace)
    assert sum(event["kind"] == "restaurant_created" for event in found.events) == 5
    assert found.duplicates() == []
    found.close()


def test_it_pauses_for_the_person_and_only_those_who_were_decided_go_on(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.open(workspace)
        await stage.import_leads(leads)
        await stage.make_batch()
        await stage.seen(lambda jobs: all(job.needs_you for job in jobs))
        await stage.choose_all(leave=2)
        await stage.seen(lambda jobs: sum(job.step == 5 for job in jobs) == 3)
        assert sum(job.needs_you and job.step in (2, 3) for job in stage.jobs()) == 2
        await stage.configure_all()
        await stage.seen(lambda jobs: sum(job.status_key == "completed" for job in jobs) == 3)
        assert sum(job.needs_you for job in stage.jobs()) == 2
        await stage.until(lambda: stage.window.windowTitle().startswith("(2)"))

    perform(tmp_path, story)


def test_a_choice_can_be_taken_back_until_it_is_used(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path, restaurants=2), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.to_the_configuration(workspace, leads)
        pane = stage.bench.selection
        stage.bench.go("selection", stage.bench.batch._presenter.batch_id)
        await stage.until(lambda: all(not row.waits for row in pane.table.rows_model.rows) and pane.table.shown_count() == 2)
        first = pane.table.rows_model.rows[0].key
        pane.table.select_key(first)
        stage.key(pane.table, Qt.Key.Key_Backspace)
        await stage.until(lambda: next(row for row in pane.table.rows_model.rows if row.key == first).waits)
        assert "taken back" in pane.states.notice.text

    perform(tmp_path, story)


def test_failures_are_shown_by_cause_and_a_retry_finishes_them(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path), tmp_path / "w.db"
    plan = FaultPlan((FaultRule(Fault.SUCCESS_FALSE, "*/register-account", first=2),))

    async def story(stage: Stage) -> None:
        await stage.to_the_configuration(workspace, leads)
        await stage.configure_all()
        await stage.seen(ended)
        failed = [job for job in stage.jobs() if job.status_key == "failed"]
        assert len(failed) == 2
        assert all("page did not load" in job.error for job in failed)
        board = stage.bench.batch._board
        assert board is not None
        assert [len(group.job_ids) for group in board.failures] == [2]
        stage.shot("batch-failures")
        stage.click(stage.bench.batch.head.retry)
        await stage.press("Retry")
        await stage.seen(lambda jobs: all(job.status_key == "completed" for job in jobs))

    perform(tmp_path, story, faults=plan)
    found = ledger(workspace)
    assert found.duplicates() == []
    found.close()


def test_cancelling_in_mid_run_sticks(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.to_the_configuration(workspace, leads)
        await stage.configure_all()
        stage.bench.go("batch", stage.bench.batch._presenter.batch_id)
        await stage.until(lambda: stage.bench.batch.head.cancel.isVisible())
        stage.click(stage.bench.batch.head.cancel)
        await stage.press("Cancel the batch")
        await stage.seen(ended)
        assert any(job.status_key == "cancelled" for job in stage.jobs())
        assert not stage.bench.batch.head.cancel.isVisible()

    perform(tmp_path, story, speed=0.02)


def test_closing_in_mid_run_finishes_the_calls_and_the_next_start_goes_on(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path), tmp_path / "w.db"
    opened: list[str] = []

    async def first(stage: Stage) -> None:
        await stage.open(workspace)
        await stage.import_leads(leads)
        opened.append(await stage.make_batch())
        await stage.seen(lambda jobs: all(job.needs_you for job in jobs))
        await stage.choose_all()
        await stage.seen(lambda jobs: all(job.step == 5 for job in jobs))
        await stage.configure_all()
        await stage.until(lambda: stage.application.desk.runs.in_flight)
        stage.window.close()
        await stage.until(lambda: stage.application.leaving.begun.is_set())

    async def second(stage: Stage) -> None:
        # Nobody has to say which workspace: the one that was open goes on.
        await stage.until(lambda: stage.application.desk is not None and not stage.application._open.is_busy)
        assert stage.application.desk.path == workspace
        stage.bench.go("batch", opened[0])
        await stage.seen(lambda jobs: all(job.status_key == "completed" for job in jobs))

    perform(tmp_path, first, speed=0.02)
    perform(tmp_path, second)
    found = ledger(workspace)
    assert found.duplicates() == []
    assert sum(event["kind"] == "restaurant_created" for event in found.events) == 5
    found.close()


def test_a_workspace_that_the_person_closed_is_not_opened_at_the_next_start(tmp_path: Path) -> None:
    files(tmp_path)

    async def first(stage: Stage) -> None:
        await stage.open(tmp_path / "w.db")
        stage.key(stage.window, Qt.Key.Key_W, CTRL)
        await stage.until(lambda: "welcome" in stage.window.panes)

    async def second(stage: Stage) -> None:
        await stage.application.ready.wait()
        assert not stage.application._open.is_busy
        assert "welcome" in stage.window.panes

    perform(tmp_path, first)
    perform(tmp_path, second)


def test_the_keyboard_alone_is_enough(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path, restaurants=2), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.open(workspace)
        window = stage.window
        window.activateWindow()
        stage.key(window, Qt.Key.Key_I, CTRL)
        await stage.pick_file(leads)
        dialog = await stage.dialog()
        await stage.until(lambda: dialog.leads)  # type: ignore[attr-defined]
        stage.key(dialog, Qt.Key.Key_Return)
        await stage.until(lambda: stage.bench.leads.table.shown_count() == 2)
        stage.key(stage.bench.leads.table, Qt.Key.Key_A, CTRL)
        stage.key(stage.bench.leads.batch_button, Qt.Key.Key_Space)
        stage.key(await stage.dialog(), Qt.Key.Key_Return)
        await stage.until(lambda: window.shown == "batch")
        await stage.seen(lambda jobs: all(job.needs_you for job in jobs))
        await stage.in_front()
        stage.key(window, Qt.Key.Key_3, CTRL)
        await stage.until(lambda: window.shown == "selection")
        await stage.choose_all()
        await stage.seen(lambda jobs: all(job.step == 5 for job in jobs))
        await stage.in_front()
        stage.key(window, Qt.Key.Key_4, CTRL)
        await stage.until(lambda: window.shown == "configuration" and stage.bench.configuration.foot.start.isEnabled())
        await stage.in_front()
        stage.key(stage.bench.configuration.table, Qt.Key.Key_Return, CTRL)
        stage.key(await stage.dialog(), Qt.Key.Key_Return)
        await stage.seen(lambda jobs: all(job.status_key == "completed" for job in jobs))

    perform(tmp_path, story)


def test_trying_it_out_takes_three_clicks_to_a_running_batch(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.application.ready.wait()
        stage.shot("welcome")
        welcome = stage.window.panes["welcome"]
        stage.click(welcome.try_button)  # type: ignore[attr-defined]
        await stage.until(lambda: stage.application.workbench is not None)
        await stage.until(lambda: len(stage.bench.leads.table.selected_rows()) == 30)
        stage.click(stage.bench.leads.batch_button)
        await stage.press("Make the batch")
        await stage.until(lambda: stage.window.shown == "batch" and stage.jobs())
        await stage.until(lambda: any(job.status_key != "pending" for job in stage.jobs()))

    perform(tmp_path, story)

"""Panes follow a run by themselves: nobody presses refresh, nothing jumps, and a pane that is not seen does nothing."""

from __future__ import annotations

from pathlib import Path

from regbatch_desktop.domain.batch import BatchStatus
from tests.journeys.stage import Stage, files, perform


def test_the_list_follows_a_run_and_the_hidden_detail_rests(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.open(workspace)
        await stage.import_leads(leads)
        batch_id = await stage.make_batch()
        stage.window.show_pane("batches")
        # A load that was under way when the pane was hidden still ends.
        await stage.until(lambda: stage.bench.batch.refresher._task is None)
        loads: list[object] = []
        stage.bench.batch.refresher.loaded.connect(loads.append)
        seen: list[BatchStatus] = []

        def row() -> object:
            found = [each for each in stage.bench.batches.table.rows_model.rows if each.key == batch_id]
            if found and (not seen or seen[-1] is not found[0].status):
                seen.append(found[0].status)
            return found and found[0].status is BatchStatus.ACTION_REQUIRED and found[0].needs_you == 5

        await stage.until(row)
        assert seen[-1] is BatchStatus.ACTION_REQUIRED
        assert loads == []
        stage.shot("batches")
        # Brought to the front it shows what happened meanwhile, at once.
        stage.window.show_pane("batch")
        await stage.until(lambda: len(loads) == 1 and all(job.needs_you for job in stage.jobs()))

    perform(tmp_path, story)


def test_the_chosen_restaurant_and_the_place_in_the_list_stay_while_everything_moves(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path, restaurants=30), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.open(workspace)
        stage.window.resize(1024, 640)
        await stage.import_leads(leads)
        await stage.make_batch()
        table = stage.bench.batch.table
        await stage.until(lambda: table.shown_count() == 30)
        chosen = table.rows_model.rows[24].key
        table.select_key(chosen)
        table.setFocus()
        place = table.verticalScrollBar().value()
        assert place > 0
        await stage.until(lambda: stage.jobs() and all(job.needs_you for job in stage.jobs()))
        assert [row.key for row in table.selected_rows()] == [chosen]
        assert table.verticalScrollBar().value() == place
        current = table.current_row()
        assert current is not None
        assert stage.bench.batch.view._name.accessibleName() == current.name

    perform(tmp_path, story)

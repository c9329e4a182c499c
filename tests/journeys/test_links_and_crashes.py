"""A link brings a batch to the front and nothing else; after a crash the person sees the report before anything else happens with it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from uuid import uuid4

from PySide6.QtWidgets import QPlainTextEdit

from regbatch_desktop.crash_reports import CrashReports
from regbatch_desktop.domain.batch_link import link_to
from regbatch_desktop.ui.crash_notice import CrashNotice
from regbatch_desktop.ui.second_start import SecondStart
from tests.journeys.stage import Stage, files, perform


def test_a_link_shows_the_batch_of_the_workspace_that_was_open_last(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path, restaurants=2), tmp_path / "w.db"
    made: list[str] = []

    async def first_day(stage: Stage) -> None:
        await stage.open(workspace)
        await stage.import_leads(leads)
        made.append(await stage.make_batch())

    async def second_day(stage: Stage) -> None:
        await stage.application.ready.wait()
        SecondStart(stage.application).asked(link_to(made[0]))
        await stage.until(lambda: stage.window.shown == "batch" and stage.bench.batch._board is not None)
        assert stage.bench.batch._presenter.batch_id == made[0]
        stage.window.show_pane("leads")
        SecondStart(stage.application).asked(link_to(str(uuid4())))
        await stage.until(lambda: stage.window.shown == "batches")
        assert stage.bench.batches.states.notice.text
        SecondStart(stage.application).asked(str(tmp_path / "another.db"))
        assert stage.application.desk.path == workspace
        assert not (tmp_path / "another.db").exists()

    perform(tmp_path, first_day)
    perform(tmp_path, second_day)


def test_without_any_workspace_a_link_says_what_is_missing(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        await stage.application.ready.wait()
        SecondStart(stage.application).asked(link_to(str(uuid4())))
        await stage.until(lambda: any("Open the workspace that has this batch first" in words for words in stage.words()))

    perform(tmp_path, story)


def test_after_a_crash_the_report_is_shown_whole_and_written_only_where_the_person_says(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "data" / "logs" / "regbatch.log"
    reference = CrashReports(data).record(RuntimeError("could not sign in with password=Canary-77"))
    log.parent.mkdir(parents=True)
    log.write_text('{"message": "token=Canary-78"}\n', encoding="utf-8")
    target = tmp_path / "report.zip"

    async def story(stage: Stage) -> None:
        CrashNotice(stage.application, CrashReports(data), log).begin()
        dialog = await stage.dialog()
        assert dialog.windowTitle() == "It stopped unexpectedly"
        await stage.press("See the report")
        preview = await stage.dialog()
        shown = [view.toPlainText() for view in preview.findChildren(QPlainTextEdit)]
        assert any(reference in text and "RuntimeError" in text for text in shown)
        assert not any("Canary" in text for text in shown)
        await stage.press("Write it")
        await stage.pick_file(target)
        await stage.until(target.exists)
        with zipfile.ZipFile(target) as archive:
            written = {name: archive.read(name).decode() for name in archive.namelist()}
        assert sorted(written) == [f"{reference}.json", "log.jsonl"]
        assert sorted(written.values()) == sorted(shown)

    perform(tmp_path, story)
    assert CrashReports(data).unseen() == ()

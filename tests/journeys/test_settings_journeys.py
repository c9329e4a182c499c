"""Settings of a workspace: kept, counted from the next opening, refused where they would mix two platforms."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.stage import Stage, files, perform


def test_limits_are_kept_and_count_when_the_workspace_is_opened_again(tmp_path: Path) -> None:
    files(tmp_path)
    workspace = tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.open(workspace)
        first = stage.bench
        stage.window.show_pane("settings")
        group = first.settings.services
        group.numbers["max_in_flight"].setValue(2)
        group.numbers["parallel_cap"].setValue(3)
        stage.click(group.apply_button)
        await stage.until(lambda: stage.application.workbench not in (None, first) and stage.window.shown == "settings")
        assert stage.application.desk.doors.limits.max_in_flight == 2
        assert stage.application.desk.runs._engine._parallel_cap == 3
        assert stage.bench.settings.services.numbers["max_in_flight"].value() == 2
        stage.shot("settings")

    perform(tmp_path, story)


def test_a_workspace_stays_with_the_platform_that_its_batches_began_on(tmp_path: Path) -> None:
    leads, workspace = files(tmp_path, restaurants=2), tmp_path / "w.db"

    async def story(stage: Stage) -> None:
        await stage.open(workspace)
        group = stage.bench.settings.services
        stage.window.show_pane("settings")
        for wrong, words in (
            ("http://platform.example", "https://"),
            ("https://[", "https://"),
        ):
            group.platform_url.setText(wrong)
            stage.click(group.apply_button)
            await stage.until(lambda words=words: words in group.notice.text)  # type: ignore[misc]
        group.platform_url.clear()
        group.register_file.setText(str(tmp_path / "none.csv"))
        stage.click(group.apply_button)
        await stage.until(lambda: "There is no file" in group.notice.text)
        group.register_file.clear()
        await stage.import_leads(leads)
        await stage.make_batch()
        stage.window.show_pane("settings")
        group.platform_url.setText("https://platform.example")
        stage.click(group.apply_button)
        await stage.until(lambda: "another workspace" in group.notice.text)
        assert stage.bench.settings.services is group

    perform(tmp_path, story)


def test_two_commands_never_share_their_keys(tmp_path: Path) -> None:
    files(tmp_path)

    async def story(stage: Stage) -> None:
        await stage.open(tmp_path / "w.db")
        group = stage.bench.settings.shortcuts
        group.edits["batches"].setKeySequence("Ctrl+1")
        group.edits["batches"].editingFinished.emit()
        assert "taken by “Leads”" in group.notice.text
        assert group.keys()["batches"] == "Ctrl+2"
        group.edits["batches"].setKeySequence("Ctrl+B")
        group.edits["batches"].editingFinished.emit()
        assert stage.window.actions_by_name["batches"].shortcut().toString() == "Ctrl+B"

    perform(tmp_path, story)


def test_a_key_is_said_not_to_be_kept_where_no_keychain_can_hide_it(tmp_path: Path) -> None:
    files(tmp_path)

    async def story(stage: Stage) -> None:
        await stage.open(tmp_path / "w.db")
        stage.window.show_pane("settings")
        group = stage.bench.settings.keys
        assert not group.keep_button.isEnabled()
        group.nzbn.setText("canary-4711")
        stage.click(group.keep_button)
        await stage.until(lambda: "no usable keychain" in group.notice.text)

    perform(tmp_path, story)
    assert not any(b"canary-4711" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

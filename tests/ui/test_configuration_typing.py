"""What is typed into the form is never lost: two fields in one moment, a shortcut in the middle of a word, copying."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.practice.pictures import picture_at
from regbatch_desktop.services import decisions
from regbatch_desktop.ui.configuration.differences import differences
from regbatch_desktop.ui.configuration.pane import ConfigurationPane
from regbatch_desktop.ui.configuration.picture_preview import HEIGHT, WIDTH, PicturePreview, decoded
from tests.pipeline.workbench import Bench, bench
from tests.ui.qt_bench import Opened, on_qt, until, workbench


async def waiting(made: Bench) -> Batch:
    """Three restaurants wait for their configuration; the engine of this test has ended when the window opens."""
    batch = await made.batch(3)
    await made.run(batch)
    for job in await made.jobs(batch):
        await decisions.choose_company(made.doors, job.id, None, decided_by="aroha")
    await made.run(batch)
    assert all(job.step(5).status is StepStatus.ACTION_REQUIRED for job in await made.jobs(batch))
    return batch


async def at_the_form(batch: Batch, opened: Opened) -> ConfigurationPane:
    opened.workbench.go("configuration", batch.id)
    pane = opened.workbench.configuration
    await until(lambda: pane.table.shown_count() == 3 and pane._shown, "the form is not filled")
    return pane


@on_qt
async def test_two_fields_in_one_moment_are_both_kept(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await waiting(made)
        async with workbench(made, tmp_path) as opened:
            pane = await at_the_form(batch, opened)
            for path in ("website.disable_gradients", "payment.include_stripe_link"):
                flag = pane.form.editors[path].flag
                assert flag is not None
                flag.click()
            current = pane._presenter.drafts[pane._shown].current
            assert (current.website.disable_gradients, current.payment.include_stripe_link) == (True, True)
            await until(lambda: pane.foot.save.text() == "Save")


@on_qt
async def test_saving_by_shortcut_keeps_the_word_that_is_being_typed(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await waiting(made)
        async with workbench(made, tmp_path) as opened:
            pane = await at_the_form(batch, opened)
            line = pane.form.editors["restaurant.city"].line
            assert line is not None
            opened.window.activateWindow()
            line.setFocus()
            line.selectAll()
            QTest.keyClicks(line, "Taupo")
            QTest.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
            job_id = pane._shown

            async def stored() -> object:
                return (await made.doors.store.job(job_id)).execution_config.get("restaurant")

            await until(lambda: pane.foot.save.text() == "Saved")
            found = await stored()
            assert isinstance(found, dict)
            assert found["city"] == "Taupo"


@on_qt
async def test_copying_takes_what_was_changed_and_leaves_the_others_their_own_colours(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await waiting(made)
        async with workbench(made, tmp_path) as opened:
            pane = await at_the_form(batch, opened)
            presenter, source = pane._presenter, pane._shown
            other = next(key for key in presenter.drafts if key != source)
            before = presenter.drafts[other].current
            assert before.website.primary_color != presenter.drafts[source].current.website.primary_color
            presenter.edit(source, "website.disable_gradients", True)
            assert differences(before, presenter.copied(source, [other])[other]) == ("Website: No gradients: no → yes",)
            presenter.edit(source, "website.primary_color", "#123456")
            assert presenter.copied(source, [other])[other].website.primary_color == "#123456"


def test_a_preview_shows_pictures_and_says_what_is_none(qt: object) -> None:
    del qt
    picture = picture_at("/abc/og.jpg")
    assert picture is not None
    image = decoded(picture)
    assert image is not None
    assert image.width() <= WIDTH
    assert image.height() <= HEIGHT
    assert decoded(b"<svg xmlns='http://www.w3.org/2000/svg'/>") is None
    assert decoded(picture[:60]) is None
    preview = PicturePreview("Favicon")
    preview.show_pictures({"a": picture, "b": "The picture could not be loaded.", "c": b"no picture"})
    for source, words in (("a", "a picture"), ("b", "not shown"), ("c", "not shown"), ("d", "no picture")):
        preview.show_source(source)
        assert preview.accessibleName() == f"Favicon: {words}"

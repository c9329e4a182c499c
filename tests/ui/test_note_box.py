"""A note is typed, kept by key or button, and no refresh eats what is not kept; words from outside are plain text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from regbatch_desktop.domain.note import LONGEST, NO_NOTE, Note
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.services import notes
from regbatch_desktop.ui.kit.note_box import NoteBox
from tests.pipeline.workbench import bench
from tests.ui.qt_bench import application, on_qt, until, wait_until, workbench
from tests.ui.test_accessible_names import nameless

CTRL = Qt.KeyboardModifier.ControlModifier
HOSTILE = '<img src="/x.png"> <b>bold</b>'


def note(text: str, by: str = "bob") -> Note:
    return Note(text, by, datetime.now(UTC))


def box() -> NoteBox:
    application()
    made = NoteBox()
    made.resize(360, 200)
    made.show()
    made.activateWindow()
    made.edit.setFocus()
    wait_until(lambda: made.isActiveWindow() and made.edit.hasFocus())
    return made


def test_what_is_not_kept_survives_refreshes_and_other_restaurants() -> None:
    made = box()
    asked: list[tuple[str, str, str]] = []
    made.save_wanted.connect(lambda *values: asked.append(values))
    made.show_note("a", NO_NOTE, None)
    assert not made.keep_button.isVisible()
    QTest.keyClicks(made.edit, "Ask for Mere")
    made.show_note("b", note("Closed."), None)
    assert made.edit.toPlainText() == "Closed."
    assert not made.is_dirty
    made.show_note("a", NO_NOTE, None)
    assert made.edit.toPlainText() == "Ask for Mere"
    # Somebody keeps another one meanwhile: both are seen before mine replaces it.
    made.show_note("a", note("Not before noon."), None)
    assert made.edit.toPlainText() == "Ask for Mere"
    assert "Changed meanwhile by bob" in made.told.text()
    assert "Not before noon." in made.told.text()
    QTest.keyClick(made.edit, Qt.Key.Key_Return, CTRL)
    assert asked == [("a", "Ask for Mere", "Not before noon.")]
    QTest.keyClicks(made.edit, "!")
    made.show_note("a", note("Ask for Mere", "ann"), None)
    assert made.edit.toPlainText() == "Ask for Mere!", "typed on while it was being kept"
    assert made.told.text() == "Not kept yet."
    made.show_note("a", note("Ask for Mere!", "ann"), None)
    assert not made.is_dirty
    assert made.told.text().startswith("ann, ")
    made.deleteLater()


def test_a_note_that_is_too_long_is_told_so_and_cannot_be_kept() -> None:
    made = box()
    asked: list[object] = []
    made.save_wanted.connect(lambda *values: asked.append(values))
    made.show_note("a", note("Closed."), None)
    made.edit.setPlainText("x" * (LONGEST + 1))
    assert made.told.text() == "A note has at most 1,000 characters; this one has 1,001."
    assert not made.keep_button.isEnabled()
    QTest.keyClick(made.edit, Qt.Key.Key_Return, CTRL)
    assert asked == []
    QTest.mouseClick(made.drop_button, Qt.MouseButton.LeftButton)
    assert made.edit.toPlainText() == "Closed."
    assert not made.drop_button.isVisible()
    made.deleteLater()


@on_qt
async def test_a_note_goes_from_the_batch_to_the_selection_as_plain_text(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        batch = await made.batch(2)
        await made.run(batch)
        assert all(job.step(3).status is StepStatus.ACTION_REQUIRED for job in await made.jobs(batch))
        async with workbench(made, tmp_path) as opened:
            pane = opened.workbench.batch
            opened.workbench.go("batch", batch.id)
            await until(lambda: pane.table.current_row() is not None, "no restaurant is chosen")
            row = pane.table.current_row()
            assert row is not None
            box = pane.view.note
            QTest.keyClicks(box.edit, HOSTILE)
            pane.refresher.now()
            QTest.mouseClick(box.keep_button, Qt.MouseButton.LeftButton)
            await until(lambda: not box.is_dirty, "the note is not kept")
            assert nameless(pane) == []
            kept = (await made.doors.store.restaurant(row.restaurant_id)).note
            assert kept.text == HOSTILE
            assert box.told.text() == notes.signed(kept)
            opened.workbench.go("selection", batch.id, row.key)
            selection = opened.workbench.selection

            def shown() -> list[QLabel]:
                return [each for each in selection.findChildren(QLabel) if each.isVisible() and each.text() == HOSTILE]

            await until(shown, "the note is not shown beside the restaurant")
            assert all(each.textFormat() is Qt.TextFormat.PlainText for each in shown())

"""The outbox pane over real files: what each state lets a person do, and that words from outside stay plain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services.runs import Runs
from regbatch_desktop.store.cache_file import CacheFile
from regbatch_desktop.store.outbox_file import OutboxFile
from regbatch_desktop.sync.outbox import TeamOutbox
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.outbox.pane import OutboxPane
from regbatch_desktop.ui.preferences import Preferences
from tests.pipeline.workbench import Bench, bench
from tests.ui.qt_bench import application, on_qt, until
from tests.ui.test_accessible_names import nameless

HOSTILE = '<img src="/path/x.png"> <b>bold</b>'


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def pane_over(made: Bench, folder: Path) -> AsyncIterator[tuple[OutboxPane, TeamOutbox]]:
    file = OutboxFile(folder / "team", now=now)
    cache = CacheFile(folder / "team" / "cache.db", organisation_id="o", clock=now)
    outbox = TeamOutbox(file, cache, made.doors.changes, now=now)
    doors = replace(made.doors, outbox=outbox)
    runs, scope = Runs(doors), TaskScope("workspace")
    pane = OutboxPane(Desk(doors, runs, scope, Preferences(folder / "preferences.json"), folder / "w.db", True, person="ann"))
    unsubscribe = made.doors.changes.subscribe(pane.on_change)
    pane.resize(1000, 600)
    pane.show()
    try:
        yield pane, outbox
    finally:
        unsubscribe()
        pane.refresher.stop()
        await runs.aclose()
        await scope.aclose()
        pane.deleteLater()
        cache.close()
        file.close()


def renamed(batch_id: str, name: str) -> Mutation:
    return Mutation(str(uuid4()), MutationKind.RENAME_BATCH, batch_id, {"name": name}, now(), "ann")


async def states(pane: OutboxPane, *wanted: str) -> None:
    await until(lambda: [row.state for row in pane.table.rows_model.shown] == list(wanted), f"not {wanted}")


def shown(pane: OutboxPane) -> str:
    return " ".join(label.text() for label in pane.findChildren(QLabel) if label.isVisible())


async def answer(words: str) -> None:
    """Press a button of the dialog in front."""

    def dialogs() -> list[QDialog]:
        return [each for each in application().topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]

    await until(dialogs, "no dialog")
    dialog = dialogs()[-1]
    next(each for each in dialog.findChildren(QAbstractButton) if words in each.text()).click()
    await until(lambda: not dialog.isVisible(), "the dialog stays")


@on_qt
async def test_what_was_not_sent_goes_back_with_what_was_decided_later_about_the_same(tmp_path: Path) -> None:
    async with bench(tmp_path) as made, pane_over(made, tmp_path) as (pane, outbox):
        await until(lambda: pane.states.state == "empty", "nothing waits")
        batch = await made.batch(1)
        first = renamed(batch.id, HOSTILE)
        await outbox.add(first)
        await outbox.add(renamed(batch.id, "Later"))
        await states(pane, "renamed when online", "renamed when online")
        pane.table.select_key(first.id)
        assert pane.back_button.isVisible()
        assert not pane.keep_button.isVisible()
        assert nameless(pane) == []
        assert "until it is sent" in shown(pane)
        for label in pane.findChildren(QLabel):
            assert label.textFormat() is Qt.TextFormat.PlainText
        pane.back_button.click()
        await answer("Take back")
        await until(lambda: outbox.summary.waiting == 0, "both go back")
        await until(lambda: "2 decisions taken back" in pane.states.notice.text, "it is said")


@on_qt
async def test_what_was_sent_cannot_be_taken_back_and_says_so(tmp_path: Path) -> None:
    async with bench(tmp_path) as made, pane_over(made, tmp_path) as (pane, outbox):
        batch = await made.batch(1)
        entry = await outbox.add(renamed(batch.id, "New"))
        await outbox.change(entry, FateState.SENT)
        await states(pane, "being renamed")
        await until(lambda: "cannot be taken back any more" in shown(pane), "the point of no return is said")
        assert not pane.back_button.isVisible()
        await outbox.change(entry, FateState.TAKEN)
        await states(pane, "taken")
        assert outbox.summary.waiting == 0


@on_qt
async def test_parked_decisions_say_why_and_what_can_be_done(tmp_path: Path) -> None:
    async with bench(tmp_path) as made, pane_over(made, tmp_path) as (pane, outbox):
        batch = await made.batch(1)
        entry = await outbox.add(renamed(batch.id, "New"))
        await outbox.change(entry, FateState.PARKED_SIGN_IN)
        await until(lambda: pane.sign_in_button.isVisible(), "signing in is offered")
        assert not pane.discard_button.isVisible()
        asked: list[bool] = []
        pane.sign_in_wanted.connect(lambda: asked.append(True))
        pane.sign_in_button.click()
        assert asked == [True]
        await outbox.change(entry, FateState.PARKED_TOO_OLD)
        await until(lambda: "newer version" in pane.banner_words.text(), "an update is asked for")
        await outbox.change(entry, FateState.PARKED_REVOKED)
        await until(lambda: pane.discard_button.isVisible(), "discarding is offered")
        pane.discard_button.click()
        await answer("Keep them")
        assert outbox.summary.parked == 1
        await until(lambda: not pane._discard.is_busy, "the question is over")
        pane.discard_button.click()
        await answer("Discard them")
        await until(lambda: outbox.summary.waiting == 0, "it is given up")


@on_qt
async def test_what_is_about_something_gone_is_put_away_by_the_person_alone(tmp_path: Path) -> None:
    async with bench(tmp_path) as made, pane_over(made, tmp_path) as (pane, outbox):
        entry = await outbox.add(renamed(str(uuid4()), HOSTILE))
        await outbox.change(entry, FateState.GONE, reason="There is no such batch.")
        await states(pane, "gone")
        await until(lambda: pane.keep_button.isVisible(), "it can be put away")
        assert pane.keep_button.text() == "Put away"
        assert not pane.again_button.isVisible()
        assert not pane.open_button.isEnabled()
        assert "not there any more" in shown(pane)
        pane.keep_button.click()
        await until(lambda: outbox.summary.look == 0, "it is closed")
        assert outbox.summary.created == outbox.summary.closed == 1


@on_qt
async def test_a_queue_that_stands_still_and_a_wrong_clock_are_said(tmp_path: Path) -> None:
    async with bench(tmp_path) as made, pane_over(made, tmp_path) as (pane, outbox):
        batch = await made.batch(1)
        await outbox.add(renamed(batch.id, "New"))
        outbox.notice = lambda: "This machine's clock is 1440 minutes ahead of your team's."
        outbox.set_stalled(True)
        await until(lambda: "nothing has been sent for a while" in pane.banner_words.text(), "it is said")
        assert "1440 minutes" in pane.banner_words.text()

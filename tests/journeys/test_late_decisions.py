"""Decisions made without a network that come too late, or meet another person's words: each is said where it was made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.services import configurations, notes
from regbatch_desktop.verbs.table import step_six_has_begun
from tests.journeys.offline_stage import line, offline_beside, two_members, waiting
from tests.journeys.stage import Stage, perform
from tests.journeys.team_stage import (
    arranged,
    at_the_door,
    keychain,
    opened,
    signed_in,
    silenceable,
    with_project_file,
)
from tests.team.fixtures import Stack, Team, administrated
from tests.ui.test_accessible_names import nameless

__all__ = ["keychain"]
pytestmark = pytest.mark.usefixtures("keychain")
BEGUN = "The account setup (Step 6) has begun for this restaurant"


def test_what_comes_after_step_six_has_begun_is_refused_where_it_was_decided(tmp_path: Path, stack: Stack) -> None:
    ann, bob, organisation, batch = two_members(stack, choose=0, configure=2)

    async def story(stage: Stage) -> None:
        async with offline_beside(stage, stack, (ann, bob, organisation), tmp_path) as (wire, his):
            company, configuration = (job.id for job in await his.doors.store.jobs(batch))
            pane = stage.bench.selection
            stage.bench.go("selection", batch, company)
            await stage.until(lambda: pane.table.shown_count() == 2 and pane.table.select_key(company))
            stage.key(pane.table, Qt.Key.Key_Backspace)
            await stage.until(lambda: any(row.key == company and row.waits for row in pane.table.rows_model.rows))
            pane.table.select_key(company)
            stage.key(pane.table, Qt.Key.Key_2)
            stage.key(pane.table, Qt.Key.Key_Return)
            await stage.until(lambda: waiting(stage) == 2)
            form = stage.bench.configuration
            stage.bench.go("configuration", batch, configuration)
            await stage.until(lambda: form._shown == configuration and form.foot.only.isEnabled())
            form._on_edit("restaurant.phone", "+6468359999")
            await stage.until(lambda: form._presenter.drafts[configuration].is_dirty and form.foot.only.isEnabled())
            stage.click(form.foot.only)
            await stage.until(lambda: waiting(stage) == 3)
            # Meanwhile a colleague starts both, and his desktop sets the accounts up.
            for job_id in (company, configuration):
                wanted = configurations.with_practice_contacts(await configurations.propose(his.doors, job_id))
                await configurations.save_and_start(his.doors, job_id, wanted, decided_by="bob")
            await stage.until(lambda: his.outbox.summary.waiting == 0)
            engine = Engine(his.engine)
            await engine.run_batch(batch)
            await engine.aclose()
            assert all(step_six_has_begun(job) for job in await his.authority.jobs(batch))
            await wire.restore()
            await stage.until(lambda: "3 want a look" in line(stage))
            # On the row where it was decided, and from there to the card.
            stage.bench.go("selection", batch, company)
            await stage.until(lambda: pane.table.select_key(company) and pane.fate.look_button.isVisible())
            assert pane.fate.words.text().startswith("Refused: ")
            assert BEGUN in pane.fate.words.text()
            row = pane.table.current_row()
            assert row is not None
            assert row.state == "refused"
            stage.shot("refused-selection")
            await stage.gallery("refused-selection")
            stage.bench.go("configuration", batch, configuration)
            await stage.until(lambda: form.fate.look_button.isVisible() and BEGUN in form.fate.words.text())
            stage.shot("refused-configuration")
            await stage.gallery("refused-configuration")
            stage.click(form.fate.look_button)
            outbox = stage.bench.outbox
            await stage.until(lambda: outbox.isVisible() and outbox.keep_button.isVisible())
            assert any(BEGUN in words for words in stage.words())
            assert not outbox.again_button.isVisible(), "nothing can change it any more"
            refused = [each.fate for each in outbox.table.rows_model.rows]
            assert [fate.state for fate in refused] == [FateState.REFUSED] * 3
            assert all(BEGUN in fate.sentence for fate in refused)
            stage.shot("refused-outbox")
            await stage.gallery("refused-outbox")

    perform(tmp_path, story)

    async def phones(team: Team) -> list[str]:
        found = await team.sql.fetch(
            "select execution_config #>> '{restaurant,phone}' as phone from public.registration_jobs where organisation_id = $1",
            organisation,
        )
        return [row["phone"] for row in found]

    assert "+6468359999" not in arranged(stack, phones), "what was refused has changed nothing"


def test_a_note_is_written_on_the_train_and_meets_a_colleagues(tmp_path: Path, stack: Stack) -> None:
    ann, bob, organisation, batch = two_members(stack, choose=2, configure=0)

    async def story(stage: Stage) -> None:
        async with offline_beside(stage, stack, (ann, bob, organisation), tmp_path) as (wire, his):
            alone, shared = (job.id for job in await his.doors.store.jobs(batch))
            pane = stage.bench.batch
            stage.bench.go("batch", batch)
            for number, key in enumerate((alone, shared), start=1):
                await stage.until(lambda key=key: pane.table.select_key(key) and pane.view.note._key == key)  # type: ignore[misc]
                pane.view.note.edit.setPlainText(f"Ask for Mere, {number}.")
                stage.click(pane.view.note.keep_button)
                await stage.until(lambda number=number: waiting(stage) == number)  # type: ignore[misc]
                await stage.until(lambda: pane.view.note.fate.isVisible() and not pane.view.note.is_dirty)
            assert "can be taken back until it is sent" in pane.view.note.fate.words.text()
            stage.shot("offline-note")
            await stage.gallery("offline-note")
            await notes.write_note(his.doors, shared, "Closed on Mondays.", seen="", decided_by="bob")
            await stage.until(lambda: his.outbox.summary.waiting == 0)
            await wire.restore()
            await stage.until(lambda: "1 wants a look" in line(stage))
            note = pane.view.note
            await stage.until(lambda: note.edit.toPlainText() == "Closed on Mondays." and note.fate.look_button.isVisible())
            assert nameless(stage.window) == []
            stage.click(note.fate.look_button)
            outbox = stage.bench.outbox
            await stage.until(lambda: outbox.isVisible() and outbox.again_button.isVisible())
            words = stage.words()
            assert "the note is “Ask for Mere, 2.”" in words
            assert "the note is “Closed on Mondays.”" in words
            assert "bob" in " ".join(words)
            stage.shot("conflict-note")
            await stage.gallery("conflict-note")
            stage.click(outbox.again_button)
            await stage.until(lambda: line(stage) == "")

    perform(tmp_path, story)

    async def written(team: Team) -> list[tuple[str, str]]:
        found = await team.sql.fetch(
            "select note, note_by from public.restaurants where organisation_id = $1 order by note", organisation
        )
        return [(row["note"], row["note_by"]) for row in found]

    assert arranged(stack, written) == [("Ask for Mere, 1.", ann), ("Ask for Mere, 2.", ann)]


def test_a_large_team_opens_in_sight_and_can_be_stopped(tmp_path: Path, stack: Stack) -> None:
    many = 4_000

    async def arrange(team: Team) -> tuple[str, str]:
        organisation = await team.organisation("Aroha & Co")
        person = await team.person(organisation)
        await team.sql.execute(
            "insert into public.restaurants (organisation_id, name, lead_key) select $1, 'Kea ' || n, 'k' || n "
            "from generate_series(1, $2::int) n",
            organisation, many,
        )  # fmt: skip
        return person.email, organisation

    email, _ = arranged(stack, arrange)

    async def story(stage: Stage) -> None:
        async with silenceable(stack.url) as wire, administrated(stack) as team:
            pane = await at_the_door(stage)
            await with_project_file(stage, pane, Project(wire.url, "sb_publishable_tests"), tmp_path)
            await signed_in(stage, pane, email)
            await team.faults(match="pull_rows", delay_s=0.2)
            await stage.until(pane.open_button.isEnabled)
            stage.click(pane.open_button)
            await stage.until(lambda: pane.loading.isVisible() and "1,000 of 4,000 rows" in pane.loading.words.text())
            assert nameless(stage.window) == []
            stage.shot("first-load")
            await stage.gallery("first-load")
            stage.click(pane.loading.stop_button)
            await stage.until(lambda: not stage.application.team.opening.is_busy and not pane.loading.isVisible())
            assert stage.application.workbench is None
            assert pane.open_button.isEnabled()
            await team.faults(lifetime_s=3600)
            await opened(stage, pane)
            await stage.until(lambda: stage.bench.leads.table.shown_count() == many)

    perform(tmp_path, story)

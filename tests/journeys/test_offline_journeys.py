"""Review goes on without a network: a train journey, two people who decide differently, a membership that was taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QNetworkInformation

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.services import decisions
from regbatch_desktop.ui.batches.columns import status_words
from regbatch_desktop.ui.kit.form_dialog import EntryDialog
from regbatch_desktop.ui.sign_in.pane import EXPORT, KEEP, SignInPane
from tests.journeys.offline_stage import line, offline, offline_beside, one_member, two_members, waiting
from tests.journeys.stage import Stage, perform
from tests.journeys.team_stage import (
    arranged,
    at_the_door,
    keychain,
    opened,
    silenceable,
    through_the_door,
)
from tests.team.fixtures import PASSWORD, Stack, Team, administrated
from tests.ui.test_accessible_names import nameless

__all__ = ["keychain"]
pytestmark = pytest.mark.usefixtures("keychain")


async def review_without_a_network(stage: Stage, batch: str, *, choose: int, configure: int) -> None:
    """Every company (none of these, by hand, the rest by the first candidate), every configuration, one value copied to all."""
    pane = stage.bench.selection
    stage.bench.go("selection", batch)
    await stage.until(lambda: sum(row.waits for row in pane.table.rows_model.rows) == choose)
    for number, row in enumerate([row for row in pane.table.rows_model.rows if row.waits]):
        # What was decided before is over, so that nothing moves the selection away from this one.
        await stage.until(lambda: not pane._choose.is_busy and not pane._enter.is_busy)
        assert pane.table.select_key(row.key)
        if number == 0:
            stage.key(pane.table, Qt.Key.Key_N)
        elif number == 1:
            stage.key(pane.table, Qt.Key.Key_M)
            dialog = await stage.dialog()
            assert isinstance(dialog, EntryDialog)
            dialog._lines["contact_name"].setText("Aroha Ngata")
            await stage.press("Save and go on")
        else:
            stage.key(pane.table, Qt.Key.Key_1)
            stage.key(pane.table, Qt.Key.Key_Return)

        def decided(key: str = row.key) -> bool:
            return any(each.key == key and not each.waits for each in pane.table.rows_model.rows)

        await stage.until(decided)
    form = stage.bench.configuration
    stage.bench.go("configuration", batch)
    await stage.until(lambda: form.table.shown_count() == configure + 1 and form.foot.start.isEnabled())
    # The list is there before the form of its first restaurant is.
    await stage.until(lambda: form._shown in form._presenter.drafts and form.form.isVisible())
    form._on_edit("payment.include_stripe_link", True)
    await stage.until(lambda: form._presenter.drafts[form._shown].is_dirty and form.foot.copy.isEnabled())
    stage.click(form.foot.copy)
    await stage.press("Copy")
    await stage.until(lambda: waiting(stage) == choose + configure)
    await stage.until(form.foot.start.isEnabled)
    stage.click(form.foot.start)
    await stage.press("Start them")
    await stage.until(lambda: not any(row.is_valid for row in form.table.rows_model.rows))


def test_fifty_restaurants_are_reviewed_without_a_network_and_arrive_once(tmp_path: Path, stack: Stack) -> None:
    choose, configure = 30, 20
    # The one that was entered by hand is configured as well; one configuration is the source of the copies.
    configured_now = configure + 1
    decided_now = choose + (configured_now - 1) + configured_now

    email, organisation, batch = one_member(stack, choose=choose, configure=configure)
    ports: list[int] = []

    async def first_start(stage: Stage) -> None:
        async with silenceable(stack.url) as wire:
            ports.append(wire._own_port)
            await through_the_door(stage, wire, email, tmp_path)
            await wire.cut()
            await stage.until(lambda: "offline since" in stage.window._interior.aside.text())
            await review_without_a_network(stage, batch, choose=choose, configure=configure)
            await stage.until(lambda: waiting(stage) == decided_now)
            await stage.until(lambda: f"{decided_now} decisions wait, since" in line(stage))
            rows = stage.bench.configuration.table.rows_model
            await stage.until(lambda: {row.fate.state for row in rows.rows if row.fate is not None} == {FateState.QUEUED})
            stage.shot("offline-configuration")
            await stage.gallery("offline-configuration")
            stage.bench.go("selection", batch)
            pane = stage.bench.selection
            await stage.until(lambda: pane.table.shown_count() == choose and pane.fate.isVisible())
            assert "can be taken back until it is sent" in pane.fate.words.text()
            stage.shot("offline-selection")
            await stage.gallery("offline-selection")
            stage.bench.go("outbox")
            await stage.until(lambda: stage.bench.outbox.table.shown_count() == decided_now)
            stage.shot("offline-outbox")
            await stage.gallery("offline-outbox")
            assert not stage.bench.leads.import_button.isEnabled()
            assert "away since" in stage.bench.leads.import_button.toolTip()

    perform(tmp_path, first_start)

    async def second_start(stage: Stage) -> None:
        async with silenceable(stack.url, port=ports[0]) as wire:
            await wire.fall_silent()
            pane = await at_the_door(stage)
            await stage.until(lambda: pane.open_button.isEnabled() and pane._found)
            await opened(stage, pane)
            assert "offline since" in stage.window._interior.aside.text()
            await stage.until(lambda: f"{decided_now} decisions wait, since" in line(stage))
            for name in ("leads", "batches", "selection", "configuration", "outbox", "activity", "settings"):
                stage.bench.go(name)
                states = getattr(stage.window.panes[name], "states", None)
                await stage.until(lambda states=states: states is None or states.state == "content", seconds=12)  # type: ignore[misc]
            stage.bench.go("batch", batch)
            await stage.until(lambda: stage.bench.batch.states.state == "content", seconds=12)
            stage.shot("offline-batch")
            await stage.gallery("offline-batch")
            await wire.restore()
            while left := waiting(stage):
                # As long as it takes on this machine; what must not be is that nothing moves.
                await stage.until(lambda left=left: waiting(stage) < left, seconds=60)  # type: ignore[misc]
            await stage.until(lambda: not stage.window._interior.outbox.isVisible())
            states_now = [fate.state for fate in await stage.bench.outbox._presenter._outbox.fates()]
            assert states_now.count(FateState.CONFLICT) == 0
            await stage.until(lambda: "offline" not in stage.window._interior.aside.text())

    perform(tmp_path, second_start)

    async def counted(team: Team) -> tuple[int, int, int]:
        decisions = await team.sql.fetchval(
            "select count(*) from public.decisions d join public.registration_jobs j on j.id = d.job_id where j.organisation_id = $1",
            organisation,
        )
        decided = await team.sql.fetchval(
            "select count(distinct d.job_id) from public.decisions d join public.registration_jobs j on j.id = d.job_id "
            "where j.organisation_id = $1",
            organisation,
        )
        configured = await team.sql.fetchval(
            "select count(*) from public.registration_jobs where organisation_id = $1 and execution_config::text <> '{}'",
            organisation,
        )
        return decisions, decided, configured

    assert arranged(stack, counted) == (choose, choose, configured_now)


async def choose_first(stage: Stage, batch: str, number: int) -> list[str]:
    """The first candidate for so many restaurants; their jobs."""
    pane = stage.bench.selection
    stage.bench.go("selection", batch)
    await stage.until(lambda: sum(row.waits for row in pane.table.rows_model.rows) >= number)
    chosen = [row.key for row in pane.table.rows_model.rows if row.waits][:number]
    for key in chosen:
        pane.table.select_key(key)
        stage.key(pane.table, Qt.Key.Key_1)
        stage.key(pane.table, Qt.Key.Key_Return)
        await stage.until(lambda key=key: any(r.key == key and not r.waits for r in pane.table.rows_model.rows))  # type: ignore[misc]
    return chosen


def test_two_people_decide_differently_and_both_sides_are_settled_in_the_card(tmp_path: Path, stack: Stack) -> None:
    ann, bob, organisation, batch = two_members(stack, choose=2, configure=0)

    async def story(stage: Stage) -> None:
        async with offline_beside(stage, stack, (ann, bob, organisation), tmp_path) as (wire, his):
            kept, again = await choose_first(stage, batch, 2)
            for job_id in (kept, again):
                search = await his.doors.store.candidates(job_id)
                assert search is not None
                second = search.candidates[1].hit.company_number
                await decisions.choose_company(his.doors, job_id, second, decided_by="bob")
            await stage.until(lambda: his.outbox.summary.waiting == 0)
            await wire.restore()
            await stage.until(lambda: "2 want a look" in line(stage))
            assert "not taken" in stage.window._interior.state.text() or stage.window._interior.outbox.isVisible()
            # From the restaurant's row to the card.
            pane = stage.bench.selection
            stage.bench.go("selection", batch, kept)
            # The other one, which was decided last, wants a look as well.
            await stage.until(lambda: (row := pane.table.current_row()) is not None and row.key == kept)
            await stage.until(lambda: pane.fate.isVisible() and pane.fate.look_button.isVisible())
            stage.shot("conflict-selection")
            await stage.gallery("conflict-selection")
            stage.click(pane.fate.look_button)
            outbox = stage.bench.outbox
            await stage.until(lambda: outbox.isVisible() and outbox.keep_button.isVisible())
            row = outbox.table.current_row()
            assert row is not None
            assert row.fate.entity_id == kept
            words = " ".join(stage.words())
            assert "Mine" in words
            assert "Theirs" in words
            assert "bob" in words
            stage.shot("conflict-card")
            await stage.gallery("conflict-card")
            stage.click(outbox.keep_button)
            await stage.until(lambda: "1 wants a look" in line(stage))
            await stage.until(
                lambda: outbox.table.select_key(next(r.key for r in outbox.table.rows_model.rows if r.fate.entity_id == again))
            )

            # What the engine does with theirs has to come to a rest first.
            async def made_again() -> bool:
                stage.click(outbox.again_button)
                await stage.until(lambda: not outbox._again.is_busy)
                return "Not made again" not in outbox.states.notice.text

            await stage.until(lambda: outbox.again_button.isVisible())
            while not await made_again():
                await stage.until(lambda: outbox.again_button.isEnabled())
            await stage.until(lambda: line(stage) == "", seconds=40)
            assert {fate.state for fate in await outbox._presenter._outbox.fates()} <= {FateState.TAKEN}

    perform(tmp_path, story)

    async def chosen(team: Team) -> list[str]:
        found = await team.sql.fetch(
            "select d.decided_by, d.data->>'company_number' as company_number from public.decisions d join public.registration_jobs j on j.id = d.job_id "
            "where j.organisation_id = $1 order by d.decided_at",
            organisation,
        )
        return [f"{row['decided_by']} {str(row['company_number'])[-3:]}" for row in found]

    assert sorted(arranged(stack, chosen)) == sorted(["bob 001", "bob 001", f"{ann} 000"])


def test_a_membership_that_was_taken_back_parks_what_waits_where_it_is_seen_and_exported(tmp_path: Path, stack: Stack) -> None:
    email, organisation, batch = one_member(stack, choose=3, configure=0)
    file = tmp_path / "mine.json"

    async def story(stage: Stage) -> None:
        async with silenceable(stack.url) as wire:
            await through_the_door(stage, wire, email, tmp_path)
            await offline(stage, wire)
            await choose_first(stage, batch, 3)
            await stage.until(lambda: "3 decisions wait, since" in line(stage))
            async with administrated(stack) as team:
                await team.sql.execute(
                    "update public.organisation_members set revoked_at = now() where organisation_id = $1", organisation
                )
            await wire.restore()
            await stage.until(lambda: "access taken back" in line(stage))
            stage.click(stage.window._interior.outbox)
            outbox = stage.bench.outbox
            await stage.until(lambda: outbox.isVisible() and outbox.discard_button.isVisible())
            assert "export it" in outbox.banner_words.text()
            stage.shot("revoked-outbox")
            await stage.gallery("revoked-outbox")
            # The team's rows go when the person says so; what was decided stays, under its names.
            await stage.until(lambda: outbox.remove_button.isVisible() and "then it is removed" in outbox.banner_words.text())
            named = [row.name for row in outbox.table.rows_model.rows]
            stage.click(outbox.remove_button)
            await stage.press("Remove it")
            await stage.until(lambda: not outbox.remove_button.isVisible())
            await stage.until(lambda: [row.batch_id for row in outbox.table.rows_model.rows] == [""] * 3)
            assert [row.name for row in outbox.table.rows_model.rows] == named
            stage.shot("revoked-removed")
            await stage.gallery("revoked-removed")
            stage.bench.go("leads")
            await stage.until(lambda: stage.bench.leads.states.state == "empty")
            stage.bench.go("outbox")
            await stage.until(lambda: outbox.isVisible() and outbox.export_button.isEnabled())
            stage.click(outbox.export_button)
            await stage.pick_file(file)
            await stage.until(lambda: "Written to" in outbox.states.notice.text)
            stage.click(outbox.discard_button)
            stage.shot("revoked-discard")
            await stage.gallery("revoked-discard")
            await stage.press("Discard them")
            await stage.until(lambda: waiting(stage) == 0)

    perform(tmp_path, story)
    exported = json.loads(file.read_text())
    assert len(exported) == 3
    assert {each["state"] for each in exported} == {"parked_revoked"}
    assert all(each["about"] for each in exported)
    assert "secrets" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0

    async def decided(team: Team) -> int:
        return int(
            await team.sql.fetchval(
                "select count(*) from public.decisions d join public.registration_jobs j on j.id = d.job_id where j.organisation_id = $1",
                organisation,
            )
        )

    assert arranged(stack, decided) == 0


def test_unsent_work_is_named_before_a_sign_out_and_stays_for_its_account(tmp_path: Path, stack: Stack) -> None:
    ann, bob, organisation, batch = two_members(stack, choose=2, configure=0)
    file = tmp_path / "unsent.json"

    async def story(stage: Stage) -> None:
        async with silenceable(stack.url) as wire:
            await through_the_door(stage, wire, ann, tmp_path)
            await offline(stage, wire)
            await choose_first(stage, batch, 2)
            await stage.until(lambda: waiting(stage) == 2)
            stage.application._on_command("close-workspace")
            await stage.until(lambda: stage.window.shown == "welcome")
            pane = await at_the_door(stage)
            await stage.until(lambda: pane._found and pane.sign_out_button.isEnabled())
            stage.click(pane.sign_out_button)
            dialog = await stage.dialog()
            assert "2 decisions not sent" in dialog.windowTitle()
            stage.shot("sign-out-unsent")
            await stage.gallery("sign-out-unsent")
            await stage.press("Stay signed in")
            assert pane._choice.isVisible()
            await stage.until(pane.sign_out_button.isEnabled)
            stage.click(pane.sign_out_button)
            await stage.press(KEEP)
            await stage.until(lambda: "stay on this machine for this account" in pane.notice.text)
            await wire.restore()
            # Somebody else signs in here and finds nothing of it.
            pane.email.setText(bob)
            pane.password.setText(PASSWORD)
            stage.key(pane.password, Qt.Key.Key_Return)
            await stage.until(pane._choice.isVisible)
            await opened(stage, pane)
            assert waiting(stage) == 0
            assert line(stage) == ""
            await offline(stage, wire)
            await choose_first(stage, batch, 1)
            stage.application._on_command("close-workspace")
            await stage.until(lambda: stage.window.shown == "welcome")
            pane = await at_the_door(stage)
            await stage.until(lambda: pane._found and pane.sign_out_button.isEnabled())
            stage.click(pane.sign_out_button)
            await stage.until(lambda: True)
            dialog = await stage.dialog()
            assert "1 decision not sent" in dialog.windowTitle()
            await stage.press(EXPORT)
            await stage.pick_file(file)
            await stage.until(lambda: "What was not sent is in" in pane.notice.text)
            assert len(json.loads(file.read_text())[organisation]) == 1
            # The first comes back, and what was kept goes.
            await wire.restore()
            pane.email.setText(ann)
            pane.password.setText(PASSWORD)
            stage.key(pane.password, Qt.Key.Key_Return)
            await stage.until(pane._choice.isVisible)
            await opened(stage, pane)
            await stage.until(lambda: waiting(stage) == 0)

    perform(tmp_path, story)

    async def decided(team: Team) -> list[str]:
        found = await team.sql.fetch(
            "select d.decided_by from public.decisions d join public.registration_jobs j on j.id = d.job_id where j.organisation_id = $1",
            organisation,
        )
        return [row["decided_by"] for row in found]

    assert arranged(stack, decided) == [ann, ann]


def test_what_is_done_to_a_batch_offline_says_when_it_counts_and_can_be_taken_back(tmp_path: Path, stack: Stack) -> None:
    email, _, batch = one_member(stack, choose=2, configure=1)

    async def story(stage: Stage) -> None:
        async with silenceable(stack.url) as wire:
            await through_the_door(stage, wire, email, tmp_path)
            await wire.fall_silent()
            stage.bench.reachability.on_changed(QNetworkInformation.Reachability.Disconnected)
            assert "offline since" in stage.window._interior.aside.text()
            pane = stage.bench.batches
            stage.bench.go("batches")
            await stage.until(lambda: pane.table.select_key(batch))
            stage.click(pane.cancel_button)
            await stage.press("Cancel them")
            await stage.until(lambda: pane.fate.isVisible())
            row = pane.table.current_row()
            assert row is not None
            assert status_words(row) == "cancelled when online"
            assert row.status_key == "queued"
            await stage.until(lambda: "your team has it when the connection is back" in pane.states.notice.text)
            await stage.until(lambda: "1 decision waits" in line(stage))
            stage.click(pane.fate.withdraw_button)
            await stage.until(lambda: waiting(stage) == 0 and not pane.fate.isVisible())
            # A configuration that was started comes back into the form with what was typed.
            form = stage.bench.configuration
            stage.bench.go("configuration", batch)
            await stage.until(lambda: form.foot.only.isEnabled() and form._shown)
            key = form._shown
            form._on_edit("restaurant.phone", "+6468359999")
            await stage.until(lambda: form._presenter.drafts[key].is_dirty and form.foot.only.isEnabled())
            stage.click(form.foot.only)
            await stage.until(lambda: waiting(stage) == 1 and form.fate.isVisible() and not form.form.isVisible())
            stage.click(form.fate.withdraw_button)
            await stage.until(lambda: form.form.isVisible() and key in form._presenter.drafts)
            assert form._presenter.drafts[key].current.restaurant.phone == "+6468359999"
            assert waiting(stage) == 0
            # What needs the network says so at once.
            leads = stage.bench.leads
            stage.bench.go("leads")
            await stage.until(lambda: leads.table.shown_count() == 3)
            leads.table.selectAll()
            assert not leads.batch_button.isEnabled()
            assert "Making a batch needs the connection" in leads.batch_button.toolTip()
            leads.states.acted.emit()
            await stage.until(lambda: "Importing leads needs the connection" in leads.states.notice.text)
            assert nameless(stage.window) == []

    perform(tmp_path, story)


def test_a_session_that_ended_keeps_what_waits_until_the_person_signs_in_again(tmp_path: Path, stack: Stack) -> None:
    email, organisation, batch = one_member(stack, choose=2, configure=0)

    async def story(stage: Stage) -> None:
        async with silenceable(stack.url) as wire:
            async with administrated(stack) as team:
                # Its token is renewed at every call.
                await team.faults(lifetime_s=1)
                await through_the_door(stage, wire, email, tmp_path)
                await offline(stage, wire)
                await choose_first(stage, batch, 2)
                await team.sql.execute(
                    "delete from auth.refresh_tokens where user_id = (select id from auth.users where email = $1)", email
                )
            await wire.restore()
            await stage.until(lambda: "sign in again" in line(stage))
            stage.click(stage.window._interior.outbox)
            outbox = stage.bench.outbox
            await stage.until(lambda: outbox.isVisible() and outbox.sign_in_button.isVisible())
            stage.shot("session-ended")
            stage.click(outbox.sign_in_button)
            await stage.until(lambda: stage.window.shown == "sign-in")
            pane = stage.window.panes["sign-in"]
            assert isinstance(pane, SignInPane)
            await stage.until(lambda: pane._person.isVisible() and "can still be opened" in pane.notice.text)
            pane.email.setText(email)
            pane.password.setText(PASSWORD)
            stage.key(pane.password, Qt.Key.Key_Return)
            await stage.until(lambda: not pane._person.isVisible())
            await opened(stage, pane)
            await stage.until(lambda: waiting(stage) == 0)

    perform(tmp_path, story)

    async def decided(team: Team) -> int:
        sql = "select count(*) from public.decisions d join public.registration_jobs j on j.id = d.job_id where j.organisation_id = $1"
        return int(await team.sql.fetchval(sql, organisation))

    assert arranged(stack, decided) == 2

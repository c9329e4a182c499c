"""The operator's day in a team's workspace: signing in, the whole way to live shops, signing out; what a stranger gets."""

from __future__ import annotations

from pathlib import Path

from regbatch_desktop.ui.sign_in.pane import SignInPane
from tests.journeys.stage import Stage, files, perform
from tests.journeys.team_stage import arranged, at_the_door, signed_in, with_project_file
from tests.team.fixtures import PASSWORD, Stack, Team


async def member_of_two(team: Team) -> tuple[str, str, str]:
    first, second = await team.organisation("Aroha & Co"), await team.organisation("Bob Ltd")
    return (await team.person(first, second)).email, first, second


def test_from_signing_in_to_live_shops_and_signing_out(tmp_path: Path, stack: Stack) -> None:
    leads = files(tmp_path, restaurants=3)
    email, organisation, other = arranged(stack, member_of_two)

    async def story(stage: Stage) -> None:
        pane = await at_the_door(stage)
        await with_project_file(stage, pane, stack.project, tmp_path)
        pane.email.setText(email)
        pane.password.setText("wrong")
        stage.click(pane.sign_in_button)
        await stage.until(lambda: "do not fit" in pane.notice.text)
        await signed_in(stage, pane, email)
        assert [pane.organisation.itemText(n) for n in range(pane.organisation.count())] == ["Aroha & Co", "Bob Ltd"]
        pane.organisation.setCurrentIndex(0)
        stage.click(pane.open_button)
        await stage.until(lambda: stage.application.workbench is not None and not stage.application.team.opening.is_busy)
        assert "Aroha & Co" in stage.window._interior.aside.text()
        await stage.import_leads(leads)
        await stage.make_batch()
        await stage.seen(lambda jobs: all(job.needs_you for job in jobs))
        await stage.choose_all()
        await stage.seen(lambda jobs: all(job.needs_you and job.step == 5 for job in jobs))
        await stage.configure_all()
        await stage.seen(lambda jobs: all(job.status_key == "completed" for job in jobs), seconds=90)
        stage.application._on_command("close-workspace")
        await stage.until(lambda: stage.window.shown == "welcome")
        pane = await at_the_door(stage)
        await stage.until(lambda: pane._choice.isVisible())
        stage.click(pane.sign_out_button)
        await stage.until(lambda: "signed out" in pane.notice.text)
        assert not (tmp_path / "data" / "team").exists()
        again = await at_the_door_again(stage, pane)
        assert not again.resume.is_busy

    perform(tmp_path, story)

    async def counted(team: Team) -> tuple[int, int]:
        done = "select count(*) from public.registration_jobs where organisation_id = $1 and status = 'completed'"
        return await team.sql.fetchval(done, organisation), await team.sql.fetchval(done, other)

    assert arranged(stack, counted) == (3, 0)
    log = (tmp_path / "data" / "logs" / "regbatch.log").read_text() + stack.rest_log.read_text()
    assert PASSWORD not in log
    preferences = (tmp_path / "data" / "preferences.json").read_text()
    assert PASSWORD not in preferences
    assert "refresh" not in preferences


async def at_the_door_again(stage: Stage, pane: SignInPane) -> SignInPane:
    stage.click(pane.back_button)
    await stage.until(lambda: stage.window.shown == "welcome")
    return await at_the_door(stage)


def test_keys_that_open_everything_and_people_without_an_organisation_are_refused_in_words(tmp_path: Path, stack: Stack) -> None:
    async def stranger(team: Team) -> str:
        return (await team.person()).email

    email = arranged(stack, stranger)

    async def story(stage: Stage) -> None:
        pane = await at_the_door(stage)
        pane.url.setText(stack.url)
        pane.email.setText(email)
        pane.key.setText("sb_secret_tests")
        stage.click(pane.sign_in_button)
        await stage.until(lambda: "secret key" in pane.notice.text)
        pane.key.setText(stack.project.publishable_key)
        pane.password.setText(PASSWORD)
        stage.click(pane.sign_in_button)
        await stage.until(lambda: "no organisation" in pane.notice.text)

    perform(tmp_path, story)

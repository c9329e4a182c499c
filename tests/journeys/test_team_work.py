"""Work that a colleague's machine holds is seen under their name, and is taken over when they are not heard of any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt

from regbatch_desktop.services import batches
from regbatch_desktop.services.leads import create_batch
from tests.journeys.stage import Stage, files, perform
from tests.journeys.team_stage import arranged, at_the_door, signed_in, with_project_file
from tests.team.fixtures import Stack, Team


def test_a_colleagues_restaurant_shows_their_name_and_is_taken_over_with_one_key(tmp_path: Path, stack: Stack) -> None:
    leads = files(tmp_path, restaurants=3)

    async def two_members(team: Team) -> tuple[str, str, str]:
        organisation = await team.organisation("Aroha & Co")
        bob = await team.person(organisation)
        return (await team.person(organisation)).email, bob.email, bob.user_id

    email, bob, bobs_id = arranged(stack, two_members)

    async def held(team: Team) -> None:
        """Bob's machine, which this desk does not hear breathing, has every restaurant for an hour."""
        await team.sql.execute(
            "insert into public.run_leases (organisation_id, resource_id, instance_id, token, expires_at, user_id) "
            "select organisation_id, id::text, 'bobs-machine', 1, now() + interval '1 hour', $1 from public.registration_jobs "
            "where organisation_id in (select organisation_id from public.organisation_members where user_id = $1)",
            bobs_id,
        )

    async def lapsed(team: Team) -> None:
        await team.sql.execute(
            "update public.run_leases set expires_at = now() - interval '1 second' where user_id = $1", bobs_id
        )

    async def story(stage: Stage) -> None:
        pane = await at_the_door(stage)
        await with_project_file(stage, pane, stack.project, tmp_path)
        await signed_in(stage, pane, email)
        stage.click(pane.open_button)
        await stage.until(lambda: stage.application.workbench is not None and not stage.application.team.opening.is_busy)
        await stage.import_leads(leads)
        doors, table = stage.application.desk.doors, stage.bench.batch.table
        assert stage.application.desk.person == email
        made = await create_batch(doors, await doors.store.restaurants())
        await asyncio.to_thread(arranged, stack, held)
        await batches.start_batch(doors, made.id)
        stage.bench.go("batch", made.id)
        await stage.seen(lambda jobs: all(job.worker == bob and not job.can_take_over for job in jobs))
        stage.shot("team-who-works")
        await asyncio.to_thread(arranged, stack, lapsed)
        first = table.rows_model.shown[0]
        table.select_key(first.key)
        # Refreshing and the key are quicker than the worker, which looks every ten seconds; whichever comes first takes it.
        stage.application._on_command("refresh")
        await stage.until(lambda: stage.bench.batch.view.take_button.isVisible() or table.rows_model.shown[0].needs_you)
        stage.key(table, Qt.Key.Key_T)
        await stage.seen(lambda jobs: all(job.needs_you for job in jobs))

    perform(tmp_path, story)

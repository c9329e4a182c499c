"""Review goes on without a network: a train journey, two people who decide differently, a membership that was taken back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from regbatch_desktop.domain.fate import FateState
from tests.journeys.stage import Stage, perform
from tests.journeys.team_stage import arranged, at_the_door, keychain, opened, prepared, silenceable, through_the_door
from tests.team.fixtures import Stack, Team

__all__ = ["keychain"]
pytestmark = pytest.mark.usefixtures("keychain")


async def waiting_for(team: Team, *, choose: int, configure: int) -> tuple[str, str, str]:
    """E-mail of a member, organisation, batch."""
    organisation = await team.organisation("Aroha & Co")
    person = await team.person(organisation)
    batch, _ = await prepared(await team.store(organisation), organisation, choose=choose, configure=configure)
    return person.email, organisation, batch.id


def waiting(stage: Stage) -> int:
    return int(stage.bench.outbox._presenter._outbox.summary.waiting)


def line(stage: Stage) -> str:
    """What the status bar says about decisions."""
    return str(stage.window._interior.outbox.text())


async def review_without_a_network(stage: Stage, batch: str, *, choose: int, configure: int) -> None:
    """Every company (one by none of these, the rest by the first candidate), every configuration."""
    pane = stage.bench.selection
    stage.bench.go("selection", batch)
    await stage.until(lambda: sum(row.waits for row in pane.table.rows_model.rows) == choose)
    for number, row in enumerate([row for row in pane.table.rows_model.rows if row.waits]):
        pane.table.select_key(row.key)
        if number == 0:
            stage.key(pane.table, Qt.Key.Key_N)
        else:
            stage.key(pane.table, Qt.Key.Key_1)
            stage.key(pane.table, Qt.Key.Key_Return)

        def decided(key: str = row.key) -> bool:
            return any(each.key == key and not each.waits for each in pane.table.rows_model.rows)

        await stage.until(decided)
    form = stage.bench.configuration
    stage.bench.go("configuration", batch)
    await stage.until(lambda: form.table.shown_count() == configure and form.start_button.isEnabled())
    stage.click(form.start_button)
    await stage.press("Start them")
    await stage.until(lambda: not any(row.is_valid for row in form.table.rows_model.rows))


def test_fifty_restaurants_are_reviewed_without_a_network_and_arrive_once(tmp_path: Path, stack: Stack) -> None:
    choose, configure = 30, 20

    async def arrange(team: Team) -> tuple[str, str, str]:
        return await waiting_for(team, choose=choose, configure=configure)

    email, organisation, batch = arranged(stack, arrange)
    ports: list[int] = []

    async def first_start(stage: Stage) -> None:
        async with silenceable(stack.url) as wire:
            ports.append(wire._own_port)
            await through_the_door(stage, wire, email, tmp_path)
            await wire.cut()
            await stage.until(lambda: "offline since" in stage.window._interior.aside.text())
            await review_without_a_network(stage, batch, choose=choose, configure=configure)
            assert waiting(stage) == choose + configure
            await stage.until(lambda: "50 decisions wait, since" in line(stage))
            states = {row.fate.state for row in stage.bench.configuration.table.rows_model.rows if row.fate is not None}
            assert states == {FateState.QUEUED}
            stage.shot("offline-configuration")
            stage.bench.go("selection", batch)
            pane = stage.bench.selection
            await stage.until(lambda: pane.table.shown_count() == choose and pane.fate.isVisible())
            assert "can be taken back until it is sent" in pane.fate.words.text()
            stage.shot("offline-selection")
            stage.bench.go("outbox")
            await stage.until(lambda: stage.bench.outbox.table.shown_count() == choose + configure)
            stage.shot("offline-outbox")
            assert not stage.bench.leads.import_button.isEnabled()
            assert "away since" in stage.bench.leads.import_button.toolTip()

    perform(tmp_path, first_start)

    async def second_start(stage: Stage) -> None:
        async with silenceable(stack.url, port=ports[0]) as wire:
            await wire.fall_silent()
            began = time.monotonic()
            pane = await at_the_door(stage)
            await stage.until(lambda: pane.open_button.isEnabled() and pane._found)
            print(f"offered after {time.monotonic() - began:.2f} s")
            await opened(stage, pane)
            print(f"opened without an answer in {time.monotonic() - began:.2f} s")
            assert "offline since" in stage.window._interior.aside.text()
            await stage.until(lambda: "50 decisions wait, since" in line(stage))
            for name in ("leads", "batches", "selection", "configuration", "outbox", "activity", "settings"):
                began = time.monotonic()
                stage.bench.go(name)
                states = getattr(stage.window.panes[name], "states", None)
                await stage.until(lambda states=states: states is None or states.state == "content", seconds=5)  # type: ignore[misc]
                print(f"{name}: {1000 * (time.monotonic() - began):.0f} ms")
            began = time.monotonic()
            stage.bench.go("batch", batch)
            await stage.until(lambda: stage.bench.batch.states.state == "content", seconds=5)
            print(f"batch: {1000 * (time.monotonic() - began):.0f} ms")
            stage.shot("offline-batch")
            await wire.restore()
            began = time.monotonic()
            await stage.until(lambda: waiting(stage) < 50, seconds=60)
            print(f"first one after {time.monotonic() - began:.2f} s")
            await stage.until(lambda: waiting(stage) == 0, seconds=60)
            print(f"converged in {time.monotonic() - began:.2f} s")
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

    assert arranged(stack, counted) == (choose, choose, configure)

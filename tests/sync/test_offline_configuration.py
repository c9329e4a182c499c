"""Configurations are made without a network: passwords are sealed on the way, menus are remembered, two people do not mix."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.bootstrap.team_desk import TeamDesk
from regbatch_desktop.domain.configuration import YoloConfiguration, secret_references
from regbatch_desktop.domain.errors import SecretUnreadable, ServiceUnavailable
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.remote.supabase.team_store import TeamStore
from regbatch_desktop.services import configurations, decisions
from regbatch_desktop.sync.remembering import RememberingPlatform
from regbatch_desktop.ui.configuration.presenter import ConfigurationPresenter
from tests.sync.desks import COMPANIES, details_fetched, filled, place, until
from tests.sync.races import doors_over
from tests.team.fixtures import Team
from tests.team.practice_server import practice_server

CANARY = "Canary-4f81aa-Password!"


async def at_step_five(team: Team, organisation: str, count: int) -> tuple[TeamStore, tuple[Job, ...]]:
    store = await team.store(organisation)
    batch, jobs = await filled(store, organisation, count)
    for job in jobs:
        await decisions.choose_company(doors_over(store), job.id, COMPANIES[0], decided_by="Policy")
        await details_fetched(store, job.id)
    return store, await store.jobs(batch.id)


async def proposed(desk: TeamDesk, job: Job, subdomain: str) -> YoloConfiguration:
    overrides = {"account": {"password": CANARY}, "restaurant": {"subdomain": subdomain}}
    return configurations.with_practice_contacts(await configurations.propose(desk.doors, job.id, overrides=overrides))


async def reading(desk: TeamDesk, job: Job) -> YoloConfiguration | None:
    with contextlib.suppress(SecretUnreadable):
        return await configurations.saved(desk.doors, await desk.doors.store.job(job.id))
    return None


async def test_configurations_made_without_a_network_arrive_sealed(team: Team, tmp_path: Path) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store, jobs = await at_step_five(team, organisation.id, 2)
    async with place(team, organisation) as ann, place(team, organisation) as bob:
        async with ann.opened() as desk:
            await ann.wire.cut()
            for number, job in enumerate(jobs):
                await configurations.save(desk.doors, job.id, await proposed(desk, job, f"kea-{number}"), decided_by="Ann")
                shown = await configurations.saved(desk.doors, await desk.doors.store.job(job.id))
                assert shown is not None
                assert shown.account.password is not None
                assert shown.account.password.reveal() == CANARY
                await configurations.save_and_start(desk.doors, job.id, shown, decided_by="Ann")
            assert {job.current_step for job in await desk.doors.store.jobs(jobs[0].batch_id)} == {5}
            assert await desk.doors.store.taken_subdomains("kea") == {
                f"kea-{number}": job.restaurant_id for number, job in enumerate(jobs)
            }
        async with ann.opened() as desk:
            assert desk.outbox.summary.waiting == 4
            assert any("Passwords" in notice for notice in desk.notices)
            with pytest.raises(SecretUnreadable, match="keychain"):
                await configurations.saved(desk.doors, await desk.doors.store.job(jobs[0].id))
            await ann.wire.restore()
            await until(lambda: desk.outbox.summary.waiting == 0)
            assert {fate.state for fate in await desk.outbox.fates()} == {FateState.TAKEN}
            # The key comes with the connection.
            async with asyncio.timeout(20):
                while not isinstance(await reading(desk, jobs[0]), YoloConfiguration):  # noqa: ASYNC110 - nobody is told
                    await asyncio.sleep(0.05)
        async with bob.opened() as desk:
            there = await desk.doors.store.job(jobs[1].id)
            opened = await configurations.saved(desk.doors, there)
            assert opened is not None
            assert opened.account.password is not None
            assert opened.account.password.reveal() == CANARY
    assert len(secret_references((await store.job(jobs[0].id)).execution_config)) >= 1
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path


async def test_two_configurations_of_one_restaurant_never_become_a_mixture(team: Team) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    store, (job,) = await at_step_five(team, organisation.id, 1)
    async with place(team, organisation) as ann, place(team, organisation) as bob, ann.opened() as hers, bob.opened() as his:
        await ann.wire.cut()
        await configurations.save_and_start(hers.doors, job.id, await proposed(hers, job, "hers"), decided_by="Ann")
        theirs = await proposed(his, job, "his")
        theirs = replace(theirs, restaurant=replace(theirs.restaurant, phone="+6495550100"))
        await configurations.save_and_start(his.doors, job.id, theirs, decided_by="Bob")
        await until(lambda: his.outbox.summary.waiting == 0)
        await ann.wire.restore()
        await until(lambda: hers.outbox.summary.look == 1)
        (card,) = await hers.outbox.conflicts()
        assert card.state is FateState.CONFLICT
        assert "started" in card.reason
    shop = (await store.job(job.id)).execution_config["restaurant"]
    assert isinstance(shop, dict)
    assert shop["subdomain"] == "his"


async def test_menus_are_remembered_for_when_the_platform_is_away(team: Team, tmp_path: Path) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    _, (job,) = await at_step_five(team, organisation.id, 1)
    running = contextlib.ExitStack()
    server = running.enter_context(practice_server(tmp_path))
    with running:
        async with place(team, organisation) as ann, ann.opened(services=Services(server.url)) as desk:
            platform = desk.doors.platform
            assert isinstance(platform, RememberingPlatform)
            async with asyncio.timeout(20):
                while not await desk.menus.knows(job.restaurant_id):  # noqa: ASYNC110 - nobody is told
                    await asyncio.sleep(0.02)
            here = await platform.menus(job.restaurant_id)
            await asyncio.to_thread(running.close)
            assert await platform.menus(job.restaurant_id) == here
            assert await configurations.propose(desk.doors, job.id)
            with pytest.raises(ServiceUnavailable):
                await platform.menus("never asked for")


async def test_forms_follow_new_menus_and_are_made_without_the_platform(team: Team, tmp_path: Path) -> None:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    _, (first, second) = await at_step_five(team, organisation.id, 2)
    running = contextlib.ExitStack()
    server = running.enter_context(practice_server(tmp_path))
    with running:
        async with place(team, organisation) as ann, ann.opened(services=Services(server.url)) as desk:
            presenter = ConfigurationPresenter(desk.doors)
            desk.doors.changes.subscribe(lambda change: presenter.expect_menus(change.ids) if change.kind == "menus" else None)
            assert len((await presenter.board()).rows) == 2
            assert {draft.current.menu.selected_menu_id for draft in presenter.drafts.values()} == {""}
            presenter.edit(second.id, "menu.selected_menu_id", "another")
            found = []
            for job in (first, second):
                await desk.engine.platform.start_menu_extraction(job.restaurant_id, url="https://www.ubereats.com/nz/store/kea")
                async with asyncio.timeout(20):
                    while not (menus := await desk.doors.platform.menus(job.restaurant_id)):  # noqa: ASYNC110 - nobody is told
                        await asyncio.sleep(0.02)
                found.append(menus[0].menu_id)
            await presenter.board()
            assert presenter.drafts[first.id].current.menu.selected_menu_id == found[0]
            assert not presenter.drafts[first.id].is_dirty
            assert presenter.drafts[second.id].proposed.menu.selected_menu_id == found[1]
            assert presenter.drafts[second.id].current.menu.selected_menu_id == "another", "what was chosen stays"
            await asyncio.to_thread(running.close)
            afterwards = ConfigurationPresenter(desk.doors)
            await afterwards.board()
            assert {draft.current.menu.selected_menu_id for draft in afterwards.drafts.values()} == set(found)

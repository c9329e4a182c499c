"""Two desktops of one team: one decision wins and the other hears of both; passwords are sealed for members alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from regbatch_desktop.bootstrap import TeamWorkspace, opened_team
from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.domain.errors import MembershipRevoked, SecretUnreadable, StepNotActionRequired
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.ports import ChangeSet
from regbatch_desktop.remote.supabase.sign_in import Organisation, organisation_keys
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services import batches, configurations, decisions
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.services.reviewer import Reviewer, Selection
from tests.pipeline.workbench import leads
from tests.team.fixtures import Person, Team
from tests.team.practice_server import practice_server

CANARY = "Canary-7b2d90-Password!"
OVERRIDES = {"account": {"password": CANARY}, "onboarding": {"user_password": CANARY + "2"}}


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGBATCH_DATA_DIR", str(tmp_path / "desk"))


@contextlib.asynccontextmanager
async def two_desks(team: Team, url: str) -> AsyncIterator[tuple[TeamWorkspace, TeamWorkspace, tuple[Person, Person]]]:
    organisation = Organisation(await team.organisation(), "Kai", "member")
    people = (await team.person(organisation.id), await team.person(organisation.id))
    services = Services(platform_url=url, speed=0.002)
    async with contextlib.AsyncExitStack() as closing:
        opening = (opened_team(team.stack.project, p.tokens, organisation, services, keep=lambda _: None) for p in people)
        first, second = [await closing.enter_async_context(each) for each in opening]
        yield first, second, people


async def test_two_decide_at_once_and_one_hears_of_both(team: Team, tmp_path: Path) -> None:
    with practice_server(tmp_path) as server:
        async with two_desks(team, server.url) as (first, second, _):
            batch = await create_batch(
                first.doors, (await import_leads(first.doors, leads(3))).added, mode=ExecutionMode.PARALLEL
            )
            await batches.start_batch(first.doors, batch.id)
            seen: list[Change] = []
            await second.feed.pull()
            second.doors.changes.subscribe(seen.append)
            engine = Engine(first.doors)
            await engine.run_batch(batch.id)
            await engine.aclose()
            await second.feed.pull()
            jobs = await second.store.jobs(batch.id)
            waiting = {key for change in seen if change.kind == "waiting" for key in change.ids}
            assert waiting == {job.id for job in jobs}, "the other desktop did not hear who waits"
            assert not await second.feed.pull()
            for job in jobs:
                search = await first.store.candidates(job.id)
                assert search is not None
                number = search.candidates[0].hit.company_number
                answers = await asyncio.gather(
                    decisions.choose_company(first.doors, job.id, number, decided_by="Ann"),
                    decisions.choose_company(second.doors, job.id, None, decided_by="Bob"),
                    return_exceptions=True,
                )
                (lost,) = [answer for answer in answers if isinstance(answer, BaseException)]
                assert isinstance(lost, StepNotActionRequired)
                assert number in lost.sentence
                assert "none of these" in lost.sentence
                (kept,) = await first.store.decisions(job.id)
                assert kept.decided_by in lost.sentence


async def test_a_password_is_nowhere_in_clear_and_opens_for_members_only(team: Team, tmp_path: Path) -> None:
    with practice_server(tmp_path) as server:
        async with two_desks(team, server.url) as (first, second, people):
            batch = await create_batch(
                first.doors, (await import_leads(first.doors, leads(2))).added, mode=ExecutionMode.PARALLEL
            )
            await batches.start_batch(first.doors, batch.id)
            scope, engine = TaskScope("test"), Engine(first.doors)
            reviewer = Reviewer(first.doors, selection=Selection.BEST, overrides=OVERRIDES, practice_contacts=True)
            scope.spawn(reviewer.run(batch.id), name="reviewer")
            async with asyncio.timeout(90):
                while not all(job.is_ended for job in await first.store.jobs(batch.id)):
                    await engine.run_batch(batch.id)
            await engine.aclose()
            await scope.aclose()
            job = (await second.store.jobs(batch.id))[0]
            reference = job.execution_config["account"]["password"]  # type: ignore[index]
            opened = second.doors.secrets.open(await second.store.sealed(reference["$secret"]))
            assert opened.reveal() == CANARY
            released = "select count(*) from private.key_releases where organisation_id = $1"
            assert await team.sql.fetchval(released, first.organisation.id) == 2
            await team.revoke(people[1], first.organisation.id)
            with pytest.raises(MembershipRevoked):
                await organisation_keys(people[1].connection, first.organisation.id)
            stored = ""
            for row in await team.sql.fetch("select schemaname, relname from pg_stat_user_tables"):
                table = f"{row['schemaname']}.{row['relname']}"
                stored += "".join(str(tuple(each)) for each in await team.sql.fetch(f"select t::text from {table} t"))
            assert reference["$secret"] in stored
            assert CANARY not in stored
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 2
    for path in (*files, team.stack.rest_log):
        assert CANARY not in path.read_text(errors="replace"), path


async def test_what_the_project_says_the_platform_allows_is_what_is_configured(team: Team, tmp_path: Path) -> None:
    """L37: feature flags are the organisation's, with `{enabled}` under dotted names."""
    with practice_server(tmp_path) as server:
        async with two_desks(team, server.url) as (first, _, people):
            added = (await import_leads(first.doors, leads(1))).added
            (job,) = await first.store.jobs((await create_batch(first.doors, added)).id)
            assert (await configurations.propose(first.doors, job.id)).onboarding.sync_onboarding_record
            for flags in ('{"registration.onboardingSync": {"enabled": false, "ratePerItem": 0}}',
                          '{"registration": {"onboardingSync": {"enabled": false}}}'):  # fmt: skip
                await team.sql.execute(
                    "update public.organisations set feature_flags = $1 where id = $2", flags, first.organisation.id
                )
                services = Services(platform_url=server.url, speed=0.002)
                opening = opened_team(team.stack.project, people[0].tokens, first.organisation, services, keep=lambda _: None)
                async with opening as again:
                    assert not (await configurations.propose(again.doors, job.id)).onboarding.sync_onboarding_record


async def test_after_a_rotation_new_passwords_have_the_new_key_and_old_ones_open(team: Team, tmp_path: Path) -> None:
    with practice_server(tmp_path) as server:
        async with two_desks(team, server.url) as (first, second, people):
            (job, *_) = await first.store.jobs(
                (await create_batch(first.doors, (await import_leads(first.doors, leads(1))).added)).id
            )
            old = first.doors.secrets.seal(Secret("before"), job_id=job.id, field="f")
            await first.store.commit(ChangeSet("old", (old,)))
            assert await team.sql.fetchval("select private.rotate_organisation_key($1)", first.organisation.id) == 2
            services = Services(platform_url=server.url, speed=0.002)
            opening = opened_team(team.stack.project, people[0].tokens, first.organisation, services, keep=lambda _: None)
            async with opening as again:
                new = again.doors.secrets.seal(Secret("after"), job_id=job.id, field="g")
                await again.store.commit(ChangeSet("new", (new,)))
                assert (old.key_version, new.key_version) == (1, 2)
                opened = [again.doors.secrets.open(await again.store.sealed(each.id)).reveal() for each in (old, new)]
            assert opened == ["before", "after"]
            with pytest.raises(SecretUnreadable, match="newer key"):
                second.doors.secrets.open(await second.store.sealed(new.id))
            rotate = "select has_function_privilege($1, 'private.rotate_organisation_key(uuid)', 'execute')"
            assert [await team.sql.fetchval(rotate, role) for role in ("anon", "authenticated")] == [False, False]

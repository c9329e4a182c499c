"""A member's own right to call does not reach another organisation's rows, whatever ids the writes name."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from msgspec import structs

from regbatch_desktop.domain import errors, transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision, DecisionKind
from regbatch_desktop.domain.effects import Effect, EffectClass, EffectState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.ports import (
    AddDecision,
    AddEffectEvent,
    ChangeSet,
    Conflicted,
    CreateBatch,
    RemoveRestaurant,
    SaveBatch,
    SaveCandidates,
    SaveEffect,
    SaveJob,
    SaveRestaurant,
    SaveSecret,
    Write,
)
from regbatch_desktop.remote.supabase.team_store import TeamStore
from tests.team.fixtures import Team

NOW = datetime(2026, 11, 25, tzinfo=UTC)


async def filled(store: TeamStore) -> tuple[Restaurant, Batch, Job, SaveSecret]:
    restaurant = Restaurant(str(uuid4()), store.workspace_id, "Kea")
    batch = Batch(str(uuid4()), store.workspace_id, "One", created_at=NOW, started_at=NOW)
    job = Job(str(uuid4()), batch.id, restaurant.id, store.workspace_id, created_at=NOW)
    secret = SaveSecret(str(uuid4()), job.id, "f", 1, b"n", b"c")
    await store.commit(ChangeSet(job.id, (SaveRestaurant(None, restaurant), CreateBatch(batch, (job,)), secret)))
    return restaurant, batch, job, secret


async def everything(team: Team) -> list[object]:
    found: list[object] = []
    for table in ("restaurants", "registration_batch_jobs", "registration_jobs", "registration_job_steps", "execution_secrets",
                  "decisions", "effects", "effect_events", "companies_office_search_candidates"):  # fmt: skip
        found += [tuple(row) for row in await team.sql.fetch(f"select * from public.{table} order by 1")]
    return found


async def test_writes_that_name_foreign_rows_change_nothing_and_tell_nothing(team: Team) -> None:
    mine, theirs = await team.organisation(), await team.organisation()
    store, other = await team.store(mine), await team.store(theirs)
    _, _, own_job, _ = await filled(store)
    free = Restaurant(str(uuid4()), mine, "Tui")
    await store.commit(ChangeSet("free", (SaveRestaurant(None, free),)))
    restaurant, batch, job, secret = await filled(other)
    lease = await store.acquire_lease(job.id, instance_id="thief", ttl_s=60)
    assert lease is not None, "leases of another organisation are other leases"
    effect = Effect(job.id, "menuImport", 1, EffectClass.BLIND, EffectState.SUCCEEDED, "k", "s", lease.token)
    new_batch = Batch(str(uuid4()), mine, "Two", created_at=NOW)
    attempts: tuple[Write, ...] = (
        SaveJob(job, transitions.start(job, now=NOW)), SaveBatch(batch, replace(batch, cancelled_at=NOW)),
        SaveRestaurant(restaurant, replace(restaurant, name="Stolen")), SaveRestaurant(None, replace(restaurant, name="Stolen")),
        RemoveRestaurant(restaurant.id), structs.replace(secret, job_id=own_job.id), structs.replace(secret, ciphertext=b"x"),
        CreateBatch(new_batch, (Job(str(uuid4()), new_batch.id, restaurant.id, mine),)),
        CreateBatch(new_batch, (Job(job.id, new_batch.id, free.id, mine),)),
        AddDecision(Decision(str(uuid4()), job.id, DecisionKind.NONE_OF_THESE, "me", NOW)),
        SaveCandidates(CandidateSearch(job.id, "", "", "")), AddEffectEvent(job.id, "menuImport", 1, "k", NOW),
        SaveEffect(effect, None), SaveEffect(structs.replace(effect, state=EffectState.INTENT), None),
    )  # fmt: skip
    before = await everything(team)
    for number, write in enumerate(attempts):
        with contextlib.suppress(errors.Forbidden):
            assert isinstance(await store.commit(ChangeSet(f"steal-{number}", (write,), lease)), Conflicted), write
    assert await everything(team) == before
    for asked in (store.job(job.id), store.batch(batch.id), store.batch_progress(batch.id), store.restaurant(restaurant.id)):
        with pytest.raises(errors.Forbidden) as refused:
            await asked
        assert batch.name not in refused.value.sentence
        assert restaurant.name not in refused.value.sentence
    with pytest.raises(errors.NotFound):
        await store.sealed(secret.id)
    assert await store.restaurants([restaurant.id]) == ()
    assert not await store.decisions(job.id)
    assert not await store.effects(job.id)
    assert not await store.effect_events(job.id)


async def test_the_database_refuses_a_status_that_the_program_would_not_write(team: Team) -> None:
    store = await team.store(await team.organisation())
    _, batch, job, _ = await filled(store)
    started = transitions.start(job, now=NOW)
    cancelled = transitions.cancel(started, now=NOW)
    await store.commit(ChangeSet("s", (SaveJob(job, started),)))
    await store.commit(ChangeSet("c", (SaveJob(started, cancelled),)))
    revived = structs.replace(cancelled, status=JobStatus.IN_PROGRESS, version=cancelled.version + 1)
    with pytest.raises(errors.InvalidStatus):
        await store.commit(ChangeSet("r", (SaveJob(cancelled, revived),)))
    assert await store.job(job.id) == cancelled
    ended = replace(batch, cancelled_at=NOW, version=2)
    await store.commit(ChangeSet("b", (SaveBatch(batch, ended),)))
    with pytest.raises(errors.InvalidStatus):
        await store.commit(ChangeSet("again", (SaveBatch(ended, replace(batch, version=3)),)))


async def test_an_intent_without_a_lease_is_fenced(team: Team) -> None:
    store = await team.store(await team.organisation())
    _, _, job, _ = await filled(store)
    intent = Effect(job.id, "menuImport", 1, EffectClass.BLIND, EffectState.INTENT, "k", "s", 1)
    assert await store.commit(ChangeSet("1", (SaveEffect(intent, None),))) == Conflicted("lease", fenced=True)
    lease = await store.acquire_lease(job.id, instance_id="i", ttl_s=60)
    answer = await store.commit(ChangeSet("2", (SaveEffect(structs.replace(intent, token=7), None),), lease))
    assert answer == Conflicted("lease", fenced=True)
    assert await store.effects(job.id) == ()

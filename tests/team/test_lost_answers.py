"""A call whose answer is lost was made once, however often it is sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from regbatch_desktop.domain import errors, transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.effects import Effect, EffectClass, EffectState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import (
    AddEffectEvent,
    ChangeSet,
    Committed,
    CreateBatch,
    ReserveSlot,
    SaveEffect,
    SaveJob,
    SaveRestaurant,
)
from regbatch_desktop.remote.supabase import connection
from tests.team.fixtures import Team

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize("times", [1, 2])
async def test_every_function_whose_answers_are_lost_is_applied_exactly_once(team: Team, times: int) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    await team.faults(lose_answers=times)
    restaurant = Restaurant(str(uuid4()), organisation, "Kea")
    assert await store.commit(ChangeSet("a", (SaveRestaurant(None, restaurant),))) == Committed(duplicate=True)
    job = Job(str(uuid4()), str(uuid4()), restaurant.id, organisation, created_at=NOW)
    created = CreateBatch(Batch(job.batch_id, organisation, "One", created_at=NOW, started_at=NOW), (job,))
    assert await store.commit(ChangeSet("b", (created,))) == Committed(duplicate=True)
    lease = await store.acquire_lease(job.id, instance_id="me", ttl_s=60)
    assert lease is not None
    assert lease.token == 1, "the repeated call is the same holder's"
    lease = await store.renew_lease(lease, ttl_s=60)
    assert lease is not None
    started = transitions.start(job, now=NOW)
    intent = Effect(job.id, "menuImport", 1, EffectClass.BLIND, EffectState.INTENT, "key", "sha", lease.token)
    event = AddEffectEvent(job.id, "menuImport", 1, "intent", NOW)
    slot = ReserveSlot("account", None, NOW)
    both = ChangeSet("c", (SaveJob(job, started), SaveEffect(intent, None), event, slot), lease)
    assert await store.commit(both) == Committed(duplicate=True)
    await store.release_lease(lease)
    assert (await store.job(job.id)).version == 2
    assert len(await store.effect_events(job.id)) == 1
    assert len(await store.effects(job.id)) == 1
    assert abs(await store.now() - datetime.now(UTC)) < timedelta(minutes=2)
    assert len(await store.batch_rows()) == len(await store.lead_rows()) == 1
    report = await team.report()
    assert report["lost"] >= 9 * times, "the gateway lost too little to show anything"


async def test_a_server_that_is_away_for_long_is_said_so_and_nothing_is_half_done(team: Team) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    restaurant = Restaurant(str(uuid4()), organisation, "Kea")
    change = ChangeSet("a", (SaveRestaurant(None, restaurant),))
    await team.faults(match="/rest/v1/", status=503)
    with pytest.raises(errors.Offline):
        await store.commit(change)
    await team.faults(lose_answers=connection.ATTEMPTS)
    with pytest.raises(errors.Offline):
        await store.commit(change)
    await team.faults()
    assert await store.commit(change) == Committed(duplicate=True)
    assert await store.restaurants() == (restaurant,)


async def test_a_mutation_id_is_nobody_elses(team: Team) -> None:
    organisation = await team.organisation()
    store, other = await team.store(organisation), await team.store(organisation)
    restaurants = [Restaurant(str(uuid4()), organisation, f"Kea {n}") for n in range(2)]
    await store.commit(ChangeSet("same", (SaveRestaurant(None, restaurants[0]),)))
    for again in (store, other):
        with pytest.raises(errors.Conflict):
            await again.commit(ChangeSet("same", (SaveRestaurant(None, restaurants[1]),)))
    assert await store.restaurants() == (restaurants[0],)

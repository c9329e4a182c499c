"""What the pipeline relies on in a store: compare-and-swap, mutation ids, fencing, one active batch."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from msgspec import structs

from regbatch_desktop.domain import errors, transitions
from regbatch_desktop.domain.effects import Effect, EffectClass, EffectState
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus, StepStatus
from regbatch_desktop.domain.sub_step_flow import set_sub_step, settle_step_six
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.ports import (
    Committed,
    Conflicted,
    RemoveRestaurant,
    ReserveSlot,
    SaveBatch,
    SaveEffect,
    SaveJob,
    SaveRestaurant,
)
from tests.contract.conftest import NOW, Authority, change


async def test_a_stale_version_writes_nothing(authority: Authority) -> None:
    store = authority.store
    job, other = await authority.filled()
    started = transitions.start(job, now=NOW)
    assert await store.commit(change(SaveJob(job, started), mutation="1")) == Committed()
    answer = await store.commit(change(SaveJob(other, transitions.start(other, now=NOW)), SaveJob(job, started), mutation="2"))
    assert isinstance(answer, Conflicted)
    assert (await store.job(other.id)).status == "pending", "half of a refused change set was written"


async def test_the_same_mutation_sent_again_is_applied_once(authority: Authority) -> None:
    store = authority.store
    job, _ = await authority.filled()
    again = change(SaveJob(job, transitions.start(job, now=NOW)), mutation="same")
    answers = await asyncio.gather(*(store.commit(again) for _ in range(5)))
    assert [answer == Committed() for answer in answers].count(True) == 1
    assert all(isinstance(answer, Committed) for answer in answers)
    assert (await store.job(job.id)).version == 2


async def test_of_racing_writers_one_wins(authority: Authority) -> None:
    store = authority.store
    job, _ = await authority.filled()
    started = transitions.start(job, now=NOW)
    answers = await asyncio.gather(*(store.commit(change(SaveJob(job, started), mutation=f"race-{n}")) for n in range(12)))
    assert [isinstance(answer, Committed) for answer in answers].count(True) == 1
    assert (await store.job(job.id)) == started


async def test_a_stale_lease_cannot_start_an_effect_but_a_truth_is_recorded(authority: Authority) -> None:
    store = authority.store
    job, _ = await authority.filled()
    old = await store.acquire_lease(job.id, instance_id="one", ttl_s=60)
    assert old is not None
    assert await store.acquire_lease(job.id, instance_id="two", ttl_s=60) is None
    renewed = await store.renew_lease(old, ttl_s=60)
    assert renewed is not None
    assert renewed.token == old.token
    await authority.let_leases_expire()
    assert await store.renew_lease(old, ttl_s=60) is None
    new = await store.acquire_lease(job.id, instance_id="two", ttl_s=60)
    assert new is not None
    assert new.token > old.token
    intent = Effect(job.id, "menuImport", 1, EffectClass.BLIND, EffectState.INTENT, "key", "sha", old.token)
    assert await store.commit(change(SaveEffect(intent, None), mutation="old", lease=old)) == Conflicted("lease", fenced=True)
    assert await store.effects(job.id) == ()
    intent = structs.replace(intent, token=new.token)
    assert await store.commit(change(SaveEffect(intent, None), mutation="new", lease=new)) == Committed()
    done = structs.replace(intent, state=EffectState.SUCCEEDED, result={"id": "RES1"})
    assert await store.commit(change(SaveEffect(done, EffectState.INTENT), mutation="late")) == Committed()
    assert await store.effects(job.id) == (done,)
    again = await store.commit(change(SaveEffect(intent, EffectState.INTENT), mutation="third", lease=new))
    assert isinstance(again, Conflicted)


async def test_a_released_lease_is_free_and_its_next_token_is_higher(authority: Authority) -> None:
    store = authority.store
    job, _ = await authority.filled()
    first = await store.acquire_lease(job.id, instance_id="one", ttl_s=60)
    assert first is not None
    same = await store.acquire_lease(job.id, instance_id="one", ttl_s=60)
    assert same is not None
    assert same.token == first.token, "the holder that asks again keeps its token"
    await store.release_lease(first)
    second = await store.acquire_lease(job.id, instance_id="two", ttl_s=60)
    assert second is not None
    assert second.token > first.token


async def test_of_racing_instances_one_holds_the_lease(authority: Authority) -> None:
    job, _ = await authority.filled()
    asked = (authority.store.acquire_lease(job.id, instance_id=f"i{n}", ttl_s=60) for n in range(12))
    assert [lease is not None for lease in await asyncio.gather(*asked)].count(True) == 1


async def test_a_restaurant_is_in_one_active_batch(authority: Authority) -> None:
    await authority.filled()
    with pytest.raises(errors.RestaurantAlreadyInBatch, match="Kea 0"):
        await authority.filled(batch="b2")
    assert len(await authority.store.batch_rows()) == 1
    assert await authority.store.active_restaurant_ids() == {authority.id("r0"), authority.id("r1")}


async def test_of_racing_batches_one_gets_the_restaurant(authority: Authority) -> None:
    await authority.filled(1, batch="first")
    batch = await authority.store.batch(authority.id("first"))
    await authority.store.commit(change(SaveBatch(batch, replace(batch, cancelled_at=NOW)), mutation="cancel"))
    answers = await asyncio.gather(*(authority.filled(1, batch=f"b{n}") for n in range(6)), return_exceptions=True)
    assert [isinstance(answer, errors.RestaurantAlreadyInBatch) for answer in answers].count(True) == 5


async def test_the_account_slot_is_taken_by_one(authority: Authority) -> None:
    store = authority.store
    answers = await asyncio.gather(*(store.commit(change(ReserveSlot("account", None, NOW), mutation=f"s{n}")) for n in range(4)))
    assert [answer == Committed() for answer in answers].count(True) == 1
    assert await store.slot("account") == NOW
    assert await store.commit(change(ReserveSlot("account", NOW, NOW.replace(hour=10)), mutation="next")) == Committed()


async def test_two_restaurants_never_get_the_same_subdomain(authority: Authority) -> None:
    store = authority.store
    first, second = await authority.filled()
    shop = {"restaurant": {"subdomain": "kea"}}
    taken = structs.replace(first, execution_config=shop, version=2)
    assert await store.commit(change(SaveJob(first, taken), mutation="1")) == Committed()
    with pytest.raises(errors.SubdomainTaken, match="Kea 0"):
        await store.commit(change(SaveJob(second, structs.replace(second, execution_config=shop, version=2)), mutation="2"))
    assert await store.taken_subdomains("ke") == {"kea": first.restaurant_id}
    assert await store.taken_subdomains("x%") == {}


async def test_an_import_can_be_taken_back_until_a_batch_has_it(authority: Authority) -> None:
    store = authority.store
    await authority.filled()
    removed = await store.commit(change(RemoveRestaurant(authority.id("r0")), mutation="1"))
    assert isinstance(removed, Conflicted)
    free = Restaurant(authority.id("free"), authority.organisation_id, "Tui")
    await store.commit(change(SaveRestaurant(None, free), mutation="2"))
    assert await store.commit(change(RemoveRestaurant(free.id), mutation="3")) == Committed()
    assert free.id not in {restaurant.id for restaurant in await store.restaurants()}
    assert free.id not in {row.key for row in await store.lead_rows()}


async def test_a_blocking_call_that_failed_after_all_ends_the_step_that_asked(authority: Authority) -> None:
    store, key = authority.store, SubStepKey.CLOUDWAITRESS_ACCOUNT
    job, _ = await authority.filled()
    steps = tuple(structs.replace(step, status=StepStatus.COMPLETED) for step in job.steps[:5])
    running = structs.replace(
        job, steps=(*steps, structs.replace(job.steps[5], status=StepStatus.IN_PROGRESS, started_at=NOW)),
        status=JobStatus.IN_PROGRESS, started_at=NOW, version=2,
    )  # fmt: skip
    subs = {each: structs.replace(sub, status=SubStepStatus.COMPLETED) for each, sub in running.sub_steps.items()}
    subs[key] = structs.replace(subs[key], status=SubStepStatus.UNKNOWN)
    asks = structs.replace(settle_step_six(structs.replace(running, sub_steps=subs), now=NOW), version=3)
    assert asks.step(6).status is StepStatus.ACTION_REQUIRED
    assert await store.commit(change(SaveJob(job, running), mutation="run")) == Committed()
    assert await store.commit(change(SaveJob(running, asks), mutation="ask")) == Committed()
    failed = set_sub_step(asks, key, SubStepStatus.FAILED, now=NOW, reason="looked it up")
    assert (failed.status, failed.step(6).status) == (JobStatus.FAILED, StepStatus.FAILED)
    assert await store.commit(change(SaveJob(asks, failed), mutation="failed")) == Committed()
    assert await authority.elsewhere.job(job.id) == failed

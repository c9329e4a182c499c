"""What comes back is what was committed, whole, in order, and counted from the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from regbatch_desktop.domain import errors, transitions
from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.candidate import Candidate, CandidateSearch, CompanyHit, MatchSource
from regbatch_desktop.domain.decision import Decision, DecisionKind, ManualEntry
from regbatch_desktop.domain.note import Note
from regbatch_desktop.domain.opening_hours import from_rows
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import StepEvent
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.ports import (
    AddDecision,
    AddEffectEvent,
    SaveBatch,
    SaveCandidates,
    SaveJob,
    SaveRestaurant,
    SaveSecret,
    Write,
)
from tests.contract.conftest import NOW, Authority, change


async def test_a_round_trip_of_a_job_loses_nothing(authority: Authority) -> None:
    store, elsewhere = authority.store, authority.elsewhere
    job, _ = await authority.filled()
    assert await elsewhere.job(job.id) == job
    started = transitions.start(job, now=NOW)
    await store.commit(change(SaveJob(job, started), mutation="1"))
    assert await store.job(job.id) == started == await elsewhere.job(job.id)
    running = transitions.apply_step(started, 1, StepEvent.START, now=NOW)
    running = structs.replace(running, version=started.version + 1)
    await store.commit(change(SaveJob(started, running), mutation="start"))
    moved = transitions.apply_step(
        running, 1, StepEvent.RETRY_LATER, now=NOW + timedelta(microseconds=1234567), next_attempt_at=NOW + timedelta(minutes=1),
        error_code="X", error_message='„Āpōpō“ <b>\\u0000</b> "; drop table x; --', result_data={"a": [1, {"b": None}]},
    )  # fmt: skip
    subs = dict(moved.sub_steps)
    key = SubStepKey.MENU_IMPORT
    subs[key] = structs.replace(subs[key], status=SubStepStatus.UNKNOWN, started_at=NOW, attempt=2, reason="why", result={"n": 1})
    moved = structs.replace(
        moved, sub_steps=subs, execution_config={"account": {"password": {"$secret": "s"}}}, version=running.version + 1
    )
    await store.commit(change(SaveJob(running, moved), mutation="2"))
    assert await store.job(job.id) == moved == await elsewhere.job(job.id)
    assert (await store.jobs(job.batch_id))[0] == moved == (await elsewhere.jobs(job.batch_id))[0]


async def test_a_round_trip_of_everything_else_loses_nothing(authority: Authority) -> None:
    store = authority.store
    job, _ = await authority.filled()
    hours = from_rows([{"day": "Monday", "hours": {"open": "09:00", "close": "02:00"}}])
    shop = Restaurant(
        authority.id("full"), authority.organisation_id, "Āpōpō’s “Grill”", address="1 Queen St", city="Tāmaki Makaurau",
        email="a@b.example", cuisine=("thai", "māori"), opening_hours=hours, header_images={"og": "/x.png"}, logos={"dark": "/y.png"},
        additional_contacts={"directors": [{"name": "A"}]}, company_number="123", lead_key="lk",
        note=Note("Ask for “Mere”.\nNot before noon.", "ann", NOW),
    )  # fmt: skip
    await store.commit(change(SaveRestaurant(None, shop), mutation="r"))
    assert await store.restaurant(shop.id) == shop == await authority.elsewhere.restaurant(shop.id)
    changed = replace(shop, phone="+6491234567", note=Note("", "bob", NOW + timedelta(1)), version=2)
    await store.commit(change(SaveRestaurant(shop, changed), mutation="r2"))
    assert await store.restaurants([shop.id, authority.id("nobody")]) == (changed,)
    assert await store.restaurant(shop.id) == changed == await authority.elsewhere.restaurant(shop.id)

    hit = CompanyHit("KEA LIMITED", "1", "9429", "registered", "2020-01-01", "1 Queen St", other_names=("Kea", "Tui"))
    search = CandidateSearch(job.id, "Kea", "Queen", "Auckland", (Candidate(hit, MatchSource.BOTH, 0.5, ("same name",)),), NOW)
    entry = ManualEntry(contact_name="A B", company_number="2")
    decisions = (
        Decision(authority.id("d1"), job.id, DecisionKind.MANUAL_ENTRY, "ann", NOW, company_number="2", entry=entry),
        Decision(
            authority.id("d2"),
            job.id,
            DecisionKind.MANUAL_ENTRY,
            "bob",
            NOW + timedelta(1),
            rank=1,
            evidence=({"number": "1"}, {"number": "2"}),
            entry=entry,
        ),
    )
    events = (
        AddEffectEvent(job.id, "menuImport", 1, "intent", NOW, {"attempt": 1}),
        AddEffectEvent(job.id, "menuImport", 1, "outcome", NOW, {"code": ""}),
    )
    secret = SaveSecret(authority.id("s"), job.id, "account.password", 1, b"\x00\xffnonce", b"\\x00cipher\x00")
    writes: tuple[Write, ...] = (SaveCandidates(search), *(AddDecision(d) for d in decisions), *events, secret)
    await store.commit(change(*writes, mutation="all"))
    assert await store.candidates(job.id) == search
    assert await store.decisions(job.id) == decisions
    assert await store.effect_events(job.id) == events
    sealed = await store.sealed(secret.id)
    assert (sealed.nonce, sealed.ciphertext, sealed.field, sealed.job_id) == (
        secret.nonce,
        secret.ciphertext,
        secret.field,
        job.id,
    )
    again = replace(search, candidates=(), searched_at=NOW + timedelta(1))
    await store.commit(change(SaveCandidates(again), mutation="again"))
    assert await store.candidates(job.id) == again
    assert await store.searches([job.id, authority.id("nobody")]) == {job.id: again}
    assert await store.searches([]) == {}


async def test_progress_is_counted_from_the_rows(authority: Authority) -> None:
    store = authority.store
    jobs = await authority.filled()
    batch_id = authority.id("b1")
    progress = await store.batch_progress(batch_id)
    assert (progress.total, progress.status) == (2, BatchStatus.IN_PROGRESS)
    for job in jobs:
        started = transitions.start(job, now=NOW)
        await store.commit(change(SaveJob(job, started), mutation=f"s{job.id}"))
        await store.commit(change(SaveJob(started, transitions.cancel(started, now=NOW)), mutation=f"c{job.id}"))
    assert (await store.batch_progress(batch_id)).percent == 100
    (row,) = await store.batch_rows()
    assert (row.key, row.status, row.progress) == (
        batch_id,
        (await store.batch_progress(batch_id)).status,
        await store.batch_progress(batch_id),
    )
    assert {lead.status_key for lead in await store.lead_rows()} == {"cancelled"}
    assert await store.active_restaurant_ids() == frozenset()


async def test_a_batch_comes_back_in_the_order_of_its_leads(authority: Authority) -> None:
    jobs = await authority.filled(50)
    assert [job.id for job in await authority.store.jobs(authority.id("b1"))] == [job.id for job in jobs]
    assert len(await authority.store.batch_restaurants(authority.id("b1"))) == 50
    batch = await authority.store.batch(authority.id("b1"))
    renamed = replace(batch, name="Second", settings={"mode": {"x": 1}}, version=batch.version + 1)
    await authority.store.commit(change(SaveBatch(batch, renamed), mutation="name"))
    assert await authority.store.batch(batch.id) == renamed


async def test_a_batch_tells_where_it_is_and_how_long_its_steps_take(authority: Authority) -> None:
    store = authority.store
    assert await store.step_seconds() == {}
    job, other = await authority.filled()
    for key, city, cuisine in ((job.restaurant_id, "Napier", ("thai", "pizza")), (other.restaurant_id, "Auckland", ("thai",))):
        restaurant = await store.restaurant(key)
        placed = replace(restaurant, city=city, cuisine=cuisine, version=restaurant.version + 1)
        await store.commit(change(SaveRestaurant(restaurant, placed), mutation=f"place-{key}"))
    places = (await store.batch_places())[authority.id("b1")]
    assert await store.companies_taken() == {}
    restaurant = await store.restaurant(job.restaurant_id)
    owned = replace(restaurant, company_number="123", version=restaurant.version + 1)
    await store.commit(change(SaveRestaurant(restaurant, owned), mutation="owned"))
    assert await store.companies_taken() == {"123": ((owned.id, owned.name),)}
    assert (places.cities, places.cuisines) == (("Auckland", "Napier"), ("pizza", "thai"))
    for each, seconds in ((job, 2), (other, 4)):
        started = transitions.start(each, now=NOW)
        running = structs.replace(transitions.apply_step(started, 1, StepEvent.START, now=NOW), version=started.version + 1)
        done = transitions.apply_step(running, 1, StepEvent.COMPLETE, now=NOW + timedelta(seconds=seconds))
        steps = (started, running, structs.replace(done, version=running.version + 1))
        for number, (before, after) in enumerate(zip((each, *steps), steps, strict=False)):
            await store.commit(change(SaveJob(before, after), mutation=f"{each.id}-{number}"))
    assert await store.step_seconds() == {1: 3.0}


async def test_what_is_not_there_is_said_by_its_name(authority: Authority) -> None:
    store, nothing = authority.store, authority.id("nothing")
    with pytest.raises(errors.BatchNotFound):
        await store.batch(nothing)
    with pytest.raises(errors.BatchNotFound):
        await store.batch_progress(nothing)
    with pytest.raises(errors.JobNotFound):
        await store.job(nothing)
    for asked in (store.restaurant(nothing), store.sealed(nothing)):
        with pytest.raises(errors.NotFound):
            await asked
    assert await store.candidates(nothing) is None
    assert await store.slot("nothing") is None
    assert await store.jobs(nothing) == ()


async def test_more_rows_than_one_answer_holds_all_come(authority: Authority) -> None:
    store = authority.store
    new = [Restaurant(authority.id(f"many{n}"), authority.organisation_id, f"Kea {n % 7}", lead_key=f"m{n}") for n in range(1203)]
    await store.commit(change(*(SaveRestaurant(None, restaurant) for restaurant in new), mutation="many"))
    assert {restaurant.id for restaurant in await store.restaurants()} == {restaurant.id for restaurant in new}
    leads = await store.lead_rows()
    assert len(leads) == 1203
    assert [lead.name for lead in leads] == sorted(lead.name for lead in leads)

"""What others changed is told once, late commits included; an outage is said with its hour; a restored database starts over."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from regbatch_desktop.domain.errors import MembershipRevoked
from regbatch_desktop.domain.freshness import FeedState, Freshness
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import ChangeSet, RemoveRestaurant, SaveRestaurant
from regbatch_desktop.remote.supabase.change_feed import WORKING_S, ChangeFeed
from regbatch_desktop.remote.supabase.pokes import Pokes
from regbatch_desktop.runtime.changes import Change, Changes
from tests.team.fixtures import Person, Team


def feed_of(person: Person, organisation: str) -> tuple[ChangeFeed, list[Change]]:
    changes, seen = Changes(), list[Change]()
    changes.subscribe(seen.append)
    return ChangeFeed(person.connection, organisation, changes), seen


async def test_nothing_is_passed_over_however_late_it_commits(team: Team) -> None:
    organisation = await team.organisation()
    feed, seen = feed_of(await team.person(organisation), organisation)
    await feed.pull()
    draw = random.Random(3)
    written: set[str] = set()

    async def write() -> None:
        sql = await asyncpg.connect(team.stack.dsn)
        for _ in range(15):
            key = str(uuid4())
            async with sql.transaction():
                await sql.execute(
                    "insert into public.restaurants (id, organisation_id, name) values ($1, $2, 'Kea')", key, organisation
                )
                # Open for a while after the write: what a watermark of times or numbers would miss.
                await asyncio.sleep(draw.choice((0, 0, 0.05, 0.2)))
            written.add(key)
        await sql.close()

    writers = asyncio.gather(*(write() for _ in range(5)))
    while not writers.done():
        await feed.pull()
        await asyncio.sleep(0.01)
    await writers
    while await feed.pull():
        pass
    told = [key for change in seen for key in change.ids]
    assert set(told) == written
    assert len(told) == len(written), "something was told twice"


async def test_more_than_a_page_and_a_removal_are_told(team: Team) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    feed, seen = feed_of(await team.person(organisation), organisation)
    await feed.pull()
    new = [Restaurant(str(uuid4()), organisation, "Kea") for _ in range(1203)]
    await store.commit(ChangeSet("1", tuple(SaveRestaurant(None, each) for each in new)))
    assert await feed.pull()
    assert sorted(key for change in seen for key in change.ids) == sorted(each.id for each in new)
    seen.clear()
    await store.commit(ChangeSet("2", (RemoveRestaurant(new[0].id),)))
    assert await feed.pull()
    assert seen == [Change("restaurant", (new[0].id,))]
    await team.faults()
    assert not await feed.pull()
    report = await team.report()
    assert sum(report["requests"].values()) <= 2
    assert report["bytes"] <= 2048


async def test_an_outage_is_said_with_its_hour_and_ends_by_itself(team: Team) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    feed, seen = feed_of(await team.person(organisation), organisation)
    states: list[Freshness] = []
    feed.on_freshness = states.append
    await feed.pull()
    running = asyncio.ensure_future(feed.run())

    async def until(state: FeedState) -> None:
        async with asyncio.timeout(30):
            while feed.freshness.state is not state:
                feed.poke()
                await asyncio.sleep(0.05)

    await team.faults(match="/rest/v1/rpc/pull_changes", status=503)
    await until(FeedState.OFFLINE)
    assert feed.freshness.words == f"offline since {datetime.now(UTC).astimezone():%H:%M}"
    restaurant = Restaurant(str(uuid4()), organisation, "Kea")
    await store.commit(ChangeSet("1", (SaveRestaurant(None, restaurant),)))
    await team.faults()
    await until(FeedState.POLLING)
    async with asyncio.timeout(30):
        while Change("restaurant", (restaurant.id,)) not in seen:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert [each.state for each in states] == [FeedState.OFFLINE, FeedState.POLLING]
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_a_restored_database_makes_everybody_look_again_and_a_revoked_member_is_told(team: Team) -> None:
    organisation = await team.organisation()
    person = await team.person(organisation)
    feed, seen = feed_of(person, organisation)
    await feed.pull()
    await team.sql.execute("update public.sync_meta set epoch = gen_random_uuid() where organisation_id = $1", organisation)
    assert await feed.pull()
    assert Change("batch", ()) in seen
    assert not await feed.pull()
    await team.revoke(person, organisation)
    with pytest.raises(MembershipRevoked):
        await feed.pull()


async def test_a_poke_pulls_at_once_and_a_dead_channel_is_remade(team: Team) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    person = await team.person(organisation)
    feed, seen = feed_of(person, organisation)
    await feed.pull()
    pokes = Pokes(team.stack.project, person.session, organisation, feed)
    running = [asyncio.ensure_future(feed.run()), asyncio.ensure_future(pokes.run())]

    async def until(condition: Callable[[], bool], within_s: float = 30) -> None:
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def told_of_a_new_one() -> None:
        restaurant = Restaurant(str(uuid4()), organisation, "Kea")
        await store.commit(ChangeSet(restaurant.id, (SaveRestaurant(None, restaurant),)))
        await team.faults(poke=True)
        # Without the poke this would take the polling interval.
        await until(lambda: Change("restaurant", (restaurant.id,)) in seen, WORKING_S - 1)

    try:
        await until(lambda: feed.freshness.state is FeedState.LIVE)
        await told_of_a_new_one()
        joins = (await team.report())["joins"]
        await team.faults(drop=True)
        await until(lambda: feed.freshness.state is FeedState.POLLING)
        await until(lambda: feed.freshness.state is FeedState.LIVE)
        assert (await team.report())["joins"] > joins
        await told_of_a_new_one()
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

"""Change sets that share a transaction get the answers that each would get alone, whatever one of them is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from regbatch_desktop.domain import transitions
from regbatch_desktop.domain.effects import Effect, EffectClass, EffectState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.ports import AddEffectEvent, ChangeSet, Committed, Conflicted, Lease, SaveEffect, SaveJob
from regbatch_desktop.store.sqlite_store import SqliteStore
from regbatch_desktop.store.workspace import open_workspace
from tests.store.test_sqlite_store import NOW, SteppingClock, filled

# With 75 good ones around it, rows that are only added go into statements of every size.
GOOD, PLACE = 75, 40


def effect(job: Job, name: str = "menuImport", state: EffectState = EffectState.INTENT) -> Effect:
    return Effect(job.id, name, 1, EffectClass.PUT, state, "key", "hash", 1, sent_at=NOW)


def begun(job: Job, name: str = "menuImport", lease: Lease | None = None) -> ChangeSet:
    event = AddEffectEvent(job.id, name, 1, "intent", NOW, {"attempt": 1})
    return ChangeSet(f"{name}-{job.id}", (SaveEffect(effect(job, name), None), event), lease)


def a_duplicate(job: Job, _: Lease) -> ChangeSet:
    return ChangeSet("known", begun(job, "other").writes)


def an_effect_that_is_there(job: Job, _: Lease) -> ChangeSet:
    return ChangeSet("again", begun(job, "there").writes)


def an_outcome_of_nothing(job: Job, _: Lease) -> ChangeSet:
    return ChangeSet("of nothing", (SaveEffect(effect(job, "never sent", EffectState.SUCCEEDED), EffectState.INTENT),))


def a_stale_version(job: Job, _: Lease) -> ChangeSet:
    return ChangeSet("stale", (*begun(job, "other").writes, SaveJob(transitions.start(job, now=NOW), job)))


def a_lost_lease(job: Job, lease: Lease) -> ChangeSet:
    return begun(job, "other", Lease(lease.resource_id, lease.instance_id, lease.token - 1, lease.expires_at))


def an_effect_of_nobody(job: Job, _: Lease) -> ChangeSet:
    return ChangeSet("nobody", (SaveEffect(Effect("nobody", "x", 1, EffectClass.PUT, EffectState.INTENT, "k", "h", 1), None),))


async def prepared(store: SqliteStore) -> tuple[Sequence[Job], dict[str, Lease]]:
    jobs = await filled(store, GOOD + 1)
    leases = {}
    for job in jobs:
        lease = await store.acquire_lease(job.id, instance_id="one", ttl_s=60)
        assert lease is not None
        leases[job.id] = lease
    await store.commit(ChangeSet("known", ()))
    await store.commit(begun(jobs[PLACE], "there"))
    return jobs, leases


@pytest.mark.parametrize(
    ("odd", "answer"),
    [
        (a_duplicate, Committed(duplicate=True)),
        (an_effect_that_is_there, Conflicted("effect")),
        (an_outcome_of_nothing, Conflicted("effect")),
        (a_stale_version, Conflicted("job")),
        (a_lost_lease, Conflicted("lease", fenced=True)),
        (an_effect_of_nobody, None),
    ],
)
async def test_one_that_does_not_fit_changes_nothing_for_the_others(
    odd: Callable[[Job, Lease], ChangeSet], answer: Committed | Conflicted | None, tmp_path: Path
) -> None:
    workspace = open_workspace(tmp_path / "w.db", clock=SteppingClock())
    store = workspace.store
    jobs, leases = await prepared(store)
    changes = [begun(job, lease=leases[job.id]) for job in jobs]
    changes[PLACE] = odd(jobs[PLACE], leases[jobs[PLACE].id])
    assert store.writer is not None
    commits = store.writer.commits
    answers = await asyncio.gather(*(store.commit(change) for change in changes))
    assert store.writer.commits == commits + 1
    if answer is None:
        assert isinstance(answers[PLACE], Conflicted)
    else:
        assert answers[PLACE] == answer
    del answers[PLACE]
    assert answers == [Committed()] * GOOD
    for number, job in enumerate(jobs):
        wanted = {"there"} if number == PLACE else {"menuImport"}
        assert {each.name for each in await store.effects(job.id)} == wanted
        assert [event.name for event in await store.effect_events(job.id)] == [*wanted]
    assert store.unsound() == []
    workspace.close()


async def test_a_lease_that_ends_is_refused_in_a_group_as_alone(tmp_path: Path) -> None:
    clock = SteppingClock()
    workspace = open_workspace(tmp_path / "w.db", clock=clock)
    jobs, leases = await prepared(workspace.store)
    held = [begun(job, lease=leases[job.id]) for job in jobs[:PLACE]]
    clock.now = NOW + timedelta(seconds=61)
    late = await asyncio.gather(*(workspace.store.commit(change) for change in held))
    assert late == [Conflicted("lease", fenced=True)] * PLACE
    workspace.close()


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        (lambda job: Effect(job.id, "\ud800", 1, EffectClass.PUT, EffectState.INTENT, "k", "h", 1), UnicodeEncodeError),
        (lambda job: Effect(job.id, "x", 1, EffectClass.PUT, EffectState.INTENT, "k", "h", 2**70), OverflowError),
    ],
)
async def test_what_no_row_can_hold_is_its_callers_trouble_alone(
    odd: Callable[[Job], Effect], error: type[Exception], tmp_path: Path
) -> None:
    workspace = open_workspace(tmp_path / "w.db", clock=SteppingClock())
    jobs, _ = await prepared(workspace.store)
    changes = [begun(job) for job in jobs]
    changes[PLACE] = ChangeSet("odd", (SaveEffect(odd(jobs[PLACE]), None),))
    answers = await asyncio.gather(*(workspace.store.commit(change) for change in changes), return_exceptions=True)
    assert isinstance(answers.pop(PLACE), error)
    assert answers == [Committed()] * GOOD
    assert await workspace.store.commit(begun(jobs[PLACE], "later")) == Committed()
    workspace.close()

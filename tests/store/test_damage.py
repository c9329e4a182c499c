"""A workspace file that was damaged on the disk: never a crash, never a wrong call, and the damaged file is kept."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.decision import Decision, DecisionKind
from regbatch_desktop.domain.effects import Effect, EffectClass, EffectState
from regbatch_desktop.domain.errors import WorkspaceError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import AddDecision, ChangeSet, CreateBatch, SaveEffect, SaveRestaurant
from regbatch_desktop.store.sqlite_store import SqliteStore
from regbatch_desktop.store.workspace import open_workspace

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
COUNT = 25
FLIPS, TAILS = 100, 40


async def _fill(store: SqliteStore) -> None:
    restaurants = [Restaurant(f"r{n}", "local", f"Kea {n}", lead_key=f"k{n}") for n in range(COUNT)]
    jobs = tuple(Job(f"j{n}", "b", f"r{n}", "local", created_at=NOW) for n in range(COUNT))
    decisions = [
        Decision(f"d{n}", f"j{n}", DecisionKind.CHOSEN, "aroha", NOW, company_number=str(7_000_000 + n)) for n in range(COUNT)
    ]
    effects = [
        Effect(
            f"j{n}", "restaurantRegistration", 1, EffectClass.QUERYABLE, EffectState.INTENT, f"key{n}", "0" * 64, 1, sent_at=NOW
        )
        for n in range(COUNT)
    ]
    await store.commit(ChangeSet("m1", tuple(SaveRestaurant(None, each) for each in restaurants)))
    await store.commit(ChangeSet("m2", (CreateBatch(Batch("b", "local", "First", created_at=NOW, started_at=NOW), jobs),)))
    await store.commit(ChangeSet("m3", tuple(AddDecision(each) for each in decisions)))
    await store.commit(ChangeSet("m4", tuple(SaveEffect(each, None) for each in effects)))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "w.db"
    opened = open_workspace(path)
    asyncio.run(_fill(opened.store))
    opened.close()
    return path


async def _promises(store: SqliteStore) -> tuple[set[object], set[object]]:
    """Decisions and effects: what must never be read otherwise than it was written."""
    decisions: set[object] = set()
    effects: set[object] = set()
    for number in range(COUNT):
        for decision in await store.decisions(f"j{number}"):
            decisions.add((decision.job_id, decision.kind, decision.company_number, decision.decided_by))
        for effect in await store.effects(f"j{number}"):
            effects.add((effect.job_id, effect.name, effect.generation, effect.effect_class, effect.state))
    return decisions, effects


def _read(path: Path) -> tuple[set[object], set[object]] | None:
    """What an opened workspace tells, or None where it was refused in words."""
    try:
        opened = open_workspace(path)
    except WorkspaceError:
        return None
    try:
        if opened.store.recovery:
            assert list(path.parent.glob("w.db.damaged-*")), "the damaged file is gone"
        return asyncio.run(_promises(opened.store))
    finally:
        opened.close()


def _checked(folder: Path, data: bytes, truth: tuple[set[object], set[object]]) -> bool:
    """Nothing that was never written is read; whether anything could be read."""
    folder.mkdir()
    path = folder / "w.db"
    path.write_bytes(data)
    # As after a kill, so that the file is looked at thoroughly.
    found = _read(path)
    shutil.rmtree(folder)
    if found is None:
        return False
    assert found[0] <= truth[0]
    assert found[1] <= truth[1]
    return True


def _unclean(sound: Path) -> bytes:
    """The file as a killed program leaves it: not marked as closed."""
    copy = sound.with_name("unclean.db")
    shutil.copy(sound, copy)
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE workspace SET closed_at = NULL")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return copy.read_bytes()


def test_single_flipped_bits_never_change_a_decision_or_an_effect(tmp_path: Path, sound: Path) -> None:
    data, draw = _unclean(sound), random.Random(7)
    truth = _read(sound)
    assert truth is not None
    assert (len(truth[0]), len(truth[1])) == (COUNT, COUNT)
    opened = 0
    for number in range(FLIPS):
        flipped = bytearray(data)
        flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
        opened += _checked(tmp_path / str(number), bytes(flipped), truth)
    # A flip in the first bytes makes it no database at all; anywhere else there is something to save.
    assert opened > FLIPS * 0.9


def test_a_torn_tail_never_changes_a_decision_or_an_effect(tmp_path: Path, sound: Path) -> None:
    data, draw = _unclean(sound), random.Random(8)
    truth = _read(sound)
    assert truth is not None
    for number in range(TAILS):
        _checked(tmp_path / str(number), data[: draw.randrange(1, len(data))], truth)

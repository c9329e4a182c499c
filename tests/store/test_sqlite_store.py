"""What only the SQLite store promises: shared commits, a sound file, durability. What every store does stands in tests/contract."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from regbatch_desktop.domain import errors, transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import (
    ChangeSet,
    CreateBatch,
    Lease,
    SaveJob,
    SaveRestaurant,
    Write,
)  # fmt: skip
from regbatch_desktop.store import tables
from regbatch_desktop.store.sqlite_store import SqliteStore
from regbatch_desktop.store.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class SteppingClock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def workspace(tmp_path: Path, clock: SteppingClock) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "w.db", clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def store(workspace: Workspace) -> SqliteStore:
    return workspace.store


def change(*writes: Write, mutation: str = "", lease: Lease | None = None) -> ChangeSet:
    return ChangeSet(mutation or f"m{id(writes)}", writes, lease)


async def filled(store: SqliteStore, count: int = 2, batch_id: str = "b1") -> tuple[Job, ...]:
    people = [Restaurant(f"r{n}", "local", f"Kea {n}", lead_key=f"k{n}") for n in range(count)]
    known = {r.id for r in await store.restaurants()}
    for restaurant in people:
        if restaurant.id not in known:
            await store.commit(change(SaveRestaurant(None, restaurant), mutation=f"add-{restaurant.id}"))
    jobs = tuple(Job(f"{batch_id}-j{n}", batch_id, f"r{n}", "local", created_at=NOW) for n in range(count))
    batch = Batch(batch_id, "local", "First", created_at=NOW, started_at=NOW)
    await store.commit(change(CreateBatch(batch, jobs), mutation=f"create-{batch_id}"))
    return jobs


async def test_transitions_that_arrive_together_share_a_commit(store: SqliteStore) -> None:
    jobs = await filled(store, 40)
    assert store.writer is not None
    before = store.writer.commits
    await asyncio.gather(*(store.commit(change(SaveJob(j, transitions.start(j, now=NOW)), mutation=j.id)) for j in jobs))
    assert store.writer.commits - before <= 10
    assert {job.status for job in await store.jobs("b1")} == {"in_progress"}


def test_the_migration_makes_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    open_workspace(tmp_path / "w.db").close()
    wanted = create_engine("sqlite://")
    tables.metadata.create_all(wanted)
    found = inspect(create_engine(f"sqlite:///{tmp_path / 'w.db'}"))
    expected = inspect(wanted)
    assert set(found.get_table_names()) - {"alembic_version"} == set(expected.get_table_names())
    for table in expected.get_table_names():
        assert [c["name"] for c in found.get_columns(table)] == [c["name"] for c in expected.get_columns(table)]
        assert {i["name"] for i in found.get_indexes(table)} == {i["name"] for i in expected.get_indexes(table)}


def test_a_second_copy_is_told_so(tmp_path: Path) -> None:
    first = open_workspace(tmp_path / "w.db")
    with pytest.raises(errors.WorkspaceLocked):
        open_workspace(tmp_path / "w.db")
    open_workspace(tmp_path / "w.db", read_only=True).close()
    first.close()


def test_files_that_are_no_workspace_are_left_untouched(tmp_path: Path) -> None:
    text, foreign, newer = tmp_path / "t.db", tmp_path / "f.db", tmp_path / "n.db"
    text.write_bytes(b"hello" * 100)
    sqlite3.connect(foreign).executescript("create table x (a); insert into x values (1);")
    open_workspace(newer).close()
    connection = sqlite3.connect(newer)
    connection.execute("update alembic_version set version_num = '9999'")
    connection.commit()
    connection.close()
    cases = ((text, errors.WorkspaceUnusable), (foreign, errors.WorkspaceUnusable), (newer, errors.WorkspaceTooNew))
    for path, error in cases:
        before = path.read_bytes()
        with pytest.raises(error):
            open_workspace(path)
        assert path.read_bytes() == before
    with pytest.raises(errors.WorkspaceUnusable):
        open_workspace(tmp_path)
    with pytest.raises(errors.WorkspaceUnusable, match="dropbox"):
        open_workspace(tmp_path / "Dropbox" / "w.db")


def test_a_damaged_file_is_kept_aside_and_what_verifies_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "w.db"

    async def fill(opened: Workspace) -> None:
        await filled(opened.store, 30)

    opened = open_workspace(path)
    asyncio.run(fill(opened))
    opened.close()
    sound = path.read_bytes()
    for seed in range(40):
        data = bytearray(sound)
        place = 200 + (seed * 7919) % (len(data) - 300)
        data[place] ^= 1 << (seed % 8)
        if seed % 4 == 0:
            data[place : place + 64] = b"\xff" * 64
        path.write_bytes(data)
        connection = sqlite3.connect(path)
        connection.close()
        # Recovered, or refused in words; anything else would end the test.
        with contextlib.suppress(errors.WorkspaceError):
            open_workspace(path).close()
        for leftover in tmp_path.glob("w.db*"):
            leftover.unlink()


def test_every_acknowledged_commit_survives_a_kill(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from regbatch_desktop.domain.restaurant import Restaurant\n"
        "from regbatch_desktop.ports import ChangeSet, SaveRestaurant\n"
        "from regbatch_desktop.store.workspace import open_workspace\n"
        "async def main():\n"
        "    store = open_workspace(Path(sys.argv[1])).store\n"
        "    n = 0\n"
        "    while True:\n"
        "        n += 1\n"
        "        r = Restaurant(f'{sys.argv[2]}-{n}', 'local', 'Kea')\n"
        "        await store.commit(ChangeSet(r.id, (SaveRestaurant(None, r),)))\n"
        "        print(r.id, flush=True)\n"
        "asyncio.run(main())\n"
    )
    path = tmp_path / "w.db"
    acknowledged: set[str] = set()
    for run in range(5):
        process = subprocess.Popen([sys.executable, "-c", script, str(path), str(run)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(20 + 13 * run)]
        process.kill()
        lines += process.stdout.readlines()
        process.wait()
        acknowledged |= {line.strip() for line in lines if line.endswith("\n")}
    opened = open_workspace(path)
    kept = {restaurant.id for restaurant in asyncio.run(opened.store.restaurants())}
    opened.close()
    assert acknowledged <= kept

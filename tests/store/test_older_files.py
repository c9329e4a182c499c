"""A workspace that an older version left: brought up to date with a copy kept, at whatever statement it is killed; damaged or not."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regbatch_desktop.domain.errors import WorkspaceUnusable
from regbatch_desktop.domain.note import NO_NOTE, Note
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import ChangeSet, SaveRestaurant
from regbatch_desktop.store.workspace import Workspace, open_workspace
from tests.faults.test_migration_kill import CHILD

COUNT = 20


@pytest.fixture(scope="module")
def first_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as the first version left it: what later revisions added is taken away again."""
    path = tmp_path_factory.mktemp("older") / "w.db"
    opened = open_workspace(path)
    writes = tuple(SaveRestaurant(None, Restaurant(f"r{n}", "local", f"Kea {n}", phone="021")) for n in range(COUNT))
    asyncio.run(opened.store.commit(ChangeSet("m", writes)))
    opened.close()
    file = sqlite3.connect(path)
    for column in ("note", "note_by", "note_at"):
        file.execute(f"ALTER TABLE restaurants DROP COLUMN {column}")
    file.execute("UPDATE alembic_version SET version_num = '0001'")
    file.commit()
    file.close()
    return path


def copied(first_form: Path, folder: Path) -> Path:
    return Path(shutil.copy(first_form, folder / "w.db"))


def notes(workspace: Workspace) -> list[Note]:
    found = asyncio.run(workspace.store.restaurants())
    assert [each.phone for each in found] == ["021"] * COUNT
    return [each.note for each in found]


@pytest.mark.parametrize("statement", [1, 2, 3, 4, 6, 8, 100])
def test_it_is_brought_up_to_date_whenever_it_is_killed(first_form: Path, tmp_path: Path, statement: int) -> None:
    path = copied(first_form, tmp_path)
    done = subprocess.run([sys.executable, "-c", CHILD, str(path), str(statement)], capture_output=True, text=True, check=False)
    assert done.returncode in (-signal.SIGKILL, 0), done.stderr
    workspace = open_workspace(path)
    assert notes(workspace) == [NO_NOTE] * COUNT
    workspace.close()
    for backup in (copies := list(tmp_path.glob("w.db.backup-*"))):
        older = sqlite3.connect(backup)
        assert older.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert older.execute("SELECT count(*) FROM restaurants").fetchone() == (COUNT,)
        older.close()
    assert copies


def test_reading_beside_another_program_asks_for_the_update_first(first_form: Path, tmp_path: Path) -> None:
    path = copied(first_form, tmp_path)
    before = path.read_bytes()
    with pytest.raises(WorkspaceUnusable, match="open it once with this one"):
        open_workspace(path, read_only=True)
    assert path.read_bytes() == before
    open_workspace(path).close()
    opened = open_workspace(path, read_only=True)
    assert notes(opened) == [NO_NOTE] * COUNT
    opened.close()


def test_what_a_damaged_older_file_still_holds_is_saved(first_form: Path, tmp_path: Path) -> None:
    path = copied(first_form, tmp_path)
    file = sqlite3.connect(path)
    (page,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_restaurants_subdomain'").fetchone()
    (size,) = file.execute("PRAGMA page_size").fetchone()
    # An unclean end, and an index of noise: the rows themselves are whole.
    file.execute("UPDATE workspace SET closed_at = NULL")
    file.commit()
    file.close()
    with path.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\x99" * size)
    workspace = open_workspace(path)
    assert "recovered" in workspace.store.recovery
    assert notes(workspace) == [NO_NOTE] * COUNT
    written = Note("Ask for Mere.", "ann", datetime.now(UTC))
    first = asyncio.run(workspace.store.restaurant("r0"))
    change = ChangeSet("n", (SaveRestaurant(first, Restaurant("r0", "local", "Kea 0", phone="021", note=written)),))
    asyncio.run(workspace.store.commit(change))
    assert notes(workspace)[0] == written
    workspace.close()

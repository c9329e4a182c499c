"""A kill at any statement of the migration leaves a file that the next start opens."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from regbatch_desktop.store.migrate import HEAD
from regbatch_desktop.store.workspace import open_workspace

CHILD = """
import os, signal, sys
from pathlib import Path
from regbatch_desktop.store.connection import writing
from regbatch_desktop.store.migrate import migrate
path, last = Path(sys.argv[1]), int(sys.argv[2])
connection = writing(path)
seen = 0
def count(statement):
    global seen
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)
connection.set_trace_callback(count)
migrate(connection, path)
print(seen)
"""


@pytest.mark.parametrize("statement", [1, 2, 5, 12, 20, 28, 35, 40])
def test_a_kill_in_the_migration_loses_nothing(tmp_path: Path, statement: int) -> None:
    path = tmp_path / "w.db"
    done = subprocess.run([sys.executable, "-c", CHILD, str(path), str(statement)], capture_output=True, text=True, check=False)
    assert done.returncode in (-signal.SIGKILL, 0), done.stderr
    if done.returncode == 0:
        assert int(done.stdout) < statement
    workspace = open_workspace(path)
    try:
        assert workspace.store.unsound() == []
    finally:
        workspace.close()
    check = sqlite3.connect(path)
    assert check.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    check.close()


def test_an_unkilled_migration_has_more_statements_than_most_kill_points(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "w.db"), "100000"], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 28

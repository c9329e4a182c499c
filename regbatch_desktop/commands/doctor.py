"""`regbatch doctor`: is everything here that the program needs?

Owns: the checks, each with a plain sentence.
Never: repairs anything.
"""

from __future__ import annotations

import platform
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import keyring

from regbatch_desktop import __version__
from regbatch_desktop.bootstrap import opened_for_reading
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.options import workspace_option, workspace_path
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.surroundings import data_dir

LEAST_FREE_MB = 50
# 3.7.0 to 3.51.2 can damage a WAL when two connections write and checkpoint at once; here one connection writes.
_SAFE_SQLITE = (3, 51, 3)


@click.command()
@workspace_option
def doctor(workspace: Path | None) -> int:
    """Check this machine and the workspace; nothing is changed."""
    screen = Screen()
    sound = True
    for ok, sentence in _checks(workspace_path(workspace)):
        sound &= ok
        screen.line(f"{'ok     ' if ok else 'PROBLEM'}  {sentence}")
    return Exit.OK if sound else Exit.WORKSPACE


def _checks(path: Path) -> Iterator[tuple[bool, str]]:
    yield True, f"RegBatch Desktop {__version__}, Python {platform.python_version()}, {platform.platform()}"
    note = "" if sqlite3.sqlite_version_info >= _SAFE_SQLITE else " (older than 3.51.3: one writing connection per file is kept)"
    yield True, f"SQLite {sqlite3.sqlite_version}{note}"
    folder = data_dir()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free // 1_048_576
    yield free >= LEAST_FREE_MB, f"{free} MB free for {folder} (at least {LEAST_FREE_MB} are needed)"
    yield True, f"Keychain: {type(keyring.get_keyring()).__module__}"
    if not path.exists():
        yield True, f"No workspace at {path} yet; the first run makes it."
        return
    try:
        with opened_for_reading(path) as store:
            yield True, f"Workspace {path} ({store.workspace_id})"
            wrong = store.unsound()
            yield not wrong, "The workspace's content is sound." if not wrong else f"Damaged rows: {', '.join(wrong[:5])}"
    except RegBatchError as error:
        yield False, f"{error.sentence} [{error.code}]"

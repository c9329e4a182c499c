"""`regbatch doctor`: is everything here that the program needs?

Owns: the checks, each with a plain sentence.
Never: repairs anything.
"""

from __future__ import annotations

import asyncio
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
from regbatch_desktop.commands.membership import PASSWORD, read_access, signed_in_member
from regbatch_desktop.commands.options import FilePath, workspace_option, workspace_path
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.remote.supabase.health import project_checks
from regbatch_desktop.remote.supabase.sign_in import signed_in
from regbatch_desktop.surroundings import data_dir

LEAST_FREE_MB = 50
# 3.7.0 to 3.51.2 can damage a WAL when two connections write and checkpoint at once; here one connection writes.
_SAFE_SQLITE = (3, 51, 3)


@click.command()
@workspace_option
@click.option("--project", "project_file", type=FilePath, default=None, help="Check a team's project: its project file.")
@click.option("--email", default="", help=f"A member of the team; the password comes from {PASSWORD}.")
@click.option("--organisation", default="", help="Id or name; needed when the account works for several.")
def doctor(workspace: Path | None, project_file: Path | None, email: str, organisation: str) -> int:
    """Check this machine and the workspace, or a team's project; nothing is changed."""
    screen = Screen()
    sound = True
    for ok, sentence in _checks(workspace_path(workspace)):
        sound &= ok
        screen.line(f"{'ok     ' if ok else 'PROBLEM'}  {sentence}")
    if project_file is not None:
        for ok, sentence in asyncio.run(_project_checks(project_file, email, organisation)):
            sound &= ok
            screen.line(f"{'ok     ' if ok else 'PROBLEM'}  {sentence}")
    return Exit.OK if sound else Exit.WORKSPACE


async def _project_checks(file: Path, email: str, organisation: str) -> tuple[tuple[bool, str], ...]:
    project, password = read_access(file, email)
    tokens, member = await signed_in_member(project, email, password, organisation)
    connection, _ = signed_in(project, tokens, keep=lambda _: None)
    async with connection:
        return ((True, f"Project {project.url}, organisation {member.name}"), *await project_checks(connection, member.id))


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

"""Who a command works as in a team's project: the project file, the e-mail, a password from the environment.

Owns: the name of the variable.
Never: takes a password from the command line, where every user of the machine could read it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from regbatch_desktop.domain.errors import MissingSelections, SignInNeeded
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.project import Project, ProjectRefused, read_project
from regbatch_desktop.remote.supabase.session import Tokens
from regbatch_desktop.remote.supabase.sign_in import Organisation, organisations, sign_in, signed_in

PASSWORD = "REGBATCH_PASSWORD"  # noqa: S105 - the name of a variable


def read_access(file: Path, email: str) -> tuple[Project, Secret]:
    """The project and the password, which leaves the environment. ProjectRefused, SignInNeeded."""
    password = os.environ.pop(PASSWORD, "")
    if not password or not email:
        raise SignInNeeded(f"Say who works with --email, and put the password into the environment variable {PASSWORD}.")
    try:
        return read_project(file.read_text(encoding="utf-8-sig")), Secret(password)
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectRefused(f"The project file {file} cannot be read.") from error


async def signed_in_member(project: Project, email: str, password: Secret, wanted: str) -> tuple[Tokens, Organisation]:
    """The tokens and the organisation of that id or name, or the only one. SignInRefused, MissingSelections, Offline."""
    async with Connection(project) as nobody:
        tokens = await sign_in(nobody, email, password)
    connection, _ = signed_in(project, tokens, keep=lambda _: None)
    async with connection:
        found = await organisations(connection, tokens.user_id)
    return tokens, _chosen(found, wanted)


def _chosen(found: Sequence[Organisation], wanted: str) -> Organisation:
    fitting = [each for each in found if wanted in ("", each.id, each.name)]
    if len(fitting) != 1:
        names = ", ".join(f"{each.name} ({each.id})" for each in found)
        raise MissingSelections(f"Choose the organisation with --organisation: {names}.")
    return fitting[0]

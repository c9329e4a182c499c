"""What of a team lies on this machine, by account: named before it is wiped, and never another account's.

Owns: the folder per project, person and organisation.
Never: opens a workspace.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from regbatch_desktop.domain.fate import OPEN, WAITING
from regbatch_desktop.store.outbox_file import OutboxFile
from regbatch_desktop.surroundings import data_dir
from regbatch_desktop.vault.team_key import TeamVault


def _plain(identity: str) -> str:
    """Ids come from the project: one that is no id must not lead out of the folder."""
    return identity if re.fullmatch(r"[0-9A-Za-z-]{1,64}", identity) else hashlib.sha256(identity.encode()).hexdigest()[:32]


def _account(url: str, user_id: str) -> Path:
    host = urlsplit(url).hostname or "project"
    return data_dir() / "team" / f"{host}-{hashlib.sha256(url.encode()).hexdigest()[:8]}" / _plain(user_id)


def team_folder(url: str, user_id: str, organisation_id: str) -> Path:
    """Nothing of one account lies beside another's."""
    return _account(url, user_id) / _plain(organisation_id)


def _folders(url: str, user_id: str) -> Iterator[Path]:
    account = _account(url, user_id)
    if user_id and account.is_dir():
        yield from sorted(path for path in account.iterdir() if path.is_dir())


def unsent(url: str, user_id: str) -> dict[str, int]:
    """Organisation id → decisions of this account that the team has not taken, or that are in conflict. Blocks.

    WorkspaceLocked while a workspace of theirs is open.
    """
    found: dict[str, int] = {}
    for folder in _folders(url, user_id):
        if (folder / "outbox.db").exists() or (folder / "outbox.log").exists():
            file = OutboxFile(folder)
            try:
                count = sum(entry.state in WAITING or entry.state in OPEN for entry in file.entries)
            finally:
                file.close()
            if count:
                found[folder.name] = count
    return found


def wipe(url: str, user_id: str, *, keep_unsent: bool) -> None:
    """Remove what of this account lies here: rows, keys, outboxes; with `keep_unsent` an outbox with something in it stays.

    Blocks.
    """
    kept = unsent(url, user_id) if keep_unsent else {}
    for folder in list(_folders(url, user_id)):
        TeamVault(folder.name, user_id).forget()
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        for path in folder.iterdir():
            if path.is_file() and not path.name.startswith("outbox"):
                path.unlink(missing_ok=True)
    # Folders that have become empty, up to the one of all teams.
    folder = _account(url, user_id)
    for _ in range(3):
        with suppress(OSError):
            folder.rmdir()
        folder = folder.parent

"""What one account decided on this machine and its teams have not taken, to be named and exported before anything is wiped.

Owns: reading an outbox whose workspace is closed.
Never: wipes (team_folders.py), or sends.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from regbatch_desktop.bootstrap.team_folders import team_folder, unsent
from regbatch_desktop.domain.fate import OPEN, WAITING, Fate
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.services.fate_export import export_text
from regbatch_desktop.store.cache_file import CacheFile
from regbatch_desktop.store.outbox_file import OutboxFile
from regbatch_desktop.sync.outbox import TeamOutbox


@dataclass(frozen=True, slots=True)
class KeptWork:
    """Of one organisation: what waits or wants a look, and its export (JSON without secrets)."""

    organisation_id: str
    fates: tuple[Fate, ...]
    exported: str


async def kept_work(url: str, user_id: str) -> tuple[KeptWork, ...]:
    """For each organisation of a project's account with any. WorkspaceLocked while it is open elsewhere."""
    counted = await asyncio.to_thread(unsent, url, user_id)
    return tuple([await _of(team_folder(url, user_id, organisation_id)) for organisation_id in counted])


async def _of(folder: Path) -> KeptWork:
    def now() -> datetime:
        return datetime.now(UTC)

    async with contextlib.AsyncExitStack() as stack:
        file = await asyncio.to_thread(OutboxFile, folder)
        stack.callback(file.close)
        cache = await asyncio.to_thread(CacheFile, folder / "cache.db", organisation_id=folder.name, clock=now)
        stack.callback(cache.close)
        outbox = TeamOutbox(file, cache, Changes(), now=now)
        fates = tuple(fate for fate in await outbox.fates() if fate.state in WAITING or fate.state in OPEN)
        return KeptWork(folder.name, fates, await export_text(outbox, cache.plain) if fates else "")

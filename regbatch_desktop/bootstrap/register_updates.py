"""A register file's index brought up to date from the NZBN's change feed.

Owns: from when the changes are asked for, and that an update which was killed is simply made again.
Never: touches the register file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from regbatch_desktop.bootstrap.services import real_limits
from regbatch_desktop.domain.errors import InvalidConfiguration
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.nzbn import API, PACE_S, NzbnRegister, nzbn_client
from regbatch_desktop.remote.nzbn_changes import NzbnChanges
from regbatch_desktop.store.register_file import RegisterRow, row_of
from regbatch_desktop.store.register_index import apply_changes, changes_until, indexed
from regbatch_desktop.surroundings import data_dir
from regbatch_desktop.vault.service_keys import NZBN, stored_key

# Asked for twice rather than missed: clocks differ, and a record is published some time after its change.
OVERLAP = timedelta(days=1)
_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class RegisterUpdate:
    """`changed` companies were fetched; the index is as of `until`."""

    changed: int
    until: datetime


async def updated_register(
    path: Path, told: Callable[[int, int], None], *, key: Secret | None = None, url: str = API, pace_s: float = PACE_S
) -> RegisterUpdate:
    """InvalidConfiguration without a key; RegisterUnreadable; ServiceError when the register cannot be read."""
    key = key or await asyncio.to_thread(stored_key, NZBN)
    if key is None:
        raise InvalidConfiguration("There is no key of the NZBN API here; store one with `regbatch nzbn-key`.")
    index = await asyncio.to_thread(indexed, path, data_dir() / "registers")
    made = datetime.fromtimestamp((await asyncio.to_thread(path.stat)).st_mtime, UTC)
    since, until = (await asyncio.to_thread(changes_until, index) or made) - OVERLAP, datetime.now(UTC)
    async with nzbn_client(key, limits=real_limits(), url=url) as client:
        feed = NzbnChanges(NzbnRegister(client, pace_s=pace_s))
        numbers = await feed.changed(since, until)
        waiting: list[RegisterRow] = []
        done = 0
        async for details in feed.records(numbers):
            waiting.append(row_of(details))
            done += 1
            told(done, len(numbers))
            if len(waiting) == _TOGETHER:
                await asyncio.to_thread(apply_changes, index, tuple(waiting))
                waiting.clear()
        await asyncio.to_thread(apply_changes, index, tuple(waiting), until=until)
    return RegisterUpdate(done, until)

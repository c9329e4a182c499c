"""The parts of working offline, put together over a project, a cache and an outbox.

Owns: who tells whom.
Never: opens or closes what it is given.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from regbatch_desktop.domain.fate import PARKED, FateState
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.doors import Authority, Cache, OutboxFile, Page
from regbatch_desktop.sync.offline_store import OfflineStore
from regbatch_desktop.sync.outbox import TeamOutbox
from regbatch_desktop.sync.pull import PAGE, Puller
from regbatch_desktop.sync.push import Pusher
from regbatch_desktop.sync.shut_out import ShutOut

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sync:
    """What panes and bootstrap need of it."""

    store: OfflineStore
    outbox: TeamOutbox
    puller: Puller
    pusher: Pusher
    connectivity: Connectivity
    shut_out: ShutOut


def assembled(
    authority: Authority,
    cache: Cache,
    file: OutboxFile,
    changes: Changes,
    connectivity: Connectivity,
    *,
    workspace_id: str,
    schema: int = PAYLOAD_SCHEMA,
    page: int = PAGE,
) -> Sync:
    """`schema`: the newest form of a mutation that this program writes; `page`: rows asked for at once."""
    outbox = TeamOutbox(file, cache, changes, now=connectivity.now)
    puller = Puller(authority, cache, changes, connectivity, page=page)
    pusher = Pusher(authority, cache, outbox, connectivity, schema=schema, on_rows=puller.publish)
    shut_out = ShutOut(cache, file, changes, now=connectivity.now)
    puller.on_let_in = _let_in(file, pusher, schema, shut_out)
    puller.on_shut_out = shut_out.noticed
    outbox.is_away = lambda: not connectivity.is_online
    connectivity.listeners.append(outbox.connection_changed)
    outbox.rows_until = lambda: shut_out.rows_until
    outbox.empty_cache = partial(puller.alone, shut_out.remove)
    # Without an epoch the next page is compared with what was taken.
    puller.on_restored = partial(file.set_epoch, "")
    outbox.notice = lambda: puller.shut_out or puller.trouble or connectivity.clock_notice
    store = OfflineStore(authority, cache, outbox, puller, connectivity, workspace_id=workspace_id)
    return Sync(store, outbox, puller, pusher, connectivity, shut_out)


def _let_in(file: OutboxFile, pusher: Pusher, schema: int, shut_out: ShutOut) -> Callable[[Page], Awaitable[None]]:
    """What a page of rows says beside the rows: access is there, the program is new enough, the project is the one it was."""

    async def let_in(page: Page) -> None:
        await shut_out.let_in()
        if page.cursor.epoch != file.epoch:
            if (again := await pusher.send_again()) > 0:
                _log.warning("the team's project was restored; %d decisions are sent again", again)
            await file.set_epoch(page.cursor.epoch)
        parked = {entry.state for entry in file.entries} & PARKED
        if page.min_schema > schema:
            parked.discard(FateState.PARKED_TOO_OLD)
        if parked:
            await pusher.resume(*parked)

    return let_in

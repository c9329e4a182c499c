"""Brings what others changed in the team's project into the cache, and tells of it.

Owns: the interval, whether the view is live, polling or offline and since when; when a cache is filled from the beginning.
Never: overwrites what is pending; it is not in the cache.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from regbatch_desktop.domain.errors import Offline, ServiceError
from regbatch_desktop.domain.freshness import FeedState, Freshness
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.runtime.changes import Change, Changes
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.doors import Authority, Cache, Cursor, ServerRow, Synced

_log = logging.getLogger(__name__)
WORKING_S = 5.0
IDLE_S = 10.0
PAGE = 500
# Pages that are kept together, so that a job is not seen before its restaurant.
_TOGETHER = 10
_KINDS = {Synced.RESTAURANT: "restaurant", Synced.BATCH: "batch"}


class Puller:
    """`run` until cancelled. `poke` pulls at once; `is_live` is set by whoever holds an open Realtime channel."""

    def __init__(self, authority: Authority, cache: Cache, changes: Changes, connectivity: Connectivity) -> None:
        self._authority, self._cache, self._changes, self._connectivity = authority, cache, changes, connectivity
        self._poked = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._live = False
        self.freshness = Freshness(FeedState.OFFLINE, connectivity.since)
        self.on_freshness: Callable[[Freshness], None] = lambda _freshness: None
        # Told when the project was restored from a backup.
        self.on_restored: Callable[[], None] = lambda: None

    def poke(self) -> None:
        """Something may have changed."""
        self._poked.set()

    def set_live(self, live: bool) -> None:
        """A channel was opened or lost; after either, what happened meanwhile is pulled."""
        self._live = live
        self.poke()

    async def run(self) -> None:
        """Pull for ever; an outage is waited out. MembershipRevoked and SignInNeeded end it."""
        while True:
            changed = False
            with contextlib.suppress(Offline, ServiceError):
                changed = await self.pull()
            try:
                async with asyncio.timeout(WORKING_S if changed else IDLE_S):
                    await self._poked.wait()
            except TimeoutError:
                pass
            self._poked.clear()

    async def pull(self) -> bool:
        """Everything since the last pull; True when there was something. The errors of the door."""
        async with self._one_at_a_time:
            try:
                changed = await self._pull()
            except ServiceError:
                self._connectivity.failed()
                self._say(FeedState.OFFLINE)
                raise
            self._say(FeedState.LIVE if self._live else FeedState.POLLING)
            return changed

    async def _pull(self) -> bool:
        if not self._cache.is_complete:
            return await self._fill_from_the_beginning(self._cache)
        gathered: list[ServerRow] = []
        cursor, anything, more = self._cache.cursor, False, True
        while more:
            page = await self._authority.pull(cursor, limit=PAGE)
            self._connectivity.answered(page.now)
            if page.resync:
                return await self._resync()
            gathered += page.rows
            cursor, more = page.cursor, page.more
            if not more or len(gathered) >= PAGE * _TOGETHER:
                anything |= await self._keep(gathered, cursor)
                gathered = []
        return anything

    async def _keep(self, found: Sequence[ServerRow], cursor: Cursor) -> bool:
        if not found and cursor == self._cache.cursor:
            return False
        changed = await self._cache.fill(found, cursor)
        self.publish(changed)
        return bool(changed)

    async def _resync(self) -> bool:
        """The project was restored: everything is loaded into a new file, which takes the old one's place when complete."""
        _log.warning("the team's project was restored; the cache is filled anew")
        fresh = await self._cache.begin_again()
        await self._fill_from_the_beginning(fresh)
        await self._cache.replace_with(fresh)
        self._changes.publish(Change("batch", ()))
        self.on_restored()
        return True

    async def _fill_from_the_beginning(self, cache: Cache) -> bool:
        cursor, more = cache.cursor, True
        while more:
            page = await self._authority.pull(cursor, limit=PAGE)
            self._connectivity.answered(page.now)
            if page.resync:
                # Restored while it was being filled; the cursor is of the time before.
                cursor = Cursor()
                continue
            cursor, more = page.cursor, page.more
            await cache.fill(page.rows, cursor, complete=not more)
        self._changes.publish(Change("batch", ()))
        return True

    def publish(self, changed: Sequence[ServerRow]) -> None:
        """Tell of rows that are in the cache now."""
        found: dict[str, list[str]] = {}
        for row in changed:
            value = row.value
            key = row.id if row.table <= Synced.JOB else getattr(value, "job_id", "")
            found.setdefault(_KINDS.get(row.table, "job"), []).append(key)
            if isinstance(value, Job) and value.status is JobStatus.ACTION_REQUIRED:
                found.setdefault("waiting", []).append(row.id)
        for kind, ids in found.items():
            self._changes.publish(Change(kind, tuple(dict.fromkeys(key for key in ids if key))))

    def _say(self, state: FeedState) -> None:
        if self.freshness.state is not state:
            self.freshness = Freshness(state, self._connectivity.since)
            self.on_freshness(self.freshness)

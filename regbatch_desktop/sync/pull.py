"""Brings what others changed in the team's project into the cache, and tells of it.

Owns: the interval, whether the view is live, polling or offline and since when; when a cache is filled from the beginning.
Never: overwrites what is pending; it is not in the cache.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from regbatch_desktop.domain.errors import (
    Forbidden,
    MembershipMissing,
    MembershipRevoked,
    RegBatchError,
    ServiceError,
    SignInNeeded,
    WorkspaceError,
)
from regbatch_desktop.domain.freshness import FeedState, Freshness
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.runtime.changes import Change, Changes
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.doors import Authority, Cache, Cursor, Page, ServerRow, Synced

_log = logging.getLogger(__name__)
WORKING_S = 5.0
IDLE_S = 10.0
# While the project is away somebody waits for it to come back.
AWAY_S = 1.5
# Somebody who may not see anything is asked again now and then: access may be given back.
SHUT_OUT_S = 60.0
# A silent difference between cache and project is looked for once a day, and after so long without the project.
CHECK_S = 24 * 3600.0
LONG_AWAY = timedelta(hours=1)
PAGE = 500
# Pages that are kept together, so that a job is not seen before its restaurant.
_TOGETHER = 10
_KINDS = {Synced.RESTAURANT: "restaurant", Synced.BATCH: "batch"}


async def _nothing(*_args: object) -> None:
    return None


class Puller:
    """`run` until cancelled. `poke` pulls at once; `set_live` is called by whoever holds an open Realtime channel.

    `shut_out`: a sentence while the project does not let this person in, or ""; `trouble`: about the cache's file or the disk.
    """

    def __init__(
        self, authority: Authority, cache: Cache, changes: Changes, connectivity: Connectivity, *, page: int = PAGE
    ) -> None:
        self._authority, self._cache, self._changes, self._connectivity = authority, cache, changes, connectivity
        self._page = page
        self._poked = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._live = False
        self._check_at = 0.0
        self.divergences = 0
        self.shut_out = self.trouble = ""
        self.freshness = Freshness(FeedState.OFFLINE, connectivity.since)
        self.on_freshness: Callable[[Freshness], None] = lambda _freshness: None
        # Told when the project was restored from a backup, and after each answer that let this person in.
        self.on_restored: Callable[[], Awaitable[None]] = _nothing
        self.on_let_in: Callable[[Page], Awaitable[None]] = _nothing
        # Told each time the project says that this person is no member.
        self.on_shut_out: Callable[[], Awaitable[None]] = _nothing
        # Told, while everything is loaded for the first time, how many rows are here and how many there are.
        self.on_loading: Callable[[int, int], None] | None = None

    def poke(self) -> None:
        """Something may have changed."""
        self._poked.set()

    def set_live(self, live: bool) -> None:
        """A channel was opened or lost; after either, what happened meanwhile is pulled."""
        self._live = live
        self.poke()

    async def run(self) -> None:
        """Pull for ever; an outage is waited out, and so is a membership that was taken back."""
        while True:
            changed = False
            with contextlib.suppress(RegBatchError):
                changed = await self.pull()
                await self._check_now_and_then()
            pause = SHUT_OUT_S if self.shut_out else WORKING_S if changed else IDLE_S
            if self.freshness.state is FeedState.OFFLINE and not self.shut_out:
                pause = AWAY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._poked.wait()
            self._poked.clear()

    async def pull(self) -> bool:
        """Everything since the last pull; True when there was something. The errors of the door."""
        async with self._one_at_a_time:
            if not self._connectivity.is_online and self._connectivity.away > LONG_AWAY:
                self._check_at = 0.0
            try:
                changed = await self._pull()
            except (Forbidden, SignInNeeded) as error:
                # A refusal is an answer: what waits is tried, and parked with the reason.
                self._connectivity.answered()
                self.shut_out = error.sentence
                self._say(FeedState.OFFLINE)
                if isinstance(error, MembershipRevoked | MembershipMissing):
                    await self.on_shut_out()
                raise
            except WorkspaceError as error:
                self.trouble = error.sentence
                raise
            except ServiceError:
                self._connectivity.failed()
                self._say(FeedState.OFFLINE)
                raise
            self.shut_out = self.trouble = ""
            self._say(FeedState.LIVE if self._live else FeedState.POLLING)
            return changed

    async def check(self) -> bool:
        """Is the cache what the project has? False after a difference, which has been mended by loading everything anew."""
        async with self._one_at_a_time:
            for _ in range(3):
                theirs = await self._authority.digest()
                await self._pull()
                ours = await self._cache.digest()
                if theirs.unsettled == 0 and theirs.epoch == ours.epoch:
                    if (theirs.count, theirs.total) == (ours.count, ours.total):
                        return True
                    # A change between the two questions looks like a difference as well; it does not stay one.
                    if await self._authority.digest() == theirs:
                        break
            else:
                return True
            _log.warning("the cache had %d rows and the project %d; it is filled anew", ours.count, theirs.count)
            self.divergences += 1
            await self._begin_again()
            return False

    async def load_again(self) -> None:
        """The cache cannot be read: everything is loaded anew. Offline and its kin when that is not possible now."""
        async with self._one_at_a_time:
            await self._begin_again()

    async def alone(self, work: Callable[[], Awaitable[None]]) -> None:
        """Something that no pull may meet half-done."""
        async with self._one_at_a_time:
            await work()

    async def _check_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._check_at:
            await self.check()
            self._check_at = now + CHECK_S

    async def _pull(self) -> bool:
        if not self._cache.is_complete:
            return await self._fill_from_the_beginning(self._cache)
        gathered: list[ServerRow] = []
        cursor, anything, more = self._cache.cursor, False, True
        while more:
            page = await self._asked(cursor)
            if page.resync:
                _log.warning("the team's project was restored; the cache is filled anew")
                await self.on_restored()
                await self._begin_again()
                return True
            if page.cursor.membership_rev != cursor.membership_rev:
                # Who may see what has changed: rows may have to go that no page names.
                self._check_at = 0.0
            gathered += page.rows
            cursor, more = page.cursor, page.more
            if not more or len(gathered) >= self._page * _TOGETHER:
                anything |= await self._keep(gathered, cursor)
                gathered = []
        return anything

    async def _asked(self, cursor: Cursor) -> Page:
        page = await self._authority.pull(cursor, limit=self._page)
        self._connectivity.answered(page.now)
        if not page.resync:
            await self.on_let_in(page)
        return page

    async def _keep(self, found: Sequence[ServerRow], cursor: Cursor) -> bool:
        if not found and cursor == self._cache.cursor:
            return False
        changed = await self._cache.fill(found, cursor)
        self.publish(changed)
        return bool(changed)

    async def _begin_again(self) -> None:
        """Everything is loaded into a new file, which takes the old one's place when it is complete."""
        fresh = await self._cache.begin_again()
        await self._fill_from_the_beginning(fresh)
        await self._cache.replace_with(fresh)
        self._changes.publish(Change("batch", ()))

    async def _fill_from_the_beginning(self, cache: Cache) -> bool:
        cursor, more = cache.cursor, True
        total = (await self._authority.digest()).count if self.on_loading else 0
        here = (await cache.digest()).count if self.on_loading else 0
        while more:
            if self.on_loading:
                self.on_loading(here, max(total, here))
            page = await self._asked(cursor)
            here += len(page.rows)
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

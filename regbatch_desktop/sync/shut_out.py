"""Access to the team was taken back: its rows leave this machine, what the person decided stays under the names it had.

Owns: since when, and until when rows are kept without being told to remove them (reliability §2.6).
Never: touches what waits in the outbox but to write down what it is about.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from regbatch_desktop.domain.fate import OPEN, WAITING
from regbatch_desktop.runtime.changes import Change, Changes
from regbatch_desktop.sync.cards import card_of
from regbatch_desktop.sync.doors import Cache, Cursor, OutboxFile

_log = logging.getLogger(__name__)
# Somebody may have taken access back by mistake.
ROWS_KEPT = timedelta(days=7)


async def _nothing() -> None:
    return None


class ShutOut:
    """One per open team workspace. Both are told of: `on_removed` (the rows are gone), `on_back` (access was given again)."""

    def __init__(self, cache: Cache, file: OutboxFile, changes: Changes, *, now: Callable[[], datetime]) -> None:
        self._cache, self._file, self._changes, self._now = cache, file, changes, now
        self.on_removed: Callable[[], Awaitable[None]] = _nothing
        self.on_back: Callable[[], None] = lambda: None

    @property
    def rows_until(self) -> datetime | None:
        """When the rows go; None while access is there, and when they have gone."""
        since = self._cache.shut_out_since
        return since + ROWS_KEPT if since is not None and self._cache.cursor != Cursor() else None

    async def noticed(self) -> None:
        """The project said so."""
        if self._cache.shut_out_since is None and self._cache.cursor != Cursor():
            await self._cache.note_shut_out(self._now())
            self._changes.publish(Change("fate", ()))
        await self.in_time()

    async def in_time(self) -> None:
        """Remove what has been kept long enough."""
        if (until := self.rows_until) is not None and self._now() >= until:
            await self.remove()

    async def let_in(self) -> None:
        """The project gave an answer to this person."""
        if self._cache.shut_out_since is not None:
            await self._cache.note_shut_out(None)
            self._changes.publish(Change("fate", ()))
            self.on_back()

    async def remove(self) -> None:
        """Every row and key of the team, now. Nothing else may be filling the cache."""
        for entry in self._file.entries:
            if entry.state in WAITING or entry.state in OPEN:
                name = (await card_of(entry, self._cache.plain)).name
                if name:
                    await self._file.change(
                        entry.mutation.id, entry.state, reason=entry.reason, detail={**entry.detail, "about": name}
                    )
        await self._cache.empty()
        await self.on_removed()
        _log.warning("access was taken back; the team's rows were removed from this machine")
        for kind in ("batch", "fate"):
            self._changes.publish(Change(kind, ()))

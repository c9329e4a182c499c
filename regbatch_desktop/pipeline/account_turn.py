"""One account creation at a time, at least the spacing apart, also across restarts and machines (L34).

Owns: the order of waiting account creations in this process.
Never: keeps the last time in memory alone; the slot is a row of the store, moved in the intent's own commit.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta

from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import ReserveSlot
from regbatch_desktop.runtime.stop_signal import StopSignal

SLOT = "account_creation"


class AccountTurn:
    """Whose turn it is to create an account."""

    def __init__(self, doors: Doors, stop: StopSignal) -> None:
        self._doors = doors
        self._stop = stop
        self._lock = asyncio.Lock()

    def taken(self) -> AbstractAsyncContextManager[object]:
        """To be held while waiting and creating; without a spacing nobody waits for anybody."""
        return self._lock if self._doors.limits.account_spacing_s > 0 else nullcontext()

    async def wait(self) -> tuple[bool, datetime | None]:
        """Wait until the spacing is over. (False, …) when asked to stop. Call with the turn taken.

        The second value is the slot's time that the reservation must still find.
        """
        spacing = timedelta(seconds=self._doors.limits.account_spacing_s)
        if not spacing:
            return True, None
        while True:
            last = await self._doors.store.slot(SLOT)
            if last is None:
                return True, None
            left = (last + spacing - self._doors.clock.now()).total_seconds()
            if left <= 0:
                return True, last
            # A clock that jumped back must not stretch the wait beyond one spacing.
            if not await self._stop.pause(min(left, spacing.total_seconds())):
                return False, last
            if left > spacing.total_seconds():
                return True, last

    def reservation(self, last: datetime | None, now: datetime) -> tuple[ReserveSlot, ...]:
        """The write that takes the turn; it conflicts when another machine took it first."""
        return (ReserveSlot(SLOT, last, now),) if self._doors.limits.account_spacing_s > 0 else ()

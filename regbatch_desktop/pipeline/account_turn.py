"""One account creation at a time, at least the spacing apart, also across restarts and machines (L34).

Owns: the order of waiting account creations in this process.
Never: keeps the last time in memory alone; the slot is a row of the store, moved in the intent's own commit.
"""

from __future__ import annotations

import asyncio
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
        self.lock = asyncio.Lock()

    async def wait(self) -> tuple[bool, datetime | None]:
        """Wait until the spacing is over. (False, …) when asked to stop. Call with `lock` held.

        The second value is the slot's time that the reservation must still find.
        """
        spacing = timedelta(seconds=self._doors.limits.account_spacing_s)
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

    @staticmethod
    def reservation(last: datetime | None, now: datetime) -> ReserveSlot:
        """The write that takes the turn; it conflicts when another machine took it first."""
        return ReserveSlot(SLOT, last, now)

"""A request to stop in order, and waiting that ends early because of it.

Owns: the one flag that everybody in a run looks at before starting something new.
Never: cancels anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class StopSignal:
    """Set once; every `pause` ends at once when it is set."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    @property
    def is_set(self) -> bool:
        """Nothing new may start."""
        return self._event.is_set()

    def set(self) -> None:
        """Ask everybody to stop before their next call."""
        self._event.set()

    async def pause(self, seconds: float) -> bool:
        """Wait; True when the time is over, False when asked to stop."""
        if self._event.is_set():
            return False
        if seconds <= 0:
            await asyncio.sleep(0)
            return not self._event.is_set()
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return True
        return False

    async def poll(self, seconds: float, still_wanted: Callable[[], bool]) -> bool:
        """Like `pause`, and False when the wait is not wanted any more."""
        return await self.pause(seconds) and still_wanted()

"""Whether the team's project answers, since when, and how far this machine's clock is from its own.

Owns: the state and its listeners.
Never: asks the project; whoever talked to it says how that went.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from regbatch_desktop.domain.errors import Offline

_log = logging.getLogger(__name__)
# Below this a difference of clocks is nothing a person should hear of.
CLOCK_HINT = timedelta(minutes=2)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Connectivity:
    """One per open team workspace. `offset`: the project's clock minus this machine's."""

    def __init__(self, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._now = now
        self.is_online = False
        self.since = now()
        self.offset = timedelta()
        self.listeners: list[Callable[[], None]] = []

    def answered(self, server_now: datetime | None = None) -> None:
        """The project answered; with its clock, where it told it."""
        if server_now is not None:
            self.offset = server_now - self._now()
        self._set(True)

    def failed(self) -> None:
        """It did not."""
        self._set(False)

    def require(self, what: str) -> None:
        """Offline at once where a call would only wait: `what` says what needs the project."""
        if not self.is_online:
            raise Offline(f"{what} needs the connection to your team's project, which has been away since {self.clock_words}.")

    @property
    def away(self) -> timedelta:
        """How long the project has not answered; nothing while it does."""
        return timedelta() if self.is_online else self._now() - self.since

    @property
    def clock_words(self) -> str:
        """Since when, in the person's own time."""
        return f"{self.since.astimezone():%H:%M}"

    def now(self) -> datetime:
        """The project's clock, as far as it is known."""
        return self._now() + self.offset

    @property
    def clock_notice(self) -> str:
        """A sentence about a clock that is wrong, or ""."""
        if abs(self.offset) < CLOCK_HINT:
            return ""
        minutes = round(abs(self.offset).total_seconds() / 60)
        early = "behind" if self.offset > timedelta() else "ahead of"
        return f"This machine's clock is {minutes} minutes {early} your team's; nothing depends on it, but times look wrong."

    def _set(self, online: bool) -> None:
        if online is not self.is_online:
            self.is_online, self.since = online, self._now()
            _log.info("the team's project is %s", "reached" if online else "away")
            for listener in tuple(self.listeners):
                listener()

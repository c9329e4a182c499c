"""How fresh a view of the team's project is.

Owns: the states and their words.
Never: asks the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedState(StrEnum):
    """How fresh the view is."""

    LIVE = "live"
    POLLING = "polling"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Freshness:
    """`since`: when the state began, UTC."""

    state: FeedState
    since: datetime

    @property
    def words(self) -> str:
        """For the status bar, in the person's own time."""
        if self.state is FeedState.OFFLINE:
            return f"offline since {self.since.astimezone():%H:%M}"
        return self.state.value

"""What every pane is handed: the doors, the runs, the scope of its tasks, what is remembered, and the way to another pane.

Owns: nothing; application.py makes it.
Never: is known to a presenter, which is handed the doors alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from regbatch_desktop.domain.errors import Offline
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services.runs import Runs
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.ui.preferences import Preferences

# Seconds between looks at what is shown (design §2.6); any change refreshes at once, whatever these are.
INTERVALS_S = {"busy": 5.0, "idle": 10.0, "list": 30.0}


def _nothing() -> None:
    return None


def _nowhere(_pane: str, _key: str = "") -> None:
    return None


@dataclass
class Desk:
    """`go(pane, key)` opens a pane; `person` is who decides; `is_practice`: nothing real is touched; `connectivity` of a team's workspace;
    `has_register`: the register is on this machine; `look` asks the team's project at once.
    """

    doors: Doors
    runs: Runs
    scope: TaskScope
    preferences: Preferences
    path: Path
    is_practice: bool
    go: Callable[..., None] = _nowhere
    person: str = ""
    connectivity: Connectivity | None = None
    has_register: bool = True
    look: Callable[[], None] = _nothing

    @property
    def is_team(self) -> bool:
        """Several work here, and what is decided goes to their project."""
        return self.doors.outbox is not None

    def away(self, what: str) -> str:
        """Why `what` cannot be done just now, in a sentence; "" where it can, or where nobody knows better."""
        try:
            if self.connectivity is not None:
                self.connectivity.require(what)
        except Offline as error:
            return error.sentence
        return ""

    def said(self, sentence: str) -> str:
        """What was done, in the words of whoever did it; without the team's project it is only kept yet."""
        is_away = self.connectivity is not None and not self.connectivity.is_online
        return f"{sentence} Kept here; your team has it when the connection is back." if is_away and self.is_team else sentence

    def register_away(self, what: str) -> str:
        """The same for what asks a companies register, which may be on this machine."""
        return "" if self.has_register else self.away(what)

    def interval_s(self, name: str) -> float:
        """`busy`: something runs; `idle`: nothing does; `list`: a long list. At least a second, at most ten minutes."""
        return min(600.0, max(1.0, float(self.preferences.get(f"interval.{name}", INTERVALS_S[name]))))

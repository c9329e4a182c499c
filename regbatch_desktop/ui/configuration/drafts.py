"""What the configuration pane is about: a draft in memory, the restaurants in the list.

Owns: their shapes.
Never: imports Qt; derives, checks or stores a value (presenter.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from regbatch_desktop.domain.configuration import FieldProblem, YoloConfiguration, overlay
from regbatch_desktop.domain.fate import Fate


@dataclass
class Draft:
    """`proposed` is the derivation; `current` what the form shows; `kept` what is stored (None = nothing yet)."""

    proposed: YoloConfiguration
    current: YoloConfiguration
    kept: YoloConfiguration | None
    version: int
    problems: tuple[FieldProblem, ...] = ()
    changed_elsewhere: bool = False

    @property
    def is_dirty(self) -> bool:
        """Typed and not saved."""
        return self.current != (self.kept or self.proposed)

    def follow_menus(self, newest: str) -> None:
        """The proposal was made from the menus that were remembered; what was chosen or kept stays."""
        before = self.proposed.menu.selected_menu_id
        if newest == before:
            return
        chosen = {"menu": {"selected_menu_id": newest}}
        self.proposed = overlay(self.proposed, chosen)
        if self.kept is None and self.current.menu.selected_menu_id == before:
            self.current = overlay(self.current, chosen)

    @property
    def note(self) -> str:
        """What the person should know of it, above the form."""
        if self.changed_elsewhere:
            return "Changed elsewhere meanwhile. What you typed here is kept; saving replaces the other."
        if self.problems:
            number = len(self.problems)
            return f"{number} field{'s' if number != 1 else ''} to fix before it can start."
        return "These values are proposed; what you change is marked, and a tooltip says where a proposal comes from."


@dataclass(frozen=True, slots=True)
class ConfigurationRow:
    """One restaurant that waits for its configuration, or whose configuration is not taken yet. `problem`: why it has no form now."""

    key: str
    name: str
    batch_name: str
    status_key: str
    state: str
    is_valid: bool
    fate: Fate | None = None
    problem: str = ""
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Board:
    """The rows and the batches that have any."""

    rows: tuple[ConfigurationRow, ...]
    batches: tuple[tuple[str, str], ...]

    @property
    def ready(self) -> int:
        """How many can start."""
        return sum(row.is_valid for row in self.rows)

    @property
    def words(self) -> str:
        """How many wait, how many can start, how many are on their way."""
        left = sum(not row.waits for row in self.rows)
        waiting = len(self.rows) - left
        number = f"{waiting} restaurant{'s' if waiting != 1 else ''}, {self.ready} ready"
        return number + (f", {left} not taken yet" if left else "") if self.rows else ""

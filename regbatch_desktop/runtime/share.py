"""This process's share of what the team's services bear: their limits hold for all processes together.

Owns: how many processes work at the same time, as far as the authority said.
Never: asks the authority (the worker does, whenever it claims).
"""

from __future__ import annotations

from collections.abc import Callable


class Share:
    """One process alone has everything."""

    def __init__(self) -> None:
        self._processes = 1
        self._listeners: list[Callable[[], None]] = []

    def follow(self, changed: Callable[[], None]) -> None:
        """Be told now and whenever the share changes."""
        self._listeners.append(changed)
        changed()

    def set_processes(self, processes: int) -> None:
        """So many work now, with this one."""
        if max(1, processes) != self._processes:
            self._processes = max(1, processes)
            for changed in self._listeners:
                changed()

    def of(self, limit: int) -> int:
        """What of a limit is this process's: at least 1, for nobody could work otherwise."""
        return max(1, limit // self._processes)

    def stretched(self, seconds: float) -> float:
        """A time between two calls of all processes, as this one has to keep it."""
        return seconds * self._processes

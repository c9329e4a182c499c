"""Telling everyone that something was committed.

Owns: the list of listeners.
Never: carries data; a listener reads the store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from msgspec import Struct

_log = logging.getLogger(__name__)


class Change(Struct, frozen=True):
    """Rows of one kind that were committed: `job`, `batch`, `restaurant`; `waiting` = jobs that wait for a person now;
    `fate` = what became of mutations (domain/fate.py); `menus` = restaurants whose remembered menus are others now.
    """

    kind: str
    ids: tuple[str, ...]


class Changes:
    """Broadcast on one event loop; a listener that raises is logged and does not stop the others."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Returns the function that ends the subscription."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, change: Change) -> None:
        """Tell every listener, in the order they came."""
        for listener in tuple(self._listeners):
            try:
                listener(change)
            except Exception:
                _log.exception("a listener failed on %s", change.kind)

"""Values that were read before: a row whose version has not moved is not parsed again.

Owns: the values by id and version, no more than its cap.
Never: is used by two threads; the reader thread owns it. Values are frozen, so that all callers may share one.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Seen(Generic[T]):
    """Every commit of a row raises its version, so the same version is the same value."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._values: dict[str, tuple[object, T]] = {}

    def get(self, key: str, version: object) -> T | None:
        """The value at this version, if it is still here."""
        found = self._values.get(key)
        return found[1] if found is not None and found[0] == version else None

    def put(self, key: str, version: object, value: T) -> T:
        """Keep a value; the one that was put first goes when there are too many."""
        self._values.pop(key, None)
        if len(self._values) >= self._cap:
            self._values.pop(next(iter(self._values)))
        self._values[key] = (version, value)
        return value

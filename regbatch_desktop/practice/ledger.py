"""The practice platform's memory: an append-only file of events, from which its state is rebuilt.

Owns: the ledger of every effect, which survives a kill of the process; a torn last line is dropped at the next start.
Never: holds a password.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Event = dict[str, Any]
# Kinds that must happen once per natural key; the others set values and can be set again.
ONCE = frozenset(
    {
        "account_created", "restaurant_created", "onboarding_user_created", "menu_imported", "option_sets_created",
        "item_tags_created", "images_uploaded", "extraction_started",
    }
)  # fmt: skip


class Ledger:
    """Events in order. `path` None keeps them in memory only."""

    def __init__(self, path: Path | None) -> None:
        self.events: list[Event] = []
        self._file = None
        if path is None:
            return
        good = 0
        if path.exists():
            raw = path.read_bytes()
            for line in raw.splitlines(keepends=True):
                try:
                    event = json.loads(line)
                except ValueError:
                    break
                if not line.endswith(b"\n"):
                    break
                self.events.append(event)
                good += len(line)
            if good < len(raw):
                with path.open("r+b") as file:
                    file.truncate(good)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def add(self, kind: str, restaurant_id: str, key: str, *, idempotency_key: str = "", **data: object) -> Event:
        """Append one event; it is in the operating system's hands when this returns."""
        event: Event = {"seq": len(self.events) + 1, "kind": kind, "restaurant_id": restaurant_id, "key": key}
        if idempotency_key:
            event["idempotency_key"] = idempotency_key
        event |= {"data": data}
        if self._file is not None:
            self._file.write(json.dumps(event, separators=(",", ":")).encode() + b"\n")
        self.events.append(event)
        return event

    def each(self, apply: Callable[[Event], None]) -> None:
        """Replay."""
        for event in self.events:
            apply(event)

    def duplicates(self) -> list[tuple[str, str, int]]:
        """(kind, key, times) of everything that happened more than once and must not."""
        counts = Counter((event["kind"], event["key"]) for event in self.events if event["kind"] in ONCE)
        return [(kind, key, times) for (kind, key), times in sorted(counts.items()) if times > 1]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

"""One request and one reply of the practice services, without any socket.

Owns: the types between front doors and handlers.
Never: knows a route.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from regbatch_desktop.practice.faults import Fault


@dataclass(frozen=True, slots=True)
class PracticeRequest:
    """A request as it arrived; `path` without the query."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class PracticeReply:
    """A reply; `fault` tells the front door to drop, truncate, drip or never answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None


class Refusal(Exception):
    """A handler's `{success: false, error}` with a status."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


def json_reply(status: int, data: Mapping[str, object], headers: Mapping[str, str] | None = None) -> PracticeReply:
    """A JSON reply."""
    kinds = {"Content-Type": "application/json", **(headers or {})}
    return PracticeReply(status, json.dumps(data, ensure_ascii=False).encode(), kinds)

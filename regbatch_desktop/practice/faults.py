"""Faults on request: which call fails how.

Owns: the fault kinds and the seeded choice.
Never: applies them (exchange.py and the front doors do).
"""

from __future__ import annotations

import fnmatch
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Fault(StrEnum):
    """BEFORE and AFTER say on which side of the effect it strikes."""

    RATE_LIMITED = "rate_limited"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    TRUNCATED = "truncated"
    HTML = "html"
    SUCCESS_FALSE = "success_false"
    SLOW_BODY = "slow_body"
    DUPLICATE_EMAIL = "duplicate_email"


@dataclass(frozen=True, slots=True)
class FaultRule:
    """`path`: a glob; `share`: probability per call; `first`: only the first n matching calls (0 = all)."""

    fault: Fault
    path: str = "*"
    share: float = 1.0
    first: int = 0
    status: int = 503
    retry_after: str = "1"


@dataclass(slots=True)
class FaultPlan:
    """Rules in order; the first that strikes wins."""

    rules: tuple[FaultRule, ...] = ()
    seed: int = 1
    _seen: dict[int, int] = field(default_factory=dict)
    _draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311 - repeatable faults, nothing secret

    def strike(self, path: str) -> FaultRule | None:
        """The fault of this call, if any."""
        for index, rule in enumerate(self.rules):
            if not fnmatch.fnmatch(path, rule.path):
                continue
            if rule.first and self._seen.get(index, 0) >= rule.first:
                continue
            if self._draw.random() < rule.share:
                self._seen[index] = self._seen.get(index, 0) + 1
                return rule
        return None

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> FaultPlan:
        """`{seed, rules: [{fault, path, share, first, status, retry_after}]}`. ValueError, TypeError for anything else."""
        rules = data.get("rules", [])
        if not isinstance(rules, list):
            raise TypeError("rules must be a list")
        return cls(tuple(FaultRule(**{**rule, "fault": Fault(rule["fault"])}) for rule in rules), int(str(data.get("seed", 1))))

    @classmethod
    def from_file(cls, path: Path) -> FaultPlan:
        """Read a plan from a file."""
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")))

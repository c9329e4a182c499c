"""The learned table: how much each piece of evidence is worth, how rare words are, and which probability is sure enough.

Owns: reading weights.json, which `make learn` writes.
Never: changes a number of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files


@dataclass(frozen=True)
class Weights:
    """`points`: log-odds for one unit of evidence; `none`: log-odds of “none of these” against a company without any;
    `words`: companies (of `companies`) that use a word; `thresholds`: precision wanted → least probability;
    `by_name`: the least probability of a company that nothing but a name speaks for.
    """

    points: Mapping[str, float]
    none: float
    gone: float
    words: Mapping[str, int]
    companies: int
    thresholds: Mapping[float, float]
    by_name: float = 1.0

    @cached_property
    def _most(self) -> float:
        return math.log(self.companies + 1)

    def rarity(self, word: str, *, at_least: int = 0) -> float:
        """0 for a word that every company has, 1 for one that none has; at least so many companies have it."""
        return max(0.0, 1 - math.log(max(self.words.get(word, 0), at_least) + 1) / self._most)


def weights_of(table: Mapping[str, object]) -> Weights:
    """The table as `make learn` writes it. KeyError and TypeError for anything else: it is part of the program."""
    points, contacts, words, thresholds = (_numbers(table[name]) for name in ("points", "contacts", "words", "thresholds"))
    return Weights(
        points=points | contacts,
        none=float(str(table["none"])),
        gone=float(str(table["gone"])),
        words={word: int(count) for word, count in words.items()},
        companies=int(str(table["companies"])),
        thresholds={float(precision): value for precision, value in thresholds.items()},
        by_name=float(str(table["by_name"])),
    )


def _numbers(part: object) -> dict[str, float]:
    if not isinstance(part, dict):
        raise TypeError("weights.json is not a table of points")
    return {str(name): float(value) for name, value in part.items()}


@cache
def learned() -> Weights:
    """The table that came with the program."""
    text = (files("regbatch_desktop.domain.matching") / "weights.json").read_text(encoding="utf-8")
    return weights_of(json.loads(text))

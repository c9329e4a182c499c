"""What accepting by itself would have done on decisions that people made: how many, how many wrong, how sure that is.

Owns: the share and its lower bound (Wilson, 95 % on one side).
Never: reads decisions (services/past_decisions.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from regbatch_desktop.domain.matching.acceptance import MIN_GAP

STEPS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.98, 0.99)
_Z = 1.645


@dataclass(frozen=True, slots=True)
class Judged:
    """The best candidate as it stood when a person decided. `was_right`: the person chose it."""

    score: float
    gap: float
    is_active: bool
    was_right: bool
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """`accepted` of `decided` would have been taken at `min_score`, `wrong` of them against the person's choice."""

    min_score: float
    decided: int
    accepted: int
    wrong: int

    @property
    def precision(self) -> float:
        """Right of accepted; 1 when nothing is accepted."""
        return 1 - self.wrong / self.accepted if self.accepted else 1.0

    @property
    def lower_bound(self) -> float:
        """At least this precise, with 95 % confidence; 0 when nothing is accepted."""
        return lower_bound(self.accepted - self.wrong, self.accepted)


def lower_bound(right: int, total: int) -> float:
    """Wilson's lower bound of a share, 95 % on one side; 0 for nothing."""
    if not total:
        return 0.0
    share = right / total
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z * _Z / (4 * total * total))
    return (share + _Z * _Z / (2 * total) - spread) / (1 + _Z * _Z / total)


def simulate(past: Sequence[Judged], min_scores: Sequence[float] = STEPS) -> tuple[ThresholdRow, ...]:
    """One row for each threshold."""
    rows = []
    for least in min_scores:
        sure = [each for each in past if each.is_active and not each.doubt and round(each.gap, 4) >= MIN_GAP]
        taken = [each for each in sure if each.score >= least]
        rows.append(ThresholdRow(least, len(past), len(taken), sum(not each.was_right for each in taken)))
    return tuple(rows)


def min_score_on(past: Sequence[Judged], precision: float) -> float | None:
    """The least probability whose precision on these decisions is at least `precision` even at its lower bound; None when
    there are too few decisions to say so.
    """
    scores = sorted({each.score for each in past})
    return next((row.min_score for row in simulate(past, scores) if row.accepted and row.lower_bound >= precision), None)

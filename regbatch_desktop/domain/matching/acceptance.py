"""When the best candidate may be taken without a person.

Owns: the threshold for a precision, the gap to the second, and what is never taken.
Never: ranks.
"""

from __future__ import annotations

from collections.abc import Sequence

from regbatch_desktop.domain.candidate import Candidate
from regbatch_desktop.domain.matching.ranking import is_active
from regbatch_desktop.domain.matching.weights import learned

WANTED_PRECISION = 0.99
MIN_GAP = 0.1


def min_score_for(precision: float) -> float:
    """The least probability that kept at least this precision on restaurants the weights had not seen."""
    thresholds = learned().thresholds
    enough = [score for reached, score in thresholds.items() if reached >= precision]
    return min(enough) if enough else 1.0


DEFAULT_MIN_SCORE = min_score_for(WANTED_PRECISION)


def not_sure_because(candidates: Sequence[Candidate], *, min_score: float = DEFAULT_MIN_SCORE) -> str:
    """Why the best of `rank` needs a person; "" when it may be taken: good, clearly ahead, beyond doubt, and on the register today."""
    if not candidates:
        return "the register has no candidate"
    best = candidates[0]
    runner_up = candidates[1].score if len(candidates) > 1 else 0.0
    if not is_active(best.hit.status):
        return f"the company is not active: {best.hit.status[:60]}" if best.hit.status else "the company's status is not known"
    if best.doubt:
        return best.doubt
    if best.score < min_score:
        return f"{best.score:.0%} sure, {min_score:.0%} is wanted"
    if round(best.score - runner_up, 4) < MIN_GAP:
        return f"only {best.score - runner_up:.0%} ahead of {candidates[1].hit.company_name}"
    return ""


def is_sure(candidates: Sequence[Candidate], *, min_score: float = DEFAULT_MIN_SCORE) -> bool:
    """May the best of `rank` be taken without a person?"""
    return not not_sure_because(candidates, min_score=min_score)

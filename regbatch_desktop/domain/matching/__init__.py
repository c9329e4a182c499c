"""Finding the company behind a restaurant among candidates: probabilities, reasons, and when no person is needed.

Owns: the way in; one module for each part of the question.
Never: reads a register or a database.
"""

from regbatch_desktop.domain.matching.acceptance import (
    DEFAULT_MIN_SCORE,
    MIN_GAP,
    WANTED_PRECISION,
    is_sure,
    min_score_for,
    not_sure_because,
)
from regbatch_desktop.domain.matching.ranking import RestaurantQuery, is_active, none_of_these, rank

__all__ = [
    "DEFAULT_MIN_SCORE", "MIN_GAP", "WANTED_PRECISION", "RestaurantQuery", "is_active", "is_sure", "min_score_for",
    "none_of_these", "not_sure_because", "rank",
]  # fmt: skip

"""Ranking for other programs: plain dictionaries in, positions and scores out.

Owns: the keys (matching reference, “how a matcher is measured”).
Never: ranks differently from the product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regbatch_desktop.domain.candidate import CompanyHit, MatchSource
from regbatch_desktop.domain.matching.acceptance import DEFAULT_MIN_SCORE, is_sure
from regbatch_desktop.domain.matching.ranking import rank
from regbatch_desktop.domain.matching.wanted import one_line
from regbatch_desktop.domain.search_query import SearchQuery

Row = Mapping[str, object]


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def _query(query: Row) -> SearchQuery:
    name, street, city = (_text(query, key) for key in ("trading_name", "street", "city"))
    return SearchQuery(name, street, city, name, one_line(street, city, _text(query, "postcode")))


def _hit(row: Row, at: int) -> CompanyHit:
    names = row.get("trading_names")
    others = [names] if isinstance(names, str) else names if isinstance(names, Sequence) else ()
    return CompanyHit(
        company_name=_text(row, "name"),
        # The position, so that two rows with one number stay two.
        company_number=f"{at:09}",
        status=_text(row, "status") or "Registered",
        registered_address=one_line(_text(row, "address"), _text(row, "city"), _text(row, "postcode")),
        other_names=tuple(str(name) for name in others if name),
    )


def rank_rows(query: Row, candidates: Sequence[Row]) -> list[tuple[int, float]]:
    """(position, probability), best first. Query: trading_name, street, city, postcode; candidate: name, address, city,
    postcode, status, trading_names; anything may be missing.
    """
    found = rank(_query(query), [(_hit(row, at), MatchSource.BOTH) for at, row in enumerate(candidates)])
    return [(int(each.hit.company_number), each.score) for each in found]


def accepts(query: Row, candidates: Sequence[Row], *, min_score: float = DEFAULT_MIN_SCORE) -> bool:
    """Would the best be taken without a person?"""
    found = rank(_query(query), [(_hit(row, at), MatchSource.BOTH) for at, row in enumerate(candidates)])
    return is_sure(found, min_score=min_score)

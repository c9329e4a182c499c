"""Which company on the register is the restaurant's: each one's probability, and that none of them is.

Owns: adding the evidence up (log-odds), weighing the candidates against each other and against “none of these”.
Never: searches, decides, or hides a candidate.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource, Reason
from regbatch_desktop.domain.matching.doubts import Doubts, name_alone
from regbatch_desktop.domain.matching.evidence import Common, common
from regbatch_desktop.domain.matching.features import CONTACTS
from regbatch_desktop.domain.matching.names import NameComparison
from regbatch_desktop.domain.matching.reasons import reasons_of
from regbatch_desktop.domain.matching.wanted import Offered, Wanted, offered, wanted
from regbatch_desktop.domain.matching.weights import Weights, learned
from regbatch_desktop.domain.matching.words import folded
from regbatch_desktop.domain.search_query import SearchQuery

_ACTIVE = frozenset({"registered", "active", "current", "live"})
_SHOWN_STATUS = 60


class RestaurantQuery(Protocol):
    """What is looked for: name, street line and city as text."""

    @property
    def restaurant_name(self) -> str: ...

    @property
    def street(self) -> str: ...

    @property
    def city(self) -> str: ...


def is_active(status: str) -> bool:
    """The register says that the company is alive; an unknown or empty status is no such word."""
    return folded(status).strip() in _ACTIVE


def wanted_of(query: RestaurantQuery) -> Wanted:
    """The query in parts; a SearchQuery's own name and address tell more than what was sent to the register."""
    if isinstance(query, SearchQuery):
        found = wanted(query.original_name or query.restaurant_name, query.original_address or query.street, query.city)
        return replace(found, contacts=frozenset(query.contacts))
    return wanted(query.restaurant_name, query.street, query.city)


class _Rarities(dict[str, float]):
    """How rare each word is, for one answer: at least as common as among the companies found."""

    def __init__(self, weights: Weights, companies: Sequence[Offered]) -> None:
        super().__init__()
        self._weights = weights
        self._among = Counter[str]()
        for each in companies:
            self._among.update(
                each.names[0].telling if len(each.names) == 1 else {w for name in each.names for w in name.telling}
            )

    def __missing__(self, word: str) -> float:
        self[word] = found = self._weights.rarity(word, at_least=self._among[word] - 1)
        return found


def evidence_of(restaurant: Wanted, hits: Sequence[CompanyHit], weights: Weights) -> tuple[Common, ...]:
    """What each company has in common with the restaurant, and how many share its address."""
    companies = [offered((hit.company_name, *hit.other_names), (hit.registered_address, *hit.other_addresses)) for hit in hits]
    rarity = _Rarities(weights, companies).__getitem__
    compared = NameComparison(restaurant, rarity)
    found = [common(restaurant, each, rarity, compared) for each in companies]
    for each, hit in zip(found, hits, strict=True) if restaurant.contacts else ():
        for mark in restaurant.contacts.intersection(hit.contacts):
            each.found[CONTACTS[mark[0]]] = 1.0
    crowd = sum(each.at_premises for each in found)
    if crowd > 1:
        for each in found:
            if each.at_premises:
                each.found["crowded_address"] = math.log(crowd)
    return tuple(found)


def probabilities(points: Sequence[float], none: float) -> tuple[float, ...]:
    """Exactly one of the candidates or none of them is right: their shares of the odds."""
    top = max((*points, none))
    odds = [math.exp(each - top) for each in points]
    total = sum(odds) + math.exp(none - top)
    return tuple(each / total for each in odds)


def rank(
    query: RestaurantQuery, hits: Sequence[tuple[CompanyHit, MatchSource]], *, weights: Weights | None = None
) -> tuple[Candidate, ...]:
    """All hits, best first (equal evidence by company number); `score` is the probability that this is the company.

    What is missing from 1 is the probability that none of them is (`none_of_these`).
    """
    table = weights or learned()
    found = evidence_of(wanted_of(query), [hit for hit, _ in hits], table)
    doubts = Doubts([each.found for each in found])
    crowd = sum(each.at_premises for each in found)
    points, reasons = [], []
    worth, active = table.points.get, cache(is_active)
    for (hit, _), each in zip(hits, found, strict=True):
        told = reasons_of(each, table.points, at_address=crowd)
        total = sum([worth(name, 0.0) * value for name, value in each.found.items()])
        if hit.status and not active(hit.status):
            total += table.gone
            told = (*told, Reason(f"status {hit.status[:_SHOWN_STATUS]}", table.gone))
        points.append(round(total, 6))
        reasons.append(told)
    shares = probabilities(points, table.none)
    order = sorted(range(len(hits)), key=lambda at: (-points[at], hits[at][0].company_number, hits[at][0].company_name))
    return tuple(
        Candidate(
            hits[at][0], hits[at][1], round(shares[at], 4), tuple([r.text for r in reasons[at]]), reasons[at],
            doubts.about(found[at].found) or (name_alone(found[at].found) if shares[at] < table.by_name else ""),
        )
        for at in order
    )  # fmt: skip


def none_of_these(candidates: Sequence[Candidate]) -> float:
    """The probability that none of the candidates is the company; 1 without candidates."""
    return max(0.0, round(1.0 - sum(candidate.score for candidate in candidates), 4))

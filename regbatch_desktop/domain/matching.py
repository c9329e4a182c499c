"""How well each company on the register fits a restaurant: a score, an order, and the reasons in plain words.

Owns: the weights. Name and address each only add evidence: what differs or is missing costs nothing, because the
trading name often says nothing about the company and a registered office is often an accountant's (L23, §4.2, §4.3).
Never: searches, decides, or hides a candidate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource
from regbatch_desktop.domain.premises import Premises, folded, premises_of, same_parts

DEFAULT_MIN_SCORE = 0.85
MIN_GAP = 0.1

# Points are log-odds: 0 points is a score of one half.
_BASE_POINTS = -3.0
_CHAIN_POINTS = -1.3
_CROWD_POINTS, _CROWD_LIMIT = -0.8, -2.0
_GONE_POINTS = -3.0
_MOST_WORDS = 24
_LONG_WORD = 5
_ACTIVE = frozenset({"registered", "active", "current", "live"})
_LEGAL_FORMS = frozenset({
    "limited", "ltd", "lp", "llc", "llp", "inc", "incorporated", "pty", "proprietary", "corp", "corporation", "co",
    "company", "lc", "pllc", "tapui", "trust", "nz", "trading", "as",
})  # fmt: skip
_GENERIC = frozenset({
    "the", "and", "of", "at", "in", "on", "by", "de", "la", "el", "los", "las", "le", "restaurant", "restaurants",
    "cafe", "cafes", "coffee", "bar", "bars", "grill", "kitchen", "eatery", "takeaway", "takeaways", "food", "foods",
    "group", "holdings", "enterprises", "investments", "international", "management", "hospitality", "services",
    "catering", "bistro", "pizza", "pizzeria", "burger", "burgers", "sushi", "thai", "indian", "chinese", "mexican",
    "italian", "japanese", "korean", "vietnamese", "turkish", "greek", "asian", "house", "pub", "hotel", "club",
    "tavern", "inn", "lounge", "bakery", "diner", "cuisine", "express", "fish", "chips", "noodle", "noodles", "bbq",
    "new", "zealand", "ventures", "partners", "operations", "concepts", "brothers", "sons", "family", "business",
    "steakhouse", "seafood", "tea", "wine", "beer", "brewing", "brewery", "taqueria", "cantina",
})  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
_BRACKETS = re.compile(r"\([^()]*\)")
_SPACED_LETTERS = re.compile(r"\b([a-z]) (?=[a-z]\b)")


class RestaurantQuery(Protocol):
    """What is looked for: name, street line and city as text."""

    @property
    def restaurant_name(self) -> str: ...

    @property
    def street(self) -> str: ...

    @property
    def city(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Points and the words for them. `strong`: the whole name, or the premises."""

    points: float = 0.0
    reason: str = ""
    strong: bool = False


_NOTHING = _Evidence()


@lru_cache(maxsize=2048)
def _name_words(name: str) -> tuple[str, ...]:
    """The words of a name without branch in brackets and legal form; everything if nothing else is left."""
    plain = folded(name)
    words = _WORD.findall(_BRACKETS.sub(" ", plain)) or _WORD.findall(plain)
    # L.L.C. reads llc, K.F.C. reads kfc.
    joined = tuple(_WORD.findall(_SPACED_LETTERS.sub(r"\1", " ".join(words)))[:_MOST_WORDS])
    return tuple(word for word in joined if word not in _LEGAL_FORMS) or joined


def _telling(words: Sequence[str], places: frozenset[str]) -> tuple[str, ...]:
    """The words that tell one company from another: not generic, not the place, not a single letter."""
    return tuple(dict.fromkeys(w for w in words if len(w) > 1 and w not in _GENERIC and w not in places))


def _shared(left: Sequence[str], right: Sequence[str]) -> float:
    """How many words of `left` stand in `right`; a long word that differs in one letter counts a little less."""
    total = 0.0
    for word in left:
        if word in right:
            total += 1.0
        elif len(word) >= _LONG_WORD and any(
            len(other) >= _LONG_WORD and Levenshtein.distance(word, other, score_cutoff=1) == 1 for other in right
        ):
            total += 0.8
    return total


def _name_evidence(query: str, company: str, places: frozenset[str]) -> _Evidence:
    asked, found = _name_words(query), _name_words(company)
    if not asked or not found:
        return _NOTHING
    telling, theirs = _telling(asked, places), _telling(found, places)
    if "".join(asked) == "".join(found):
        if not telling:
            return _Evidence(1.0, "name the same")
        return _Evidence(4.3 if len(asked) > 1 or len(found) > 1 else 2.4, "name the same", strong=True)
    if not telling or not theirs:
        return _NOTHING
    if telling == theirs:
        return _Evidence(2.6 if len(telling) > 1 else 1.7, "name the same but for common words", strong=True)
    common = min(_shared(telling, theirs), _shared(theirs, telling))
    if common == 0.0:
        ours, other = "".join(telling), "".join(theirs)
        inside = min(len(ours), len(other)) > 6 and (ours in other or other in ours)
        return _Evidence(1.2, "name contained") if inside else _NOTHING
    if common / max(len(telling), len(theirs)) >= 0.8:
        return _Evidence(2.3 if common > 1 else 1.4, "name nearly the same", strong=True)
    if common / min(len(telling), len(theirs)) >= 0.8:
        return _Evidence(1.6 if common > 1 else 0.9, "name contained", strong=True)
    return _Evidence(0.4 + common / max(len(telling), len(theirs)), "a word of the name the same")


def _address_evidence(premises: Premises | None, city: tuple[str, ...], address: str) -> tuple[_Evidence, ...]:
    words = tuple(_WORD.findall(folded(address)))
    same_city = bool(city) and any(words[at : at + len(city)] == city for at in range(len(words)))
    town = (_Evidence(0.5, "same city"),) if same_city else ()
    same = same_parts(premises, address) if premises else None
    if same and same.number:
        points = (4.6 if same.unit else 3.4) if same_city else (1.8 if same.unit else 1.2)
        return (_Evidence(points, "same street number and street", strong=True), *town)
    return (_Evidence(0.4, "same street"), *town) if same and same.street and same_city else town


def is_active(status: str) -> bool:
    """The register says that the company is alive; an unknown or empty status is no such word."""
    return folded(status).strip() in _ACTIVE


def rank(query: RestaurantQuery, hits: Sequence[tuple[CompanyHit, MatchSource]]) -> tuple[Candidate, ...]:
    """All hits, best first (equal scores by company number), each with a score 0..1 and its reasons."""
    city = tuple(_WORD.findall(folded(query.city)))[:_MOST_WORDS]
    places, premises = frozenset(city), premises_of(query.street)
    names = [_name_evidence(query.restaurant_name, hit.company_name, places) for hit, _ in hits]
    addresses = [_address_evidence(premises, city, hit.registered_address) for hit, _ in hits]
    # A chain often has one company a branch, and an office or food court many companies: each says less about one.
    chain = sum(name.strong for name in names) > 1
    crowd = sum(any(each.strong for each in address) for address in addresses)
    candidates = []
    for (hit, source), name, address in zip(hits, names, addresses, strict=True):
        evidence = [each for each in (name, *address) if each.reason]
        points = _BASE_POINTS + sum(each.points for each in evidence)
        if chain and name.strong:
            points += max(_CHAIN_POINTS, -name.points)
        if crowd > 1 and any(each.strong for each in address):
            points += max(_CROWD_LIMIT, _CROWD_POINTS * math.log2(crowd))
        reasons = [each.reason for each in evidence]
        if hit.status and not is_active(hit.status):
            points += _GONE_POINTS
            reasons.append(f"status {hit.status[:60]}")
        candidates.append(Candidate(hit, source, round(1 / (1 + math.exp(-points)), 4), tuple(reasons)))
    return tuple(sorted(candidates, key=lambda each: (-each.score, each.hit.company_number)))


def is_sure(candidates: Sequence[Candidate], *, min_score: float = DEFAULT_MIN_SCORE) -> bool:
    """May the best of `rank` be taken without a person? Only if good, clearly ahead, and on the register today."""
    if not candidates:
        return False
    best = candidates[0]
    runner_up = candidates[1].score if len(candidates) > 1 else 0.0
    return best.score >= min_score and round(best.score - runner_up, 4) >= MIN_GAP and is_active(best.hit.status)

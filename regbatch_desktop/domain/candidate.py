"""Companies on the register that may own a restaurant, and what the register tells of one.

Owns: combining name hits and address hits into one list (a company found by both says `both`, L23).
Never: searches, or scores (matching.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MatchSource(StrEnum):
    """Which search found the company."""

    NAME = "name"
    ADDRESS = "address"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class CompanyHit:
    """One row of a register search. Rows without a company number never become hits (§4.2).

    `other_names`: trading and former names; `other_addresses`: service, postal and office; `sources`: the registers that
    know it; `found_with`: the searches that found it.
    """

    company_name: str
    company_number: str
    nzbn: str = ""
    status: str = ""
    incorporation_date: str = ""
    registered_address: str = ""
    other_names: tuple[str, ...] = ()
    other_addresses: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    found_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence in words, with its share of the score in log-odds."""

    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit with where it came from, the probability (0..1) that it is the company, and the reasons in words.

    `weighed`: the same reasons with their share of the score.
    """

    hit: CompanyHit
    match_source: MatchSource
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    weighed: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateSearch:
    """The last search for one job: what was asked, what was found, best first."""

    job_id: str
    restaurant_name: str
    street: str
    city: str
    candidates: tuple[Candidate, ...] = ()
    searched_at: datetime | None = None


def combine(by_name: Iterable[CompanyHit], by_address: Iterable[CompanyHit]) -> tuple[tuple[CompanyHit, MatchSource], ...]:
    """Name hits, then address hits; one entry per company number; found twice = `both` (§4.2, L23)."""
    found: dict[str, tuple[CompanyHit, MatchSource]] = {}
    for hit in by_name:
        if hit.company_number:
            found.setdefault(hit.company_number, (hit, MatchSource.NAME))
    names = set(found)
    for hit in by_address:
        if not hit.company_number:
            continue
        source = MatchSource.BOTH if hit.company_number in names else MatchSource.ADDRESS
        known = found.get(hit.company_number)
        found[hit.company_number] = (known[0] if known else hit, source)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class CompanyAddress:
    """One address of a company."""

    address_type: str
    full_address: str
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class Director:
    """A director; `cessation_date` empty = still in office."""

    name: str
    full_legal_name: str = ""
    position: str = ""
    appointment_date: str = ""
    cessation_date: str = ""
    address: str = ""
    status: str = ""

    @property
    def is_current(self) -> bool:
        """Current or active by status, or without a cessation date (§4.4)."""
        return self.status.casefold() in ("current", "active") or not self.cessation_date


@dataclass(frozen=True, slots=True)
class Shareholder:
    """A shareholder as the register states it."""

    name: str
    shareholder_type: str = ""
    shares: str = ""
    percentage: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class CompanyDetails:
    """Everything Step 4 reads (§4.4); lists are often empty: "not published", not "none"."""

    company_name: str
    company_number: str
    nzbn: str = ""
    status: str = ""
    incorporation_date: str = ""
    entity_type: str = ""
    addresses: tuple[CompanyAddress, ...] = ()
    directors: tuple[Director, ...] = ()
    shareholders: tuple[Shareholder, ...] = ()
    gst_numbers: tuple[str, ...] = ()
    phone_numbers: tuple[str, ...] = ()
    email_addresses: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    industry_classifications: tuple[str, ...] = ()
    trading_name: str = field(default="")

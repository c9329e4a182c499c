"""Companies on the register that may own a restaurant, and what the register tells of one.

Owns: combining name hits and address hits into one list (a company found by both says `both`, L23).
Never: searches, or scores (matching.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class MatchSource(StrEnum):
    """Which search found the company."""

    NAME = "name"
    ADDRESS = "address"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class CompanyHit:
    """One row of a register search. Rows without a company number never become hits (§4.2).

    `other_names`: trading and former names; `other_addresses`: service, postal and office; `sources`: the registers that
    know it; `found_with`: the searches that found it; `contacts`: marks of phones, domains and directors (contacts.py).
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
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence in words, with its share of the score in log-odds."""

    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit with where it came from, the probability (0..1) that it is the company, and the reasons in words.

    `weighed`: the same reasons with their share of the score. `doubt`: why a person should look at it whatever the score, or "".
    """

    hit: CompanyHit
    match_source: MatchSource
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    weighed: tuple[Reason, ...] = ()
    doubt: str = ""


_HIT_FIELDS = tuple(each.name for each in fields(CompanyHit))


def candidate_data(candidate: Candidate) -> dict[str, Any]:
    """What `candidate_of` reads, for JSON; `dataclasses.asdict` would copy every text of two hundred hits, at twenty times the cost."""
    return {
        "hit": {name: getattr(candidate.hit, name) for name in _HIT_FIELDS},
        "match_source": candidate.match_source.value, "score": candidate.score, "reasons": candidate.reasons,
        "weighed": [{"text": reason.text, "points": reason.points} for reason in candidate.weighed], "doubt": candidate.doubt,
    }  # fmt: skip


def candidate_of(item: Mapping[str, Any]) -> Candidate:
    """A candidate from its JSON; those of older versions lack weighed reasons, sources, contacts and doubt."""
    hit: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list | tuple) else value for name, value in item["hit"].items()
    }
    return Candidate(
        CompanyHit(**hit), MatchSource(item["match_source"]), item["score"], tuple(item["reasons"]),
        tuple(Reason(**reason) for reason in item.get("weighed", ())), item.get("doubt", ""),
    )  # fmt: skip


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
    found = [(hit, MatchSource.NAME) for hit in by_name]
    return united([*found, *((hit, MatchSource.ADDRESS) for hit in by_address)])


def united(found: Iterable[tuple[CompanyHit, MatchSource]]) -> tuple[tuple[CompanyHit, MatchSource], ...]:
    """One entry per company (its NZBN, else its number) with all its names, addresses, registers and searches."""
    known: dict[str, tuple[CompanyHit, MatchSource]] = {}
    by_nzbn: dict[str, str] = {}
    for hit, source in found:
        if not hit.company_number:
            continue
        key = by_nzbn.setdefault(hit.nzbn, hit.company_number) if hit.nzbn else hit.company_number
        before = known.get(key)
        if before is None:
            known[key] = (hit, source)
        else:
            known[key] = (_same_company(before[0], hit), source if before[1] is source else MatchSource.BOTH)
    return tuple(known.values())


def _same_company(first: CompanyHit, second: CompanyHit) -> CompanyHit:
    """The first's facts where it has them; what the second knows besides."""

    def more(own: str, kept: tuple[str, ...], others: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*kept, *(text for text in others if text and text != own)]))

    return replace(
        first,
        nzbn=first.nzbn or second.nzbn,
        status=first.status or second.status,
        incorporation_date=first.incorporation_date or second.incorporation_date,
        registered_address=first.registered_address or second.registered_address,
        other_names=more(first.company_name, first.other_names, (second.company_name, *second.other_names)),
        other_addresses=more(
            first.registered_address or second.registered_address, first.other_addresses,
            (second.registered_address, *second.other_addresses),
        ),
        sources=more("", first.sources, second.sources),
        found_with=more("", first.found_with, second.found_with),
        contacts=more("", first.contacts, second.contacts),
    )  # fmt: skip


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
    sources: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def united_details(found: Sequence[CompanyDetails]) -> CompanyDetails:
    """What several registers say of one company: the first's value where it has one, every list joined, and in
    `conflicts` a sentence for each field where two registers say different things.
    """
    first, *others = found
    joined: dict[str, Any] = {}
    conflicts: list[str] = []
    for each in fields(CompanyDetails):
        values = [getattr(one, each.name) for one in found if getattr(one, each.name)]
        if not values or each.name == "conflicts":
            continue
        if isinstance(values[0], tuple):
            joined[each.name] = tuple(dict.fromkeys(item for value in values for item in value))
            continue
        joined[each.name] = values[0]
        different = next((value for value in values if value.casefold() != values[0].casefold()), None)
        if different is not None:
            conflicts.append(f"{each.name.replace('_', ' ')}: “{values[0]}”, another register says “{different}”")
    return replace(first, **joined, conflicts=tuple(conflicts)) if others else first

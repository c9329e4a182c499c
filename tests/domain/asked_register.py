"""A restaurant that is looked for, and companies that were found."""

from __future__ import annotations

from dataclasses import dataclass

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource
from regbatch_desktop.domain.matching import rank


@dataclass(frozen=True)
class Query:
    restaurant_name: str
    street: str
    city: str


KAURI = Query("The Kauri Lane Kitchen (Henderson)", "12 Cuba St", "Wellington")


def hit(name: str, address: str = "", *, number: str = "1", status: str = "Registered") -> CompanyHit:
    return CompanyHit(name, number, status=status, registered_address=address)


def ranked(query: Query, *hits: CompanyHit) -> tuple[Candidate, ...]:
    return rank(query, [(each, MatchSource.NAME) for each in hits])

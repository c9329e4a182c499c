"""Finding the companies that may own a restaurant: ask the register call by call, and stop when one is sure.

Owns: how many calls are made, and that a call which failed makes the whole answer fail (L23).
Never: decides which company it is, or scores (domain/matching).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource, united
from regbatch_desktop.domain.matching import is_sure, rank
from regbatch_desktop.domain.search_plan import SearchCall, planned_calls
from regbatch_desktop.domain.search_query import SearchQuery
from regbatch_desktop.ports import CompanyRegister, Compute

# Beyond these nobody looks: of 1,017 restaurants of two real registers two have their company there, and what is kept is read at each look.
MOST_CANDIDATES = 25
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates, best first, and the searches that were made."""

    candidates: tuple[Candidate, ...]
    searches: tuple[str, ...]


async def find_companies(register: CompanyRegister, query: SearchQuery, compute: Compute) -> Found:
    """ServiceUnavailable or ServiceRefused when any of the calls could not be answered: half an answer is none."""
    calls = _calls(register, query)
    hits: list[tuple[CompanyHit, MatchSource]] = []
    asked: list[str] = []
    candidates: tuple[Candidate, ...] = ()
    for start in range(0, len(calls), _AT_ONCE):
        together = calls[start : start + _AT_ONCE]
        for call, answer in zip(together, await asyncio.gather(*(_ask(register, call) for call in together)), strict=True):
            asked.append(call.words)
            source = MatchSource.ADDRESS if call.is_address else MatchSource.NAME
            hits += [(replace(hit, found_with=(call.words,)), source) for hit in answer]
        candidates = await compute(_ranked, query, hits)
        if is_sure(candidates):
            break
    return Found(candidates, tuple(asked))


def _ranked(query: SearchQuery, hits: list[tuple[CompanyHit, MatchSource]]) -> tuple[Candidate, ...]:
    """Takes the time of half a frame, so it is computed wherever the program lets it."""
    return rank(query, united(hits))[:MOST_CANDIDATES]


def _calls(register: CompanyRegister, query: SearchQuery) -> tuple[SearchCall, ...]:
    if register.most_searches > _AT_ONCE:
        planned = planned_calls(query)
    else:
        # It widens by itself, so it is given everything there is.
        whole = SearchCall(name=query.original_name or query.restaurant_name)
        address = query.original_address or query.street
        planned = tuple(call for call in (whole, SearchCall(street=address, city=query.city)) if call.name or call.street)
    calls = tuple(call for call in planned if register.searches_addresses or not call.is_address)[: register.most_searches]
    if query.contacts and register.searches_contacts:
        # Asked when name and address have not made it sure; their contacts are compared all the same.
        calls = (*calls[:_AT_ONCE], SearchCall(contacts=query.contacts), *calls[_AT_ONCE:])
    return calls


async def _ask(register: CompanyRegister, call: SearchCall) -> tuple[CompanyHit, ...]:
    if call.contacts:
        return await register.search_by_contacts(call.contacts)
    if call.is_address:
        return await register.search_by_address(call.street, call.city)
    return await register.search_by_name(call.name)

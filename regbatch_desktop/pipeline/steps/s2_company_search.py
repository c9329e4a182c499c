"""Step 2: search the companies register by name and by address at once, combine and rank.

Owns: telling "no match" from "register down" (L23): one search that failed makes the whole answer incomplete.
Never: chooses (Step 3), or scores (domain/matching.py).
"""

from __future__ import annotations

import asyncio

from regbatch_desktop.domain.candidate import CandidateSearch, CompanyHit, combine
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.matching import rank
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.pipeline.outcomes import Done, Failed, NeedsPerson, RetryLater, StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.ports import SaveCandidates


async def process(context: StepContext) -> StepOutcome:
    """At least one candidate completes the step; none asks a person; an unreadable register is tried again."""
    restaurant = context.restaurant
    query = search_query(restaurant.name, restaurant.address, restaurant.city)
    register = context.doors.register

    async def by_address() -> tuple[CompanyHit, ...]:
        return await register.search_by_address(query.street, query.city) if query.street else ()

    answers = await asyncio.gather(register.search_by_name(query.restaurant_name), by_address(), return_exceptions=True)
    hits: list[tuple[CompanyHit, ...]] = []
    for answer in answers:
        if isinstance(answer, ServiceUnavailable):
            return RetryLater("REGISTER_UNAVAILABLE", answer.sentence, answer.retry_after_s)
        if isinstance(answer, ServiceRefused):
            return Failed("REGISTER_REFUSED", answer.sentence)
        if isinstance(answer, BaseException):
            raise answer
        hits.append(answer)
    candidates = rank(query, combine(hits[0], hits[1]))
    search = CandidateSearch(
        job_id=context.job.id,
        restaurant_name=query.restaurant_name,
        street=query.street,
        city=query.city,
        candidates=candidates,
        searched_at=context.doors.clock.now(),
    )
    if not candidates:
        sentence = "The register has no company by this name or at this address."
        return NeedsPerson("NO_MATCH", sentence, (SaveCandidates(search),))
    return Done({"candidate_count": len(candidates)}, (SaveCandidates(search),))

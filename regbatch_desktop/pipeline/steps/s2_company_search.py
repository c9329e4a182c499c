"""Step 2: search the companies register by name and by address, wider until one is sure, and rank.

Owns: telling "no match" from "register down" (L23): one search that failed makes the whole answer incomplete.
Never: chooses (Step 3), or plans the calls (company_search.py).
"""

from __future__ import annotations

from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.pipeline.company_search import find_companies
from regbatch_desktop.pipeline.outcomes import Done, Failed, NeedsPerson, RetryLater, StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.ports import SaveCandidates


async def process(context: StepContext) -> StepOutcome:
    """At least one candidate completes the step; none asks a person; an unreadable register is tried again."""
    restaurant = context.restaurant
    query = search_query(restaurant.name, restaurant.address, restaurant.city, restaurant.contacts)
    try:
        found = await find_companies(context.doors.register, query, context.doors.compute)
    except ServiceUnavailable as error:
        return RetryLater("REGISTER_UNAVAILABLE", error.sentence, error.retry_after_s)
    except ServiceRefused as error:
        return Failed("REGISTER_REFUSED", error.sentence)
    candidates = found.candidates
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

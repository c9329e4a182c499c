"""A person's decisions on the company: choose, none of these, search again, manual entry.

Owns: what is checked before a decision is made, and the evidence that goes with it.
Never: decides what a decision changes (verbs/company.py does), or guesses one.
"""

from __future__ import annotations

from dataclasses import asdict

from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision, DecisionKind, ManualEntry
from regbatch_desktop.domain.errors import MissingSelections, StepNotActionRequired
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.domain.names import shown
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.pipeline.company_search import find_companies
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services.perform import perform_on_job
from regbatch_desktop.verbs.company import can_take_back, search_json, stands_in_for, waits, words_of

__all__ = ["can_enter", "can_take_back", "choose_company", "enter_manually", "search_again", "take_back"]


async def choose_company(doors: Doors, job_id: str, company_number: str | None, *, decided_by: str, director: str = "") -> Job:
    """Choose one of the candidates, or none of these (None). MissingSelections for a number that is no candidate (§4.3)."""
    search = await doors.store.candidates(job_id)
    numbers = [candidate.hit.company_number for candidate in search.candidates] if search else []
    if company_number is not None and company_number not in numbers:
        raise MissingSelections("The chosen company is not among the candidates; search again or enter it by hand.")
    rank = None if company_number is None else numbers.index(company_number) + 1
    args = {"company_number": company_number, "rank": rank, "director": director, "evidence": _evidence(search)}
    try:
        return await perform_on_job(doors, MutationKind.CHOOSE_COMPANY, job_id, args, decided_by=decided_by)
    except StepNotActionRequired as error:
        made = await doors.store.decisions(job_id)
        if not made:
            raise
        raise StepNotActionRequired(
            f"{shown(made[-1].decided_by, cap=80)} was first and decided: {_words(made[-1])}. Yours ({words_of(company_number)}) was "
            "not saved; take the choice back to change it."
        ) from error


def _words(decision: Decision) -> str:
    by_hand = decision.kind is DecisionKind.MANUAL_ENTRY and not decision.company_number
    return words_of(decision.company_number, manual=by_hand)


async def take_back(doors: Doors, job_id: str, *, decided_by: str = "") -> Job:
    """Undo the choice of the company: Step 3 asks again. InvalidStatus once the configuration has been started."""
    return await perform_on_job(doors, MutationKind.TAKE_BACK, job_id, decided_by=decided_by)


async def enter_manually(doors: Doors, job_id: str, entry: ManualEntry, *, decided_by: str) -> Job:
    """Details typed by a person stand in for steps 2 to 4 (L11, L12)."""
    args = {"entry": asdict(entry), "evidence": _evidence(await doors.store.candidates(job_id))}
    return await perform_on_job(doors, MutationKind.ENTER_MANUALLY, job_id, args, decided_by=decided_by)


def can_enter(job: Job) -> bool:
    """Details by hand can stand in for the company now: it waits for one, or the search or the details failed (L12)."""
    return bool(stands_in_for(job)) and job.status in (JobStatus.ACTION_REQUIRED, JobStatus.FAILED)


async def search_again(doors: Doors, job_id: str, *, name: str = "", street: str = "", city: str = "") -> CandidateSearch:
    """Search with a person's own values, each falling back to the restaurant's (§4.2). ServiceError when not read."""
    job = await doors.store.job(job_id)
    if not waits(job, 2, 3):
        raise StepNotActionRequired("A search is possible while the restaurant waits for a company.")
    restaurant = await doors.store.restaurant(job.restaurant_id)
    query = search_query(name or restaurant.name, street or restaurant.address, city or restaurant.city, restaurant.contacts)
    found = (await find_companies(doors.register, query, doors.compute)).candidates
    search = CandidateSearch(job_id, query.restaurant_name, query.street, query.city, found, doors.clock.now())
    await perform_on_job(doors, MutationKind.SAVE_SEARCH, job_id, {"search": search_json(search)})
    return search


def _evidence(search: CandidateSearch | None) -> list[dict[str, object]]:
    """The ten best as they looked at the moment of the decision."""
    if search is None:
        return []
    return [
        {
            "number": c.hit.company_number,
            "name": c.hit.company_name,
            "score": c.score,
            "reasons": list(c.reasons),
            "status": c.hit.status,
            "address": c.hit.registered_address,
            "doubt": c.doubt,
        }
        for c in search.candidates[:10]
    ]

"""A person's decisions on the company: choose, none of these, search again, manual entry.

Owns: every decision is a record with the candidates it was made from (design §2.7).
Never: edits a decision, or guesses one.
"""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision, DecisionKind, ManualEntry
from regbatch_desktop.domain.errors import InvalidStatus, MissingSelections, StepNotActionRequired
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.names import shown
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.domain.steps import JobStatus, StepEvent, StepStatus
from regbatch_desktop.domain.transitions import apply_step, retry_from
from regbatch_desktop.pipeline.company_search import find_companies
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.job_record import Plan
from regbatch_desktop.ports import AddDecision, SaveCandidates, SaveRestaurant, Write
from regbatch_desktop.services.decide import change_job


def _waits(job: Job, *numbers: int) -> bool:
    return any(job.step(number).status is StepStatus.ACTION_REQUIRED for number in numbers)


async def choose_company(doors: Doors, job_id: str, company_number: str | None, *, decided_by: str, director: str = "") -> Job:
    """Choose one of the candidates, or none of these (None). MissingSelections for a number that is no candidate (§4.3)."""
    search = await doors.store.candidates(job_id)
    numbers = [candidate.hit.company_number for candidate in search.candidates] if search else []
    if company_number is not None and company_number not in numbers:
        raise MissingSelections("The chosen company is not among the candidates; search again or enter it by hand.")
    now = doors.clock.now()
    decision = Decision(
        id=str(uuid4()),
        job_id=job_id,
        kind=DecisionKind.NONE_OF_THESE if company_number is None else DecisionKind.CHOSEN,
        decided_by=decided_by,
        decided_at=now,
        company_number=company_number or "",
        rank=None if company_number is None else numbers.index(company_number) + 1,
        director=director,
        evidence=_evidence(search),
    )

    def decide(job: Job) -> Plan:
        if not _waits(job, 2, 3):
            raise StepNotActionRequired("This restaurant does not wait for a company to be chosen.")
        if _waits(job, 2):
            job = apply_step(job, 2, StepEvent.SETTLE, now=now)
        result = {"company_number": company_number, "no_match": company_number is None, "director": director}
        return Plan(apply_step(job, 3, StepEvent.COMPLETE, now=now, result_data=result), (AddDecision(decision),))

    try:
        return await change_job(doors, job_id, decide)
    except StepNotActionRequired as error:
        others = [each for each in await doors.store.decisions(job_id) if each.id != decision.id]
        if not others:
            raise
        raise StepNotActionRequired(
            f"{shown(others[-1].decided_by, cap=80)} was first and decided: {_words(others[-1])}. Yours ({_words(decision)}) was not "
            "saved; take the choice back to change it."
        ) from error


def _words(decision: Decision) -> str:
    if decision.kind is DecisionKind.NONE_OF_THESE:
        return "none of these"
    return f"company {shown(decision.company_number, cap=40)}" if decision.company_number else "entered by hand"


async def take_back(doors: Doors, job_id: str) -> Job:
    """Undo the choice of the company: Step 3 asks again. InvalidStatus once the configuration has been started."""
    now = doors.clock.now()

    def decide(job: Job) -> Plan:
        if not job.step(3).is_done or not can_take_back(job):
            raise InvalidStatus("This choice has been used; it can be taken back until Step 5 has been started.")
        return Plan(retry_from(job, 3, now=now))

    return await change_job(doors, job_id, decide)


def can_take_back(job: Job) -> bool:
    """The company can still be changed: Step 5 waits, or the job failed on the way there."""
    return job.step(3).is_done and job.current_step in (4, 5) and job.status in (JobStatus.ACTION_REQUIRED, JobStatus.FAILED)


async def enter_manually(doors: Doors, job_id: str, entry: ManualEntry, *, decided_by: str) -> Job:
    """Details typed by a person stand in for steps 2 to 4 (L11, L12)."""
    now = doors.clock.now()
    job = await doors.store.job(job_id)
    restaurant = await doors.store.restaurant(job.restaurant_id)
    changed = restaurant.with_known(asdict(entry))
    decision = Decision(
        str(uuid4()),
        job_id,
        DecisionKind.MANUAL_ENTRY,
        decided_by,
        now,
        company_number=entry.company_number,
        entry=entry,
        evidence=_evidence(await doors.store.candidates(job_id)),
    )
    writes: list[Write] = [AddDecision(decision)]
    if changed is not restaurant:
        writes.append(SaveRestaurant(restaurant, changed))

    def decide(job: Job) -> Plan:
        open_steps = _stands_in_for(job)
        if not open_steps:
            raise StepNotActionRequired("This restaurant is not at a step that manual entry can stand in for.")
        for number in open_steps:
            result = {"manual_entry": True, "company_number": entry.company_number}
            job = apply_step(job, number, StepEvent.SETTLE, now=now, result_data=result)
        return Plan(job, writes)

    return await change_job(doors, job_id, decide)


def _stands_in_for(job: Job) -> list[int]:
    """The steps that details typed by hand would settle."""
    return [number for number in (2, 3, 4) if not job.step(number).is_done] if job.step(1).is_done else []


def can_enter(job: Job) -> bool:
    """Details by hand can stand in for the company now: it waits for one, or the search or the details failed (L12)."""
    return bool(_stands_in_for(job)) and job.status in (JobStatus.ACTION_REQUIRED, JobStatus.FAILED)


async def search_again(doors: Doors, job_id: str, *, name: str = "", street: str = "", city: str = "") -> CandidateSearch:
    """Search with a person's own values, each falling back to the restaurant's (§4.2). ServiceError when not read."""
    job = await doors.store.job(job_id)
    if not _waits(job, 2, 3):
        raise StepNotActionRequired("A search is possible while the restaurant waits for a company.")
    restaurant = await doors.store.restaurant(job.restaurant_id)
    query = search_query(name or restaurant.name, street or restaurant.address, city or restaurant.city)
    found = (await find_companies(doors.register, query)).candidates
    now = doors.clock.now()
    search = CandidateSearch(job_id, query.restaurant_name, query.street, query.city, found, now)

    def decide(job: Job) -> Plan:
        if found and _waits(job, 2):
            job = apply_step(job, 2, StepEvent.COMPLETE, now=now, result_data={"candidate_count": len(found)})
        return Plan(job, (SaveCandidates(search),))

    await change_job(doors, job_id, decide)
    return search


def _evidence(search: CandidateSearch | None) -> tuple[dict[str, object], ...]:
    """The ten best as they looked at the moment of the decision."""
    if search is None:
        return ()
    return tuple(
        {
            "number": c.hit.company_number,
            "name": c.hit.company_name,
            "score": c.score,
            "reasons": list(c.reasons),
            "status": c.hit.status,
            "address": c.hit.registered_address,
        }
        for c in search.candidates[:10]
    )

"""The company of a restaurant: choose, none of these, take back, enter by hand, the result of another search.

Owns: every decision is a record with the candidates it was made from (design §2.7).
Never: edits a decision, or guesses one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from regbatch_desktop.domain.candidate import CandidateSearch, candidate_data, candidate_of
from regbatch_desktop.domain.decision import Decision, DecisionKind, ManualEntry
from regbatch_desktop.domain.errors import InvalidStatus, NotFound, StepNotActionRequired
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.domain.names import shown
from regbatch_desktop.domain.steps import JobStatus, StepEvent, StepStatus
from regbatch_desktop.domain.transitions import apply_step, retry_from
from regbatch_desktop.ports import AddDecision, SaveCandidates, SaveRestaurant, Write
from regbatch_desktop.verbs.scope import Scope, saved
from regbatch_desktop.verbs.verb import Subject, Verb


def waits(job: Job, *numbers: int) -> bool:
    """One of these steps waits for a person."""
    return any(job.step(number).status is StepStatus.ACTION_REQUIRED for number in numbers)


def stands_in_for(job: Job) -> list[int]:
    """The steps that details typed by hand would settle."""
    return [number for number in (2, 3, 4) if not job.step(number).is_done] if job.step(1).is_done else []


def can_take_back(job: Job) -> bool:
    """The company can still be changed: Step 5 waits, or the job failed on the way there."""
    return job.step(3).is_done and job.current_step in (4, 5) and job.status in (JobStatus.ACTION_REQUIRED, JobStatus.FAILED)


def decision_id(mutation: Mutation) -> str:
    """The same mutation makes the same record, however often it is decided."""
    return str(uuid5(NAMESPACE_OID, mutation.id))


def words_of(number: str | None, *, manual: bool = False) -> str:
    """A choice in words."""
    if manual:
        return "entered by hand"
    return f"company {shown(number, cap=40)}" if number else "none of these"


def _chosen(_mutation: Mutation, scope: Scope) -> Subject:
    step = scope.job.step(3)
    if not step.is_done:
        return {"company": None}
    known = step.result_data
    return {
        "company": str(known.get("company_number") or ""),
        "manual": bool(known.get("manual_entry")),
        "director": str(known.get("director") or ""),
    }


def _state(mutation: Mutation, scope: Scope) -> str:
    found = _chosen(mutation, scope)
    return "no company is chosen" if found["company"] is None else words_of(found["company"], manual=found["manual"])


# ------------------------------------------------------------ choose, none of these


def _choose(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    job, args = scope.job, mutation.args
    number = args["company_number"]
    if not waits(job, 2, 3):
        raise StepNotActionRequired("This restaurant does not wait for a company to be chosen.")
    moved = apply_step(job, 2, StepEvent.SETTLE, now=now) if waits(job, 2) else job
    result = {"company_number": number, "no_match": number is None, "director": args["director"]}
    decision = Decision(
        id=decision_id(mutation),
        job_id=job.id,
        kind=DecisionKind.NONE_OF_THESE if number is None else DecisionKind.CHOSEN,
        decided_by=mutation.decided_by,
        decided_at=now,
        company_number=number or "",
        rank=args["rank"],
        director=args["director"],
        evidence=tuple(args["evidence"]),
    )
    return [saved(job, apply_step(moved, 3, StepEvent.COMPLETE, now=now, result_data=result)), AddDecision(decision)]


def _is_chosen(mutation: Mutation, scope: Scope) -> bool:
    wanted = {"company": mutation.args["company_number"] or "", "manual": False, "director": mutation.args["director"]}
    return _chosen(mutation, scope) == wanted


CHOOSE_COMPANY = Verb(
    _choose, _chosen, lambda mutation: words_of(mutation.args["company_number"]), _state, _is_chosen, before_step_six=True
)

# ------------------------------------------------------------ take back


def _take_back(_mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    if not can_take_back(scope.job):
        raise InvalidStatus("This choice has been used; it can be taken back until Step 5 has been started.")
    return [saved(scope.job, retry_from(scope.job, 3, now=now))]


def _is_open(mutation: Mutation, scope: Scope) -> bool:
    return _chosen(mutation, scope)["company"] is None and waits(scope.job, 3)


TAKE_BACK = Verb(_take_back, _chosen, lambda _mutation: "the choice is taken back", _state, _is_open, before_step_six=True)

# ------------------------------------------------------------ by hand


def _enter(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    job, restaurant = scope.job, scope.restaurant
    if restaurant is None:
        raise NotFound("There is no such restaurant in this workspace.")
    open_steps = stands_in_for(job)
    if not open_steps:
        raise StepNotActionRequired("This restaurant is not at a step that manual entry can stand in for.")
    entry = ManualEntry(**mutation.args["entry"])
    moved = job
    for number in open_steps:
        result = {"manual_entry": True, "company_number": entry.company_number}
        moved = apply_step(moved, number, StepEvent.SETTLE, now=now, result_data=result)
    decision = Decision(
        decision_id(mutation), job.id, DecisionKind.MANUAL_ENTRY, mutation.decided_by, now,
        company_number=entry.company_number, entry=entry, evidence=tuple(mutation.args["evidence"]),
    )  # fmt: skip
    writes: list[Write] = [saved(job, moved), AddDecision(decision)]
    changed = restaurant.with_known(asdict(entry))
    if changed is not restaurant:
        writes.append(SaveRestaurant(restaurant, changed))
    return writes


ENTER_MANUALLY = Verb(_enter, _chosen, lambda _mutation: words_of(None, manual=True), _state, before_step_six=True)

# ------------------------------------------------------------ another search


def search_json(search: CandidateSearch) -> dict[str, Any]:
    """The search as arguments of a mutation."""
    return {
        "job_id": search.job_id, "restaurant_name": search.restaurant_name, "street": search.street, "city": search.city,
        "candidates": [candidate_data(candidate) for candidate in search.candidates],
        "searched_at": search.searched_at.isoformat() if search.searched_at else None,
    }  # fmt: skip


def _search_of(values: dict[str, Any]) -> CandidateSearch:
    at = values["searched_at"]
    found = tuple(candidate_of(item) for item in values["candidates"])
    return CandidateSearch(
        values["job_id"], values["restaurant_name"], values["street"], values["city"], found,
        datetime.fromisoformat(at) if at else None,
    )  # fmt: skip


def _save_search(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    job, search = scope.job, _search_of(dict(mutation.args["search"]))
    if not waits(job, 2, 3):
        raise StepNotActionRequired("A search is possible while the restaurant waits for a company.")
    moved = job
    if search.candidates and waits(job, 2):
        found = {"candidate_count": len(search.candidates)}
        moved = apply_step(job, 2, StepEvent.COMPLETE, now=now, result_data=found)
    # The job's version rises in any case: a search that was sent long ago must not replace a newer one's result.
    return [saved(job, moved), SaveCandidates(search)]


SAVE_SEARCH = Verb(
    _save_search, _chosen,
    lambda mutation: f"{len(mutation.args['search']['candidates'])} companies found by another search",
    _state, before_step_six=True,
)  # fmt: skip

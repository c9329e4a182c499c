"""Deciding for the person by a stated policy while a headless run goes on: company at Step 3, configuration at Step 5.

Owns: the policies best, ask and none, and what they do when nothing is sure.
Never: accepts a company that is not sure, or that another restaurant has already; it says so instead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.errors import RegBatchError, ServiceError, SubdomainTaken
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE, is_sure
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.services import configurations, decisions
from regbatch_desktop.services.past_decisions import POLICY

_log = logging.getLogger(__name__)
POLICY_DESKS = 16
Ask = Callable[[Job, Restaurant, CandidateSearch | None], Awaitable[None]]


class Selection(StrEnum):
    """What to do when a restaurant waits for its company."""

    BEST = "best"
    ASK = "ask"
    NONE = "none"


class Reviewer:
    """Watches a batch and decides. `ask` puts the question to a person and applies the answer."""

    def __init__(
        self,
        doors: Doors,
        *,
        selection: Selection,
        min_score: float = DEFAULT_MIN_SCORE,
        overrides: Mapping[str, object] | None = None,
        ask: Ask | None = None,
        practice_contacts: bool = False,
    ) -> None:
        self._doors = doors
        self._selection = selection
        self._min_score = min_score
        self._overrides = overrides or {}
        self._ask = ask
        self._practice_contacts = practice_contacts
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._choosing = asyncio.Lock()
        # Chosen here, but not yet written to the restaurant by Step 4.
        self._chosen: dict[str, list[tuple[str, str]]] = {}
        self._asked: set[tuple[str, int, int]] = set()
        # Why a restaurant still waits, by job id: shown in the summary.
        self.open_questions: dict[str, str] = {}
        self._open = 0

    @property
    def is_idle(self) -> bool:
        """Nothing is waiting to be decided here."""
        return self._open == 0

    async def run(self, batch_id: str) -> None:
        """Decide until cancelled."""
        unsubscribe = self._doors.changes.subscribe(self._on_change)
        try:
            for job in await self._doors.store.jobs(batch_id):
                self._put(job.id)
            # A person is asked one question at a time; a policy does not keep the others waiting for one slow service.
            desks = 1 if self._selection is Selection.ASK else POLICY_DESKS
            async with asyncio.TaskGroup() as group:
                for _ in range(desks):
                    group.create_task(self._desk())
        finally:
            unsubscribe()

    async def _desk(self) -> None:
        while True:
            job_id = await self._waiting.get()
            try:
                await self._review(await self._doors.store.job(job_id))
            except RegBatchError as error:
                self.open_questions[job_id] = error.sentence
            except Exception:
                _log.exception("review failed", extra={"job_id": job_id})
                self.open_questions[job_id] = "An unexpected problem stopped the decision; see the log."
            finally:
                self._open -= 1

    def _on_change(self, change: Change) -> None:
        if change.kind == "waiting":
            for job_id in change.ids:
                self._put(job_id)

    def _put(self, job_id: str) -> None:
        self._open += 1
        self._waiting.put_nowait(job_id)

    async def _review(self, job: Job) -> None:
        number = job.current_step
        if job.is_ended or job.step(number).status is not StepStatus.ACTION_REQUIRED:
            return
        once = (job.id, number, job.step(number).retry_count)
        if once in self._asked:
            return
        self._asked.add(once)
        if number in (2, 3):
            await self._company(job)
        elif number == 5:
            await self._configuration(job)

    async def _company(self, job: Job) -> None:
        if self._selection is Selection.NONE:
            self.open_questions[job.id] = "waits for a person to choose the company"
            return
        search = await self._doors.store.candidates(job.id)
        if self._selection is Selection.ASK and self._ask is not None:
            restaurant = await self._doors.store.restaurant(job.restaurant_id)
            await self._ask(job, restaurant, search)
            return
        found = search.candidates if search else ()
        number = found[0].hit.company_number if is_sure(found, min_score=self._min_score) else None
        # One at a time: two restaurants must not both find the same company free.
        async with self._choosing:
            if number is not None:
                others = [*(await self._doors.store.companies_taken()).get(number, ()), *self._chosen.get(number, ())]
                other = next((name for restaurant_id, name in others if restaurant_id != job.restaurant_id), "")
                if other:
                    self.open_questions[job.id] = (
                        f"{found[0].hit.company_name} is the company of {other} already; a person decides"
                    )
                    return
                restaurant = await self._doors.store.restaurant(job.restaurant_id)
                self._chosen.setdefault(number, []).append((restaurant.id, restaurant.name))
            await decisions.choose_company(self._doors, job.id, number, decided_by=POLICY)

    async def _configuration(self, job: Job) -> None:
        attempts = 0
        while True:
            try:
                proposed = await configurations.propose(self._doors, job.id, overrides=self._overrides)
                if self._practice_contacts:
                    proposed = configurations.with_practice_contacts(proposed)
                await configurations.save_and_start(self._doors, job.id, proposed)
                return
            except (ServiceError, SubdomainTaken) as error:
                attempts += 1
                if attempts > (POLICY_DESKS if isinstance(error, SubdomainTaken) else self._doors.limits.max_retries):
                    raise
                if isinstance(error, ServiceError):
                    await asyncio.sleep(self._doors.limits.retry_base_s * 2 ** (attempts - 1))

"""Choosing companies without a window: who waits, what is proposed, deciding, taking back.

Owns: what a dry run of accepting the sure ones would do.
Never: imports Qt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regbatch_desktop.domain.candidate import Candidate
from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.fate import Fate, FateState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.matching import is_sure
from regbatch_desktop.domain.matching.simulation import simulate
from regbatch_desktop.domain.note import NO_NOTE, Note
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.services import decisions
from regbatch_desktop.services.fates import OF_A_COMPANY, FateReader, FateTable, state_words, withdrawn
from regbatch_desktop.services.past_decisions import TOGETHER, judged, past_decisions

Taken = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class SelectionRow:
    """One restaurant that waits for its company, or whose choice can still be taken back; `choice` in words."""

    key: str
    name: str
    address: str
    city: str
    phone: str
    email: str
    website: str
    batch_name: str
    status_key: str
    state: str
    waits: bool
    candidates: tuple[Candidate, ...]
    taken: tuple[tuple[str, str], ...] = ()
    fate: Fate | None = None
    choice: str = ""
    can_take_back: bool = False
    note: Note = NO_NOTE

    def taken_by(self, company_number: str) -> str:
        """The other restaurant that has this company already, or ""."""
        return dict(self.taken).get(company_number, "")

    @property
    def goes_back(self) -> bool:
        """The choice can be taken back: it was not sent yet, or it was not used yet."""
        return not self.waits and (self.can_take_back or (self.fate is not None and self.fate.can_withdraw))


@dataclass(frozen=True, slots=True)
class Board:
    """The rows and the batches that have any."""

    rows: tuple[SelectionRow, ...]
    batches: tuple[tuple[str, str], ...]


class SelectionPresenter:
    """The verbs of the selection pane. `batch_id` "" = all batches."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._fates = FateReader(doors)
        self.batch_id = ""

    async def board(self) -> Board:
        """Everything that waits, by batch and name, and what was decided and is not taken yet."""
        store = self._doors.store
        # Together: between one question and the next lie two turns of busy threads.
        fates, found, taken = await asyncio.gather(self._fates.read(), store.batch_rows(), store.companies_taken())
        shown = {self.batch_id, *fates.batches}
        live = [row for row in found if row.needs_you or row.key in shown]
        rows: list[SelectionRow] = []
        for batch in live:
            if self.batch_id in ("", batch.key):
                rows += await self._of_batch(batch, taken, fates)
        return Board(tuple(rows), tuple((row.key, row.name) for row in live))

    async def _of_batch(self, batch: BatchRow, taken: Taken, fates: FateTable) -> list[SelectionRow]:
        store = self._doors.store
        people, jobs = await asyncio.gather(store.batch_restaurants(batch.key), store.jobs(batch.key))
        restaurants = {each.id: each for each in people}
        shown = []
        for job in jobs:
            waits = job.status is JobStatus.ACTION_REQUIRED and job.current_step in (2, 3)
            if waits or decisions.can_take_back(job) or fates.pending(job.id, OF_A_COMPANY) is not None:
                shown.append((job, waits))
        searches = await store.searches([job.id for job, _ in shown])
        found = []
        for job, waits in shown:
            candidates = searches[job.id].candidates if job.id in searches else ()
            others = _others(candidates, taken, job.restaurant_id)
            fate = fates.of(job.id, OF_A_COMPANY)
            found.append(_row(job, restaurants[job.restaurant_id], candidates, batch.name, others, fate, waits=waits))
        return sorted(found, key=lambda row: (row.name.casefold(), row.key))

    async def choose(self, job_id: str, company_number: str | None, person: str) -> str:
        """Choose, or none of these."""
        await decisions.choose_company(self._doors, job_id, company_number, decided_by=person)
        return job_id

    async def take_back(self, job_ids: Sequence[str]) -> str:
        """Ask again: what was not sent goes back as if it had never been decided, what was sent is taken back by a decision."""
        done, problem = 0, ""
        fates = await self._fates.read()
        for job_id in job_ids:
            try:
                if not await withdrawn(self._doors, fates.of(job_id, OF_A_COMPANY)):
                    await decisions.take_back(self._doors, job_id)
                done += 1
            except RegBatchError as error:
                problem = error.sentence
        return f"{done} taken back." + (f" {problem}" if problem else "")

    async def search_again(self, job_id: str, name: str, street: str, city: str) -> str:
        """Search with the person's own values."""
        found = await decisions.search_again(self._doors, job_id, name=name, street=street, city=city)
        number = len(found.candidates)
        return f"{number} compan{'ies' if number != 1 else 'y'} found." if number else "Nothing found with these values."

    async def enter(self, job_id: str, entry: ManualEntry, person: str) -> str:
        """Details typed by hand."""
        await decisions.enter_manually(self._doors, job_id, entry, decided_by=person)
        return "Entered by hand."

    async def own_record(self, min_score: float) -> str:
        """What this threshold would have done on the decisions that people made one by one; "" when there are none."""
        (row,) = simulate(judged(await past_decisions(self._doors.store)), (min_score,))
        if not row.accepted:
            return ""
        return (
            f"Of your own {row.decided} decisions this would have taken {row.accepted} and got {row.wrong} wrong"
            f" (at least {row.lower_bound:.0%} right, with 95 % confidence)."
        )

    async def accept(self, chosen: Sequence[tuple[SelectionRow, Candidate]], person: str) -> tuple[str, ...]:
        """Take the best for each; the jobs that were decided."""
        done = []
        for row, candidate in chosen:
            try:
                await decisions.choose_company(self._doors, row.key, candidate.hit.company_number, decided_by=person + TOGETHER)
                done.append(row.key)
            except RegBatchError:
                # Somebody decided meanwhile; that one is not ours any more.
                continue
        return tuple(done)


def sure_ones(rows: Sequence[SelectionRow], min_score: float) -> tuple[tuple[SelectionRow, Candidate], ...]:
    """What accepting by itself would take: good, clearly ahead, alive, and no other restaurant's company."""
    found = [(row, row.candidates[0]) for row in rows if row.waits and is_sure(row.candidates, min_score=min_score)]
    numbers = [candidate.hit.company_number for _, candidate in found]
    return tuple(
        (row, c) for row, c in found if numbers.count(c.hit.company_number) == 1 and not row.taken_by(c.hit.company_number)
    )


def _others(candidates: Sequence[Candidate], taken: Taken, restaurant_id: str) -> tuple[tuple[str, str], ...]:
    """(company number, another restaurant that has it) for the candidates where there is one."""
    found = []
    for candidate in candidates:
        having = taken.get(candidate.hit.company_number, ())
        other = next((name for other_id, name in having if other_id != restaurant_id), "")
        if other:
            found.append((candidate.hit.company_number, other))
    return tuple(found)


def _row(
    job: Job,
    restaurant: Restaurant,
    candidates: tuple[Candidate, ...],
    batch: str,
    taken: tuple[tuple[str, str], ...],
    fate: Fate | None,
    *,
    waits: bool,
) -> SelectionRow:
    if waits:
        state = "nothing found" if not candidates else f"{len(candidates)} found"
    else:
        chosen = str(job.step(3).result_data.get("company_number") or "")
        name = next((c.hit.company_name for c in candidates if c.hit.company_number == chosen), "")
        state = f"chosen: {name or chosen}" if chosen else "none of these"
        if job.step(3).result_data.get("manual_entry"):
            state = "entered by hand"
    key, choice = "action_required" if waits else "completed", state
    if fate is not None and fate.state is not FateState.TAKEN:
        choice, key, state = state, fate.state.value, state_words(fate)
    return SelectionRow(
        job.id, restaurant.name, restaurant.address, restaurant.city, restaurant.phone, restaurant.email, restaurant.website_url, batch,
        key, state, waits, candidates, taken, fate, "" if waits else choice, decisions.can_take_back(job),
        restaurant.note,
    )  # fmt: skip

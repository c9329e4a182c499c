"""One batch without a window: its board, and the verbs on its restaurants.

Owns: which batch is shown, and its last board.
Never: imports Qt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.fate import Fate
from regbatch_desktop.domain.mutation import OF_A_BATCH
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey, SubStepStatus, dependents
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.read_models import BatchBoard, JobRow
from regbatch_desktop.services import batches, decisions, notes, sub_step_edits
from regbatch_desktop.services.boards import batch_board, with_workers
from regbatch_desktop.services.fates import OF_A_JOB, OF_A_NOTE, FateReader, FateTable, withdrawn
from regbatch_desktop.services.runs import Runs


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a restaurant's log."""

    key: str
    at: datetime
    what: str
    detail: str


class BatchPresenter:
    """The verbs of the detail pane."""

    def __init__(self, doors: Doors, runs: Runs, person: str) -> None:
        self._doors = doors
        self._runs = runs
        self._person = person
        self.batch_id = ""
        self._board: BatchBoard | None = None
        # Each row as the board has it, and as it is shown.
        self._shown: dict[str, tuple[JobRow, JobRow]] = {}
        self._fates = FateReader(doors)

    async def board(self) -> BatchBoard | None:
        """What is shown; None while no batch is open."""
        if not self.batch_id:
            self._board = None
            return None
        board, fates = await asyncio.gather(batch_board(self._doors, self.batch_id, self._board), self._fates.read())
        self._board = board
        holders = await self._runs.holders(board.row.key)
        shown = with_workers(board, holders, here=self._doors.instance_id, person=self._person)
        self._shown = {row.key: (row, _with_fates(row, fates, self._shown.get(row.key))) for row in shown.jobs}
        jobs = tuple(row for _, row in self._shown.values())
        return replace(shown, row=replace(shown.row, fate=fates.pending(board.row.key, OF_A_BATCH)), jobs=jobs)

    async def take_over(self, row: JobRow) -> str:
        """Work on what somebody left."""
        if await self._runs.take_over(row.key):
            return f"You work on {row.name} now."
        return f"Somebody works on {row.name} already."

    async def withdraw(self, fate: Fate) -> str:
        """Take back what was not sent."""
        return "Taken back." if await withdrawn(self._doors, fate) else "It was sent a moment ago, so it is with your team now."

    async def write_note(self, job_id: str, text: str, seen: str) -> str:
        """Keep a note in place of the one that was seen."""
        if not await notes.write_note(self._doors, job_id, text, seen=seen, decided_by=self._person):
            return ""
        return "The note is kept." if text.strip() else "The note is emptied."

    async def start(self) -> str:
        """Start the batch."""
        await batches.start_batch(self._doors, self.batch_id)
        return "Started."

    async def cancel(self) -> str:
        """Cancel the batch for good."""
        count = await batches.cancel_batch(self._doors, self.batch_id)
        return f"Cancelled: {count} restaurant{'s' if count != 1 else ''}. Calls under way are still recorded."

    async def retry(self, rows: Sequence[JobRow], from_step: int | None, reset_config: bool) -> str:
        """Retry restaurants, from a step or from their first open one."""
        done, problem = 0, ""
        for row in rows:
            try:
                await batches.retry_job(self._doors, row.key, from_step=from_step, reset_config=reset_config)
                done += 1
            except InvalidStatus as error:
                # Somebody moved it meanwhile; the others go on.
                problem = f" {row.name}: {error.sentence}"
        self._runs.retried(self.batch_id)
        return f"{done} restaurant{'s go' if done != 1 else ' goes'} on.{problem}"

    async def answer_unknown(self, job_id: str, key: str, happened: bool, person: str) -> str:
        """It happened, or it did not."""
        await sub_step_edits.answer_unknown(self._doors, job_id, SubStepKey(key), happened=happened, decided_by=person)
        self._runs.retried(self.batch_id)
        return "Noted; it goes on." if happened else "Noted; the call is made once more."

    async def skip(self, row: JobRow) -> str:
        """Leave out the step at which it failed."""
        await batches.skip_step(self._doors, row.key)
        self._runs.retried(self.batch_id)
        return f"{row.step_name} is left out; {row.name} goes on."

    async def contact(self, restaurant_id: str) -> tuple[str, str]:
        """E-mail and phone that are known of a restaurant."""
        restaurant = await self._doors.store.restaurant(restaurant_id)
        return restaurant.email, restaurant.phone

    async def enter(self, row: JobRow, entry: ManualEntry, person: str) -> str:
        """Details typed by hand stand in for steps 2 to 4."""
        await decisions.enter_manually(self._doors, row.key, entry, decided_by=person)
        self._runs.retried(self.batch_id)
        return f"{row.name}: entered by hand."

    async def check_again(self, job_id: str) -> str:
        """Ask the platform again about what is not known."""
        await batches.retry_job(self._doors, job_id, from_step=6)
        self._runs.retried(self.batch_id)
        return "The platform is asked again."

    async def set_status(self, job_id: str, key: str, status: str, person: str) -> str:
        """A person's word on a sub-step."""
        await sub_step_edits.set_status(self._doors, job_id, SubStepKey(key), SubStepStatus(status), decided_by=person)
        self._runs.retried(self.batch_id)
        return f"{SUB_STEPS[SubStepKey(key)].label} set to {status}."

    async def do_again(self, job_id: str, key: str) -> str:
        """Reset with everything that needs it."""
        await sub_step_edits.do_again(self._doors, job_id, SubStepKey(key))
        self._runs.retried(self.batch_id)
        return f"{SUB_STEPS[SubStepKey(key)].label} is done again, with what needs it."

    async def events(self, job_id: str) -> tuple[EventRow, ...]:
        """What happened to a restaurant's calls and decisions, newest first."""
        found = [
            EventRow(
                f"e{n}", event.at, f"{_label(event.name)}: {_KINDS.get(event.kind, event.kind)}",
                ", ".join(f"{k} {v}" for k, v in event.detail.items() if v not in (None, "")),
            )
            for n, event in enumerate(await self._doors.store.effect_events(job_id))
        ]  # fmt: skip
        for n, decision in enumerate(await self._doors.store.decisions(job_id)):
            words = (
                f"company {decision.company_number}, rank {decision.rank}"
                if decision.company_number
                else decision.kind.value.replace("_", " ")
            )
            found.append(EventRow(f"d{n}", decision.decided_at, f"Decision by {decision.decided_by}", words))
        details = (await self._doors.store.job(job_id)).step(4)
        told = details.result_data.get("differences")
        for n, sentence in enumerate(told if isinstance(told, list | tuple) else ()):
            if details.completed_at is not None:
                found.append(EventRow(f"c{n}", details.completed_at, "Company details", str(sentence)))
        return tuple(sorted(found, key=lambda row: row.at, reverse=True))

    async def evidence(self, job_id: str, key: str) -> str:
        """What is known about a call whose outcome is not known."""
        events = [event for event in await self._doors.store.effect_events(job_id) if event.name == key]
        return "\n".join(
            f"{event.at.astimezone():%d %b %H:%M:%S}  {_KINDS.get(event.kind, event.kind)}"
            + "".join(f", {k} {v}" for k, v in event.detail.items() if v not in (None, ""))
            for event in events
        )

    @staticmethod
    def consequences(key: str) -> tuple[str, ...]:
        """The sub-steps that need this one."""
        return tuple(SUB_STEPS[each].label for each in SUB_STEPS if each in dependents(SubStepKey(key)))


_KINDS = {
    "intent": "about to be sent", "outcome": "answered", "unknown": "outcome not known", "reconciled": "found out at the platform",
    "query_failed": "the platform could not be asked", "contradiction": "the platform contradicts itself",
}  # fmt: skip


def _with_fates(row: JobRow, fates: FateTable, known: tuple[JobRow, JobRow] | None) -> JobRow:
    """What says the same stays the same row, whoever's lease was renewed meanwhile."""
    fate, note_fate = fates.of(row.key, OF_A_JOB), fates.of(row.key, OF_A_NOTE)
    if known is not None and known[0] is row and (known[1].fate, known[1].note_fate) == (fate, note_fate):
        return known[1]
    made = row if fate is None and note_fate is None else replace(row, fate=fate, note_fate=note_fate)
    return known[1] if known is not None and known[1] == made else made


def _label(name: str) -> str:
    try:
        return SUB_STEPS[SubStepKey(name)].label
    except ValueError:
        return {"menuExtraction": "Menu extraction", "brandingExtraction": "Branding extraction"}.get(name, "Restaurant's data")

"""Live progress of a run: per restaurant, per step, time left, and what waits for whom.

Owns: when something is printed.
Never: changes anything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

from rich.live import Live
from rich.table import Table
from rich.text import Text

from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.names import shown
from regbatch_desktop.domain.steps import STEPS, TOTAL_STEPS, StepStatus
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services.exports import status_words

_MARKS = {
    StepStatus.PENDING: "·", StepStatus.IN_PROGRESS: "▶", StepStatus.ACTION_REQUIRED: "?", StepStatus.RETRYING: "↻",
    StepStatus.COMPLETED: "✓", StepStatus.FAILED: "✗", StepStatus.SKIPPED: "–",
}  # fmt: skip
REFRESH_S = 0.5


def doing(job: Job) -> str:
    """What happens in a job now, in words."""
    running = [SUB_STEPS[k].label for k, s in job.sub_steps.items() if s.status is SubStepStatus.IN_PROGRESS]
    step = job.step(job.current_step)
    if job.is_ended:
        return job.error_message or status_words(job)
    if job.has_unknown:
        unknown = [SUB_STEPS[k].label for k, s in job.sub_steps.items() if s.status is SubStepStatus.UNKNOWN]
        return f"not known: {', '.join(unknown)}"
    if running:
        return ", ".join(running)
    if step.status is StepStatus.ACTION_REQUIRED:
        return f"waits for a person: {STEPS[step.number - 1].name}"
    if step.status is StepStatus.RETRYING:
        return f"tries again: {step.error_message}"
    return STEPS[step.number - 1].name


def seconds_left(jobs: Sequence[Job], elapsed_s: float) -> float | None:
    """From the pace so far: the share of steps done, sub-steps counted."""
    total = len(jobs) * (TOTAL_STEPS - 1 + len(SUB_STEPS))
    done = 0
    for job in jobs:
        if job.is_ended:
            done += TOTAL_STEPS - 1 + len(SUB_STEPS)
        else:
            done += sum(step.is_done for step in job.steps[:5]) + sum(sub.is_ended for sub in job.sub_steps.values())
    if elapsed_s < 1 or done * 20 < total:
        return None
    return elapsed_s * (total - done) / done


class Progress:
    """Follows one batch until cancelled."""

    def __init__(self, doors: Doors, screen: Screen, batch_id: str) -> None:
        self._doors = doors
        self._screen = screen
        self._batch_id = batch_id
        self._names: dict[str, str] = {}
        self._last: dict[str, tuple[str, ...]] = {}
        self._began = time.monotonic()

    async def run(self) -> None:
        """Redraw or print until cancelled; the last state is shown on the way out."""
        jobs = await self._doors.store.jobs(self._batch_id)
        restaurants = await self._doors.store.restaurants([job.restaurant_id for job in jobs])
        self._names = {restaurant.id: restaurant.name for restaurant in restaurants}
        if self._screen.is_live:
            with Live(console=self._screen.console, refresh_per_second=4, transient=True) as live:
                while True:
                    live.update(self._table(await self._doors.store.jobs(self._batch_id)))
                    await asyncio.sleep(REFRESH_S)
        while True:
            await self.print_changes()
            await asyncio.sleep(REFRESH_S)

    async def print_changes(self) -> None:
        """A line for each restaurant whose step or status changed."""
        jobs = await self._doors.store.jobs(self._batch_id)
        done = sum(job.is_ended for job in jobs)
        for job in jobs:
            now = (job.status.value, str(job.current_step), job.step(job.current_step).status.value)
            if self._last.get(job.id) == now:
                continue
            self._last[job.id] = now
            name = self._names.get(job.restaurant_id, job.restaurant_id)
            self._screen.event(
                event="progress", restaurant=name, job_id=job.id, status=job.status.value, step=job.current_step,
                step_status=now[2], doing=doing(job),
            )  # fmt: skip
            if not self._screen.is_live and not self._screen.as_json:
                left = self._left(jobs)
                self._screen.line(f"[{done}/{len(jobs)}{left}] {name}: step {job.current_step} of 6, {doing(job)}")

    def _left(self, jobs: Sequence[Job]) -> str:
        left = seconds_left(jobs, time.monotonic() - self._began)
        return "" if left is None else f", about {left:.0f} s left"

    def _table(self, jobs: Sequence[Job]) -> Table:
        waits = sum(job.waits_for_person for job in jobs)
        done = sum(job.is_ended for job in jobs)
        title = f"{done} of {len(jobs)} ended, {waits} wait for a person{self._left(jobs)}"
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for column in ("Restaurant", "1 2 3 4 5 6", "Set-up", "Now"):
            table.add_column(column, no_wrap=True)
        room = max(8, self._screen.console.height - 5)
        # What moves or waits is worth the space; what has ended is counted in the title.
        order = sorted(jobs, key=lambda job: (job.is_ended, -job.current_step))
        for job in order[:room]:
            name = Text(shown(self._names.get(job.restaurant_id, ""), cap=32))
            marks = " ".join(_MARKS[step.status] for step in job.steps)
            subs = f"{sum(sub.is_done for sub in job.sub_steps.values())}/12"
            table.add_row(name, marks, subs, Text(shown(doing(job), cap=70)))
        if len(order) > room:
            table.add_row(f"… and {len(order) - room} more", "", "", "")
        return table


def counted(jobs: Sequence[Job]) -> Mapping[str, int]:
    """Jobs per status in words."""
    counts: dict[str, int] = {}
    for job in jobs:
        words = status_words(job)
        counts[words] = counts.get(words, 0) + 1
    return counts

"""Gaps in the window while a parallel batch of 50 runs on the practice services and its detail pane refreshes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.practice import sample
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services import batches, configurations, decisions
from regbatch_desktop.services.lead_files import read_leads
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.ui.application import Application
from tests.benchmarks.gaps import idle, measured
from tests.benchmarks.window import play, until

RESTAURANTS = 50
IDLE_S = 5.0


class Operator:
    """Decides as soon as a restaurant waits: the best candidate, the derived configuration."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._scope = TaskScope("operator")
        self._unsubscribe = doors.changes.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.kind == "waiting":
            self._scope.spawn(self._decide(change.ids[0]), name="decide")

    async def _decide(self, job_id: str) -> None:
        job = await self._doors.store.job(job_id)
        if job.step(2).status is StepStatus.ACTION_REQUIRED or job.step(3).status is StepStatus.ACTION_REQUIRED:
            search = await self._doors.store.candidates(job_id)
            best = search.candidates[0].hit.company_number if search and search.candidates else None
            await decisions.choose_company(self._doors, job_id, best, decided_by="bench")
        elif job.step(5).status is StepStatus.ACTION_REQUIRED:
            found = configurations.with_practice_contacts(await configurations.propose(self._doors, job_id))
            await configurations.save_and_start(self._doors, job_id, found)

    async def aclose(self) -> None:
        self._unsubscribe()
        await self._scope.aclose()


def main(folder: Path) -> None:
    leads, _ = sample.write(folder, sample.generate(restaurants=RESTAURANTS, companies=20_000))
    figures: dict[str, dict[str, float]] = {}
    flights: list[int] = []

    async def part(application: Application) -> None:
        doors, bench = application.desk.doors, application.workbench
        added = (await import_leads(doors, read_leads(leads).leads)).added
        batch = await create_batch(doors, added, name="Bench", mode=ExecutionMode.PARALLEL)
        operator = Operator(doors)
        bench.go("batch", batch.id)
        await until(lambda: bench.batch.table.shown_count() == RESTAURANTS)
        figures["idle"] = await idle(IDLE_S)
        doors.changes.subscribe(lambda _change: flights.append(len(application.desk.runs.in_flight)))
        with measured(figures, "running"):
            await batches.start_batch(doors, batch.id)
            await until(lambda: bench.batch._board is not None and bench.batch._board.row.percent == 100)
        await operator.aclose()

    play(folder, folder / "bench.db", part, practice={"failing_per_mille": 0})
    figures["running"]["most_in_flight"] = max(flights)
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""This engine: 50 jobs, six steps, Step 6 with its 12 sub-steps; the bodies are empty, every transition is real and durable."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.domain.effects import CallOutcome, OutcomeKind
from regbatch_desktop.domain.lead import Lead
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.pipeline.definition import PROCESSORS
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.pipeline.outcomes import Done, StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.ports import Menu
from regbatch_desktop.runtime.changes import Change, Changes
from regbatch_desktop.runtime.clock import SystemClock
from regbatch_desktop.runtime.garbage import collect_seldom
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services import batches, configurations, decisions
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.store.workspace import open_workspace
from regbatch_desktop.vault.envelope import Vault


class EmptyPlatform:
    """Answers at once."""

    def __getattr__(self, name: str) -> Any:
        async def call(*_: object, **__: object) -> CallOutcome:
            return CallOutcome(OutcomeKind.SUCCEEDED, reply={"success": True})

        return call

    async def menus(self, _restaurant_id: str) -> tuple[Menu, ...]:
        return (Menu("m", item_count=1),)


async def empty(_context: StepContext) -> StepOutcome:
    return Done()


class Desk:
    """Decides for the two steps of a person as soon as a restaurant waits."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._scope = TaskScope("desk")
        doors.changes.subscribe(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.kind == "waiting":
            self._scope.spawn(self._decide(change.ids[0]), name="decide")

    async def _decide(self, job_id: str) -> None:
        job = await self._doors.store.job(job_id)
        if job.step(3).status is StepStatus.ACTION_REQUIRED:
            await decisions.choose_company(self._doors, job_id, None, decided_by="bench")
        elif job.step(5).status is StepStatus.ACTION_REQUIRED:
            await configurations.save_and_start(self._doors, job_id, await configurations.propose(self._doors, job_id))


async def batch(doors: Doors, engine: Engine, name: str, jobs: int) -> float:
    leads = [
        Lead(n, f"{name} Kea {n}", address=f"{n} High Street", city="Napier", phone=f"021555{n:04}", email=f"{name}{n}@kea.co.nz")
        for n in range(jobs)
    ]
    made = await create_batch(doors, (await import_leads(doors, leads)).added)
    began = time.perf_counter()
    await batches.start_batch(doors, made.id)
    while (await doors.store.batch_progress(made.id)).percent < 100:
        await engine.run_batch(made.id)
    return time.perf_counter() - began


async def main(folder: Path, jobs: int) -> None:
    workspace = open_workspace(folder / "bench.db")
    limits = replace(practice_limits(0), account_spacing_s=0)
    nobody: Any = None
    platform: Any = EmptyPlatform()
    vault = Vault(b"0" * 32, workspace_id="bench")
    doors = Doors(workspace.store, platform, nobody, vault, SystemClock(), limits, "bench", Changes())
    desk = Desk(doors)
    processors = {1: empty, 2: empty, 4: empty, 5: empty, 6: PROCESSORS[6]}
    engine = Engine(doors, mode=ExecutionMode.PARALLEL, parallel_cap=jobs, processors=processors)
    await batch(doors, engine, "warm-up", 1)
    collect_seldom()
    cpu = time.process_time()
    wall = await batch(doors, engine, "x", jobs)
    figures = {
        "wall_s": wall,
        "cpu_s": time.process_time() - cpu,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures), flush=True)
    await engine.aclose()
    await desk._scope.aclose()
    workspace.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))

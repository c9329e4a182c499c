"""The engine in a process of its own, to be killed: imports, runs, and answers what only a person can.

Tells at its end: jobs per status, and which sub-steps were asked about.
"""

from __future__ import annotations

import asyncio
import os
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx

from regbatch_desktop.bootstrap import opened
from regbatch_desktop.bootstrap.services import Services, practice_limits
from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.engine import Engine, can_move
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services import batches, sub_step_edits
from regbatch_desktop.services.lead_files import read_leads
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.services.reviewer import Reviewer, Selection
from tests.faults.crashing import CrashingPlatform, CrashingStore
from tests.faults.points import Point

CANARY = "Canary-9f3b1c-Password!"
OVERRIDES: Mapping[str, object] = {"account": {"password": CANARY}, "onboarding": {"user_password": CANARY + "2"}}
_KINDS = {"menuImport": "menu_imported", "optionSets": "option_sets_created", "itemTags": "item_tags_created"}


@dataclass(frozen=True, slots=True)
class Run:
    """One life of the engine: where, against which platform, and where it dies (nowhere when it is None)."""

    folder: Path
    url: str
    die_at: Point | None = None
    answer: bool = False
    mode: ExecutionMode = ExecutionMode.SEQUENTIAL


async def work(run: Run) -> dict[str, Any]:
    folder, url, mode, point = run.folder, run.url, run.mode, run.die_at
    limits = replace(practice_limits(0.002), default_deadline_s=1.0, deadlines_s={}, settle_lag_s=0.3, account_spacing_s=0.05)
    async with opened(folder / "workspace.db", Services(platform_url=url), limits=limits) as session:
        doors = session.doors
        if point is not None:
            store, platform = CrashingStore(doors.store, point), CrashingPlatform(doors.platform, point, after_s=0.004)
            doors = replace(doors, store=store, platform=platform)
        batch_id = await _batch(doors, folder, mode)
        asked = await _answer(doors, batch_id, url) if run.answer else []
        await _run(doors, batch_id, mode)
        jobs = await doors.store.jobs(batch_id)
        unknown = [(j.id, k.value) for j in jobs for k, s in j.sub_steps.items() if s.status is SubStepStatus.UNKNOWN]
        events = [(e.name, e.kind, dict(e.detail)) for j in jobs for e in await doors.store.effect_events(j.id)]
        return {
            "statuses": [job.status.value for job in jobs],
            "errors": [job.error_message for job in jobs if job.error_message],
            "failed": [k.value for j in jobs for k, s in j.sub_steps.items() if s.status is SubStepStatus.FAILED],
            "running": [k.value for j in jobs for k, s in j.sub_steps.items() if s.status is SubStepStatus.IN_PROGRESS],
            "unknown": unknown,
            "asked": asked,
            "events": events if len(jobs) == 1 else [],
        }


async def _batch(doors: Doors, folder: Path, mode: ExecutionMode) -> str:
    """The batch of the leads file; whatever a kill left undone is done now, nothing twice."""
    rows = await doors.store.batch_rows()
    if not rows:
        imported = await import_leads(doors, read_leads(folder / "leads.csv").leads)
        await create_batch(doors, [*imported.added, *imported.known], mode=mode)
        rows = await doors.store.batch_rows()
    assert len(rows) == 1
    if rows[0].started_at is None:
        await batches.start_batch(doors, rows[0].key)
    return rows[0].key


async def _run(doors: Doors, batch_id: str, mode: ExecutionMode) -> None:
    engine, scope = Engine(doors, mode=mode), TaskScope("test")
    reviewer = Reviewer(doors, selection=Selection.BEST, overrides=OVERRIDES, practice_contacts=True)
    scope.spawn(reviewer.run(batch_id), name="reviewer")
    while True:
        await engine.run_batch(batch_id)
        if reviewer.is_idle and not any(can_move(job) for job in await doors.store.jobs(batch_id)):
            break
        await asyncio.sleep(0.01)
    await engine.aclose()
    await scope.aclose()


async def _answer(doors: Doors, batch_id: str, url: str) -> list[str]:
    """What a person does: look at the platform, then say whether it happened."""
    async with httpx.AsyncClient() as client:
        ledger = (await client.get(f"{url}/practice/ledger")).json()["events"]
    asked = []
    for job in await doors.store.jobs(batch_id):
        for key, sub in job.sub_steps.items():
            if sub.status is SubStepStatus.UNKNOWN:
                kind = _KINDS.get(key.value, "")
                happened = any(e["kind"] == kind and e["restaurant_id"] == job.restaurant_id for e in ledger)
                await sub_step_edits.answer_unknown(doors, job.id, SubStepKey(key), happened=happened, decided_by="test")
                asked.append(key.value)
    return asked


def main(run: Run, told: Connection) -> None:
    """In the process itself: tell what `work` came to, or the traceback as a text."""
    os.environ["REGBATCH_DATA_DIR"] = str(run.folder / "data")
    try:
        told.send(asyncio.run(work(run)))
    except Exception:
        told.send(traceback.format_exc())

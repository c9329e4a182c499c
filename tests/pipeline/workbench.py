"""A real workspace, the practice services in process, and any number of engines on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from regbatch_desktop.bootstrap import PRACTICE_URL
from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.batch import Batch, BatchStatus, ExecutionMode
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.lead import Lead
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.engine import Engine, can_move
from regbatch_desktop.practice.faults import Fault, FaultPlan, FaultRule
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.transport import InProcessTransport
from regbatch_desktop.remote.companies_office import CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.platform import HttpPlatform
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.runtime.clock import SystemClock
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services import batches
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.services.reviewer import Reviewer, Selection
from regbatch_desktop.store.workspace import Workspace, open_workspace
from regbatch_desktop.vault.envelope import Vault

ENDED = (BatchStatus.CANCELLED, BatchStatus.FAILED, BatchStatus.COMPLETED)


def company(number: int, street: str) -> dict[str, str]:
    return {
        "company_number": str(7_000_000 + number), "company_name": f"OWNER {number} LIMITED", "status": "Registered",
        "address": street, "city": "Napier", "directors": "AROHA SAMPLE",
    }  # fmt: skip


def leads(count: int, *, links: bool = True) -> list[Lead]:
    return [
        Lead(
            number, f"Kea {number} Kitchen", address=f"{number + 1} Kea Street", city="Napier", phone="021 555 0100",
            email=f"kea{number}@bench.example.com",
            website_url=f"https://kea{number}.example" if links else "",
            ubereats_url=f"https://ubereats.example/kea{number}" if links else "",
        )
        for number in range(count)
    ]  # fmt: skip


@dataclass
class Bench:
    workspace: Workspace
    platform: PracticePlatform
    doors: Doors

    def faults(self, *rules: FaultRule) -> None:
        self.platform.faults = FaultPlan(rules)

    def fault(self, fault: Fault, path: str = "*", **more: Any) -> None:
        self.faults(FaultRule(fault, path, **more))

    async def batch(self, count: int, *, mode: ExecutionMode = ExecutionMode.PARALLEL, links: bool = True) -> Batch:
        made = await create_batch(self.doors, (await import_leads(self.doors, leads(count, links=links))).added, mode=mode)
        await batches.start_batch(self.doors, made.id)
        return made

    async def jobs(self, batch: Batch) -> tuple[Job, ...]:
        return await self.doors.store.jobs(batch.id)

    def engine(self, instance: str = "one", **more: Any) -> Engine:
        return Engine(replace(self.doors, instance_id=instance), seed=1, **more)

    async def run(self, batch: Batch, *, instance: str = "one") -> None:
        """One engine until nothing moves by itself."""
        engine = self.engine(instance)
        await engine.run_batch(batch.id)
        await engine.aclose()

    async def run_reviewed(self, batch: Batch, *, instance: str = "one") -> None:
        """An engine with a policy deciding for people, to the end."""
        engine, scope = self.engine(instance), TaskScope("bench")
        reviewer = Reviewer(self.doors, selection=Selection.BEST, practice_contacts=True)
        scope.spawn(reviewer.run(batch.id), name="reviewer")
        while True:
            await engine.run_batch(batch.id)
            if not reviewer.is_idle:
                continue
            progress = await self.doors.store.batch_progress(batch.id)
            if progress.status in ENDED or not any(can_move(job) for job in await self.jobs(batch)):
                break
        await engine.aclose()
        await scope.aclose()


@asynccontextmanager
async def bench(folder: Path, **limits: Any) -> AsyncIterator[Bench]:
    workspace = open_workspace(folder / "w.db")
    register = PracticeRegister(company(number, f"{number + 1} Kea Street") for number in range(60))
    platform = PracticePlatform(register, speed=0.001, failing_per_mille=0)
    chosen = replace(practice_limits(0.001), **({"account_spacing_s": 0.0, "settle_lag_s": 0.05} | limits))
    async with ServiceClient(PRACTICE_URL, limits=chosen, transport=InProcessTransport(platform)) as client:
        doors = Doors(
            workspace.store, HttpPlatform(client), CompaniesOffice(client), Vault(b"0" * 32, workspace_id="w"), SystemClock(),
            chosen, "one", Changes(),
        )  # fmt: skip
        try:
            yield Bench(workspace, platform, doors)
        finally:
            workspace.close()
            platform.close()

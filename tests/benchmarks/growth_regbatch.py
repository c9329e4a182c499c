"""A workspace that fills up: seconds a batch and a status query take with 10, 50 and 500 batches in the same file."""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.domain.lead import Lead
from regbatch_desktop.pipeline.definition import PROCESSORS
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.runtime.clock import SystemClock
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.store.workspace import open_workspace
from regbatch_desktop.vault.envelope import Vault
from tests.benchmarks.overhead_regbatch import Desk, EmptyPlatform, batch, empty

SIZES = (10, 50, 500)
RUNS = 5


async def fill(doors: Doors, first: int, last: int) -> None:
    """Batches of 50 that were created and never started."""
    for number in range(first, last):
        leads = [Lead(n, f"Filler {number}-{n}", address=f"{n} High Street", city=f"Town {number}", phone="") for n in range(50)]
        await create_batch(doors, (await import_leads(doors, leads)).added)


async def main(folder: Path) -> None:
    workspace = open_workspace(folder / "growth.db")
    nobody: Any = None
    platform: Any = EmptyPlatform()
    limits = replace(practice_limits(0), account_spacing_s=0)
    vault = Vault(b"0" * 32, workspace_id="bench")
    doors = Doors(workspace.store, platform, nobody, vault, SystemClock(), limits, "bench", Changes())
    desk = Desk(doors)
    processors = {1: empty, 2: empty, 4: empty, 5: empty, 6: PROCESSORS[6]}
    engine = Engine(doors, mode=ExecutionMode.PARALLEL, parallel_cap=50, processors=processors)
    await batch(doors, engine, "warm-up", 50)
    gc.freeze()
    figures: dict[str, dict[str, float]] = {}
    there = 1
    for size in SIZES:
        await fill(doors, there, size)
        there = size
        walls = [await batch(doors, engine, f"s{size}r{run}", 50) for run in range(RUNS)]
        one = (await doors.store.batch_rows())[-1].key
        queries = []
        for _ in range(200):
            began = time.perf_counter()
            await doors.store.batch_progress(one)
            queries.append(time.perf_counter() - began)
        figures[str(size)] = {"batch_s": statistics.median(walls), "status_query_ms": statistics.median(queries) * 1000}
        there += RUNS
    print(json.dumps(figures), flush=True)
    await engine.aclose()
    await desk._scope.aclose()
    workspace.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

"""DBOS Transact on SQLite (WAL, FULL): 50 workflows of 17 empty steps. Runs in the peers' environment."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time

import sqlalchemy
from dbos import DBOS

JOBS = int(sys.argv[2])
PHASES = (4, 6, 1, 1)


def engine(path: str) -> sqlalchemy.Engine:
    made = sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @sqlalchemy.event.listens_for(made, "connect")
    def _promise(connection, _record):  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return made


DBOS(
    config={
        "name": "peer",
        "system_database_engine": engine(sys.argv[1] + "/dbos.db"),
        "log_level": "ERROR",
        "run_admin_server": False,
    }
)


@DBOS.step()
async def body(_name: str) -> str:
    return "ok"


@DBOS.workflow()
async def registration(job: str) -> str:
    for number in range(1, 6):
        await body(f"{job}:{number}")
    for size in PHASES:
        for number in range(size):
            await body(f"{job}:6:{number}")
    return "done"


async def main() -> None:
    handles = [await DBOS.start_workflow_async(registration, "warm-up")]
    await handles[0].get_result()
    began, cpu = time.perf_counter(), time.process_time()
    handles = await asyncio.gather(*(DBOS.start_workflow_async(registration, f"job-{n}") for n in range(JOBS)))
    await asyncio.gather(*(handle.get_result() for handle in handles))
    figures = {
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures), flush=True)


DBOS.launch()
asyncio.run(main())
DBOS.destroy()

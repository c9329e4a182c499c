"""LangGraph with AsyncSqliteSaver (WAL, FULL): 50 threads of 17 empty nodes in phases. Runs in the peers' environment."""

from __future__ import annotations

import asyncio
import json
import operator
import resource
import sys
import time
from typing import Annotated, TypedDict

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph

JOBS = int(sys.argv[2])
PHASES = (4, 6, 1, 1)


class State(TypedDict):
    done: Annotated[list[str], operator.add]


def graph():  # type: ignore[no-untyped-def]
    built = StateGraph(State)
    before = [START]
    phases = [[f"step{n}"] for n in range(1, 6)]
    phases += [[f"sub{phase}_{n}" for n in range(size)] for phase, size in enumerate(PHASES)]
    for names in phases:
        for name in names:

            async def body(_state: State, name: str = name) -> State:
                return {"done": [name]}

            built.add_node(name, body)
            built.add_edge(before if len(before) > 1 else before[0], name)
        before = names
    built.add_edge(before[0], END)
    return built


async def main() -> None:
    async with AsyncSqliteSaver.from_conn_string(sys.argv[1] + "/langgraph.db") as saver:
        await saver.setup()
        await saver.conn.execute("PRAGMA synchronous=FULL")
        compiled = graph().compile(checkpointer=saver)

        async def run(name: str) -> None:
            await compiled.ainvoke({"done": []}, {"configurable": {"thread_id": name}}, durability="sync")

        await run("warm-up")
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(run(f"job-{n}") for n in range(JOBS)))
        figures = {
            "wall_s": time.perf_counter() - began,
            "cpu_s": time.process_time() - cpu,
            "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    print(json.dumps(figures), flush=True)


asyncio.run(main())

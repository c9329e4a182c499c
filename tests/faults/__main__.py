"""`make faults`: every kill point, several passes, and the table."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.harness import killed_at
from tests.faults.points import Point, all_points


async def _all(passes: int, at_once: int) -> int:
    gate = asyncio.Semaphore(at_once)
    totals: Counter[str] = Counter()

    async def one(point: Point) -> None:
        async with gate:
            with tempfile.TemporaryDirectory() as folder:
                verdict = await killed_at(Path(folder), point)
        totals["kills"] += verdict.died
        totals["not reached"] += not verdict.died
        totals["lost"] += bool(verdict.missing)
        totals["duplicated"] += bool(verdict.duplicates)
        totals["stuck"] += verdict.result["statuses"] != ["completed"]
        totals["asked a person"] += bool(verdict.result["asked"])
        totals["leaks"] += bool(verdict.leaks)
        if verdict.missing or verdict.duplicates or verdict.result["statuses"] != ["completed"]:
            print(point.name, verdict)

    for number in range(passes):
        await asyncio.gather(*(one(point) for point in all_points()))
        print(f"pass {number + 1}: " + ", ".join(f"{name} {count}" for name, count in sorted(totals.items())), flush=True)
    return totals["lost"] + totals["duplicated"] + totals["stuck"] + totals["leaks"] + totals["not reached"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--passes", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=2)
    given = parser.parse_args()
    raise SystemExit(1 if asyncio.run(_all(given.passes, given.at_once)) else 0)

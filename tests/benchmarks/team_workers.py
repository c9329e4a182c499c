"""One batch of 50 x 6 x 12 by one worker and by four, in the same project, alternating. Prints one JSON line.

The practice platform answers with latencies, so that what is measured is sharing, not the machine's two cores.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.team.fixtures import MIGRATIONS, Stack, administrated, running_stack
from tests.team.practice_server import practice_server
from tests.team.workers import office

# A tenth of life's latencies, and more calls at once than sixteen restaurants need.
SPEED, AT_ONCE, IN_FLIGHT = 0.1, 4, 64


async def batch_s(stack: Stack, folder: Path, workers: int, restaurants: int) -> float:
    """Seconds from the first claim to the end of the last restaurant."""
    folder.mkdir()
    os.environ["REGBATCH_DATA_DIR"] = str(folder / "desk")
    with practice_server(folder, speed=SPEED) as server:
        async with administrated(stack) as team, office(team, server, folder) as place:
            batch = await place.batch(restaurants)
            began = time.perf_counter()
            for _ in range(workers):
                await place.worker(at_once=AT_ONCE, speed=SPEED, in_flight=IN_FLIGHT)
            async with place.deciding(batch):
                await place.ended(batch, within_s=1500)
            assert server.ledger.duplicates() == []
            return time.perf_counter() - began


def main() -> None:
    restaurants = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with running_stack(*MIGRATIONS) as stack, tempfile.TemporaryDirectory() as folder:
        found = {f"{n} workers": round(asyncio.run(batch_s(stack, Path(folder) / str(n), n, restaurants)), 1) for n in (1, 4)}
    print(json.dumps({"team_workers": found | {"times as fast": round(found["1 workers"] / found["4 workers"], 2)}}))


if __name__ == "__main__":
    main()

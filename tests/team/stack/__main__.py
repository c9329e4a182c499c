"""`python -m tests.team.stack [script.sql …]`: a project for the tests; one JSON line when it is ready, ends with its stdin.

Owns: the order of starting and stopping.
Never: outlives its parent; the children end with this process even when it is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from tests.team.stack.gateway import Gateway
from tests.team.stack.processes import Processes, StackMissing

HERE = Path(__file__).resolve().parent


async def serve(scripts: list[Path]) -> None:
    """Until stdin closes or a signal comes."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)

    def watch_parent() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        loop.call_soon_threadsafe(stopped.set)

    # Workers that are killed in the middle of a request are what some tests are about.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    processes = Processes()
    try:
        await processes.start([HERE / "bootstrap.sql", *scripts])
        gateway = Gateway(processes.dsn, processes.rest_url)
        await gateway.start()
        ready = {"url": gateway.url, "dsn": processes.dsn, "rest_log": str(processes.rest_log)}
        print(json.dumps(ready), flush=True)
        threading.Thread(target=watch_parent, daemon=True).start()
        await stopped.wait()
        await gateway.stop()
    finally:
        processes.stop()


if __name__ == "__main__":
    try:
        asyncio.run(serve([Path(name) for name in sys.argv[1:]]))
    except StackMissing as error:
        sys.exit(str(error))

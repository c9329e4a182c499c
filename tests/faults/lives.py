"""Processes that run the engine and can be killed, forked from one that has its modules loaded.

Owns: starting them and hearing from them.
Never: shares anything else with them: what a kill leaves behind is in the files and at the platform.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any

from tests.faults import child

# Importing costs ten times as much as running one restaurant. Behind the first: what is loaded only when it is used.
_LOADED = [
    "tests.faults.child", "alembic.command", "alembic.context", "anyio._backends._asyncio", "certifi", "h11", "h2.connection", "httpcore",
    "keyring.backends.SecretService", "zoneinfo",
]  # fmt: skip
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(_LOADED)
_LONGEST_S = 150.0


@dataclass(frozen=True, slots=True)
class Life:
    """A process that runs now."""

    process: ForkServerProcess
    told: Connection

    @classmethod
    def begun(cls, run: child.Run) -> Life:
        told, tells = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=child.main, args=(run, tells), daemon=True)
        process.start()
        tells.close()
        return cls(process, told)

    @property
    def goes_on(self) -> bool:
        return self.process.is_alive()

    def kill(self) -> None:
        self.process.kill()

    async def ended(self) -> dict[str, Any] | None:
        """What it told at its end; None when it was killed. AssertionError when it failed by itself."""
        try:
            async with asyncio.timeout(_LONGEST_S):
                said = await asyncio.to_thread(self._said)
        finally:
            self.process.kill()
        # Not in a thread: whoever starts another process looks at this one as well, and only one of both would hear how it ended.
        self.process.join()
        if said is None:
            assert self.process.exitcode == -signal.SIGKILL, f"it ended with {self.process.exitcode} and without a word"
        assert not isinstance(said, str), said
        return said

    def _said(self) -> dict[str, Any] | str | None:
        try:
            said: dict[str, Any] | str = self.told.recv()
        except EOFError:
            return None
        return said

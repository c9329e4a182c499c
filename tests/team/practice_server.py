"""The practice services in a process of their own, without bad luck and with a ledger that outlives everybody."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regbatch_desktop.practice.ledger import Ledger
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.server import HOST, serving
from tests.pipeline.workbench import company


@dataclass(frozen=True)
class PracticeServer:
    url: str
    state: Path

    @property
    def ledger(self) -> Ledger:
        """Read again from the file."""
        return Ledger(self.state)


@contextlib.contextmanager
def practice_server(folder: Path, *, speed: float = 0.002) -> Iterator[PracticeServer]:
    state = folder / "platform.jsonl"
    command = [sys.executable, "-m", "tests.team.practice_server", str(state), str(speed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield PracticeServer(process.stdout.readline().strip(), state)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


async def serve(state: Path, speed: float) -> None:
    register = PracticeRegister(company(number, f"{number + 1} Kea Street") for number in range(60))
    platform = PracticePlatform(register, state_path=state, speed=speed, failing_per_mille=0)
    async with serving(platform) as port:
        print(f"http://{HOST}:{port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))

"""The process that computes beside a window: answers, errors, its death and that of its parent."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import psutil  # type: ignore[import-untyped]
import pytest

from regbatch_desktop.domain.errors import ServiceUnavailable
from regbatch_desktop.runtime.compute import here
from regbatch_desktop.runtime.side_process import SideProcess


def fails(text: str) -> None:
    raise ServiceUnavailable(text, detail="why")


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_elsewhere(own: int) -> int:
    """Kills every process but the first."""
    if os.getpid() != own:
        dies()
    return own


def cannot_be_read() -> None:
    raise sqlite3.OperationalError("database disk image is malformed")


async def processes_of(compute: SideProcess) -> set[int]:
    return {await compute(os.getpid) for _ in range(3)}


def test_everything_is_computed_in_one_other_process_that_is_gone_when_it_is_closed() -> None:
    async def story() -> int:
        compute = SideProcess()
        (process,) = await processes_of(compute)
        assert await asyncio.gather(*(compute(pow, number, 2) for number in range(100))) == [n * n for n in range(100)]
        compute.close()
        return process

    process = asyncio.run(story())
    assert process != os.getpid()
    assert not psutil.pid_exists(process)


def test_errors_come_back_as_they_are() -> None:
    async def story() -> None:
        compute = SideProcess()
        with pytest.raises(ServiceUnavailable, match="Down") as told:
            await compute(fails, "Down.")
        assert told.value.detail == "why"
        with pytest.raises(sqlite3.OperationalError):
            await compute(cannot_be_read)
        compute.close()
        with pytest.raises(RuntimeError, match="closed"):
            await compute(os.getpid)

    asyncio.run(story())


def test_a_process_that_was_killed_is_replaced_and_whoever_waited_gets_the_answer() -> None:
    async def story() -> None:
        compute = SideProcess()
        (first,) = await processes_of(compute)
        # More than the process has been handed: what is taken back before its turn must not keep the others from their answers.
        waiting = [asyncio.ensure_future(compute(time.sleep, 30)) for _ in range(5)]
        await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
        os.kill(first, signal.SIGKILL)
        assert await asyncio.gather(*(compute(abs, -number) for number in range(20))) == list(range(20))
        (second,) = await processes_of(compute)
        assert second not in (first, os.getpid())
        compute.close()

    asyncio.run(story())


def test_what_kills_every_process_is_computed_here() -> None:
    async def story() -> None:
        compute = SideProcess()
        assert await compute(dies_elsewhere, os.getpid()) == os.getpid()
        assert await compute(abs, -1) == 1
        compute.close()

    asyncio.run(story())


def test_the_process_does_not_outlive_a_program_that_is_killed() -> None:
    program = textwrap.dedent("""
        import asyncio, os, sys
        from regbatch_desktop.runtime.side_process import SideProcess
        async def story():
            print(await SideProcess()(os.getpid), flush=True)
            await asyncio.sleep(60)
        if __name__ == "__main__":
            asyncio.run(story())
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        child = psutil.Process(int(started.stdout.readline()))
        started.kill()
        child.wait(timeout=30)


def test_here_is_in_this_process() -> None:
    assert asyncio.run(here(os.getpid)) == os.getpid()

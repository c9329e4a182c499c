"""`regbatch practice serve | demo | sample`: the practice services and the sample.

Owns: the demo that `make run` shows.
Never: touches a real platform.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from pathlib import Path

import click

from regbatch_desktop.bootstrap.registers import load_register, practice_platform
from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.options import FilePath, json_option, services
from regbatch_desktop.commands.run import run_leads
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE
from regbatch_desktop.practice import sample
from regbatch_desktop.practice.server import HOST, serving
from regbatch_desktop.services.reviewer import Selection
from regbatch_desktop.surroundings import data_dir


@click.group()
def practice() -> None:
    """A practice platform and companies register, for trying and for tests."""


@practice.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one; it is printed.")
@click.option("--state", type=FilePath, default=None, help="Where it remembers; without, it forgets at the end.")
@click.option("--register", type=FilePath, default=None, help="A CSV of companies; default: the generated sample's.")
@click.option("--speed", type=click.FloatRange(0, 10), default=0.02, show_default=True, help="Latencies; 1 = as in life.")
@click.option("--faults", type=FilePath, default=None, help="A JSON fault plan.")
def serve(port: int, state: Path | None, register: Path | None, speed: float, faults: Path | None) -> int:
    """Serve the practice services on 127.0.0.1 until Ctrl-C."""
    chosen = services(register=register, platform_url="", speed=speed, faults=faults)

    async def work() -> None:
        platform = practice_platform(chosen, state, load_register(chosen.register_file))
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with serving(platform, port=port) as actual:
            print(f"http://{HOST}:{actual}", flush=True)
            await stop.wait()
        platform.close()

    asyncio.run(work())
    return Exit.OK


@practice.command(name="sample")
@click.option("--out", type=FilePath, required=True, help="Folder for leads.csv and register.csv.")
@click.option("--seed", default=sample.SEED, show_default=True)
def write_sample(out: Path, seed: int) -> int:
    """Write the sample leads and register files."""
    leads, register = sample.write(out, sample.generate(seed))
    Screen().line(f"{leads} and {register} written.")
    return Exit.OK


@practice.command()
@click.option("--speed", type=click.FloatRange(0, 10), default=0.02, show_default=True, help="Latencies; 1 = as in life.")
@json_option
def demo(speed: float, as_json: bool) -> int:
    """Take the sample's 30 restaurants through all six steps in a new practice workspace."""
    folder = data_dir() / "practice" / time.strftime(sample.PRACTICE_NAME)
    leads, register = sample.write(folder, sample.generate())
    screen = Screen(as_json=as_json)
    path = folder / "workspace.db"
    screen.line(f"Practice workspace: {path}")
    code = asyncio.run(
        run_leads(
            leads, path, Services(register_file=register, speed=speed), screen, selection=Selection.BEST,
            min_score=DEFAULT_MIN_SCORE, overrides={}, mode=ExecutionMode.PARALLEL,
        )
    )  # fmt: skip
    screen.line(f"Look at it again with: regbatch status --workspace {path}")
    # A restaurant without a menu is part of the sample; a demo that showed it has done its job.
    return Exit.OK if code is Exit.FAILURES else code

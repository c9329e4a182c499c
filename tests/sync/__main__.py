"""`python -m tests.sync`: what `make test` does a little of, for as long as it takes; a table and an exit code.

Owns: the numbers that are asked of working offline.
Never: leaves a number out that was asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chosen_parts import chosen_parts
from tests.sync.child import POINTS
from tests.sync.damage import campaign, harmed_caches
from tests.sync.desks import filled
from tests.sync.killing import killed_at
from tests.sync.model import ThreeClients
from tests.sync.races import races, slow_writers, started
from tests.team.fixtures import MIGRATIONS, Stack, Team, administrated, running_stack

Value = TypeVar("Value")
PARTS = ("model", "races", "writers", "damage", "kills")


def _in(stack: Stack, work: Callable[[Team, Path], Awaitable[Value]]) -> Value:
    async def administered() -> Value:
        async with administrated(stack) as team:
            with tempfile.TemporaryDirectory() as folder:
                return await work(team, Path(folder))

    return asyncio.run(administered())


def model(stack: Stack, given: argparse.Namespace) -> bool:
    """The stateful model; a failure is printed with the steps that lead to it."""
    ThreeClients.stack = stack
    chosen = settings(
        max_examples=given.examples, stateful_step_count=given.steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(ThreeClients, settings=chosen)
    print(
        f"model: {given.examples} examples of up to {given.steps} steps, 0 violations; mutations ended as {ThreeClients.totals}"
    )
    return True


def raced(stack: Stack, given: argparse.Namespace) -> bool:
    """So many races for one company."""
    found = _in(stack, lambda team, folder: races(team, folder, given.races))
    print(f"races: {dict(found)}")
    return found == {("conflict", "taken"): given.races}


def written(stack: Stack, given: argparse.Namespace) -> bool:
    """Slow writers for so many seconds, and the control."""
    found = _in(stack, lambda team, folder: slow_writers(team, folder, seconds=given.seconds))
    print(f"slow writers, {given.seconds:.0f} s: {dict(found)}")
    return found["missed"] == 0 and found["missed by time"] > 0


def damage(stack: Stack, given: argparse.Namespace) -> bool:
    """Flips and torn tails of every file."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(campaign(Path(folder) / "outbox", Path(folder), flips=given.flips, tears=given.tears))
    for name, total in found.items():
        print(f"damage, {name}: {dict(total)}")

    async def caches(team: Team, folder: Path) -> dict[str, int]:
        organisation = await team.organisation()
        store = await team.store(organisation)
        batch, _ = await filled(store, organisation, 5)
        async with started(team, folder, organisation, 1) as (client,):
            there = await store.jobs(batch.id)
            return dict(await harmed_caches(client, batch.id, there, flips=given.flips, tears=given.tears))

    cached = _in(stack, caches)
    print(f"damage, cache: {cached}")
    return not any(total[key] for total in found.values() for key in ("lost", "changed", "lost_later"))


def kills(stack: Stack, given: argparse.Namespace) -> bool:
    """SIGKILL at every point."""

    async def each(team: Team, folder: Path) -> list[str]:
        unsound = []
        for number in range(given.passes):
            for point in POINTS:
                verdict = await killed_at(team, folder / f"{number}-{point}", point)
                if not verdict.is_sound:
                    unsound.append(f"{point}: {verdict}")
        return unsound

    unsound = _in(stack, each)
    print(f"kills: {given.passes * len(POINTS)} at {len(POINTS)} points, unsound: {unsound or 0}")
    return not unsound


def main() -> int:
    """0 when every number is what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--flips", type=int, default=400)
    parser.add_argument("--tears", type=int, default=300)
    parser.add_argument("--passes", type=int, default=3)
    given = chosen_parts(parser, PARTS)
    logging.disable(logging.WARNING)
    works = {"model": model, "races": raced, "writers": written, "damage": damage, "kills": kills}
    failed = []
    with tempfile.TemporaryDirectory() as folder, running_stack(*MIGRATIONS) as stack:
        os.environ["REGBATCH_DATA_DIR"] = folder
        for part in given.parts:
            began = time.monotonic()
            if not works[part](stack, given):
                failed.append(part)
            print(f"  ({part}: {time.monotonic() - began:.0f} s)", flush=True)
    print(f"failed: {failed or 'nothing'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

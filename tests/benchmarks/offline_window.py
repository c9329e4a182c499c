"""A team's workspace in the real window without a network: how soon each pane shows its content, and how soon what was decided has arrived.

The wire is silent while panes are opened: connections are taken and nobody ever answers, so whatever waits for the network shows.
Convergence: 50 decisions made offline, from the moment the wire is back until the team has the last one; the desktop's own engine
takes the restaurants up meanwhile. Prints one JSON line.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import keyring

from regbatch_desktop.services import decisions
from tests.journeys.stage import Stage, perform
from tests.journeys.team_stage import Keychain, arranged, prepared, silenceable, through_the_door
from tests.team.fixtures import MIGRATIONS, Team, running_stack

RESTAURANTS, ROUNDS, LOOKS = 50, 10, 12
PANES = ("leads", "batches", "selection", "configuration", "batch", "outbox", "activity")


def percentile(values: list[float], share: float) -> float:
    """Nearest rank."""
    return sorted(values)[min(len(values) - 1, round(share * len(values) + 0.5) - 1)]


async def shown_in_ms(stage: Stage, name: str, batch: str) -> float:
    """From asking for a pane to its loaded content."""
    pane = stage.window.panes[name]
    stage.bench.go("settings")
    loaded = asyncio.Event()
    pane.refresher.loaded.connect(loaded.set)  # type: ignore[attr-defined]
    began = time.perf_counter()
    stage.bench.go(name, batch if name in ("batch", "selection", "configuration") else "")
    async with asyncio.timeout(60):
        await loaded.wait()
    took = (time.perf_counter() - began) * 1000
    pane.refresher.loaded.disconnect(loaded.set)  # type: ignore[attr-defined]
    return took


def run(folder: Path) -> dict[str, object]:
    """Everything once, against a project of its own."""
    os.environ["REGBATCH_DATA_DIR"] = str(folder / "data")
    keyring.set_keyring(Keychain())
    panes: dict[str, list[float]] = {name: [] for name in PANES}
    arrived: list[float] = []
    with running_stack(*MIGRATIONS) as stack:

        async def arrange(team: Team) -> tuple[str, list[str], str]:
            organisation = await team.organisation("Aroha & Co")
            person, store = await team.person(organisation), await team.store(organisation)
            made = [(await prepared(store, organisation, choose=RESTAURANTS, configure=0))[0].id for _ in range(ROUNDS)]
            forms = (await prepared(store, organisation, choose=0, configure=RESTAURANTS))[0].id
            return person.email, made, forms

        email, batches, forms = arranged(stack, arrange)

        async def story(stage: Stage) -> None:
            async with silenceable(stack.url) as wire:
                await through_the_door(stage, wire, email, folder)
                doors = stage.application.desk.doors
                for number, batch in enumerate(batches):
                    await wire.cut()
                    await stage.until(lambda: not stage.application.desk.connectivity.is_online)
                    for job in await doors.store.jobs(batch):
                        search = await doors.store.candidates(job.id)
                        await decisions.choose_company(doors, job.id, search.candidates[0].hit.company_number, decided_by="ann")
                    if number == 0:
                        await wire.fall_silent()
                        for _ in range(LOOKS):
                            for name in PANES:
                                panes[name].append(await shown_in_ms(stage, name, forms if name == "configuration" else batch))
                    began = time.perf_counter()
                    await wire.restore()
                    await stage.until(lambda: doors.outbox.summary.waiting == 0, seconds=120)
                    arrived.append(time.perf_counter() - began)

        with contextlib.redirect_stdout(sys.stderr):
            perform(folder, story)
    return {
        "first_ms": {name: round(v[0], 1) for name, v in panes.items()},
        "pane_ms": {name: [round(statistics.median(v), 1), round(percentile(v, 0.95), 1)] for name, v in panes.items()},
        "arrived_s": [round(statistics.median(arrived), 2), round(percentile(arrived, 0.95), 2)],
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))

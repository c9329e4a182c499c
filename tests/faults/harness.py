"""Runs the engine, watches it die, runs it again, and reads the platform's ledger."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regbatch_desktop.domain.batch import ExecutionMode
from regbatch_desktop.practice.faults import FaultPlan
from regbatch_desktop.practice.ledger import ONCE
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.server import HOST, serving
from regbatch_desktop.practice.state import drawn
from tests.faults.child import CANARY, Run
from tests.faults.lives import Life
from tests.faults.points import Point

SPEED = 0.002


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one kill led to."""

    died: bool
    result: dict[str, Any]
    duplicates: list[tuple[str, str, int]]
    missing: list[str]
    leaks: list[str]


def leads_file(folder: Path, count: int) -> None:
    """A leads file of restaurants whose names depend on the folder, with everything wanted."""
    with (folder / "leads.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Restaurant Name", "Street Address", "City", "Phone", "Email", "Website", "Store Link"])
        for number in range(count):
            slug = f"kill{drawn(str(folder)) % 9973}-{number}"
            contacts = ("021 555 0100", f"{slug}@kill.example.com")
            links = (f"https://{slug}.example", f"https://ubereats.example/{slug}")
            rows.writerow([f"Kea {slug}", f"{number + 1} Kea Street", "Napier", *contacts, *links])


def register(count: int) -> PracticeRegister:
    return PracticeRegister(
        {
            "company_number": str(7_000_000 + number),
            "company_name": f"OWNER {number} LIMITED",
            "status": "Registered",
            "address": f"{number + 1} Kea Street",
            "city": "Napier",
            "directors": "AROHA SAMPLE",
        }
        for number in range(count)
    )


async def killed_at(folder: Path, point: Point) -> Verdict:
    """Kill one run at `point`, restart at once, run to the end (a person answers where only a person can)."""
    leads_file(folder, 1)
    platform = PracticePlatform(register(1), state_path=folder / "platform.jsonl", speed=SPEED, failing_per_mille=0)
    async with serving(platform) as port:
        url = f"http://{HOST}:{port}"
        died = await Life.begun(Run(folder, url, point)).ended() is None
        result = await _to_the_end(Run(folder, url))
        asked: list[str] = [name for _, name in result["unknown"]]
        if asked:
            result = await _to_the_end(Run(folder, url, answer=True))
        result["asked"] = asked
    platform.close()
    return Verdict(died, result, platform.ledger.duplicates(), missing(platform, 1), leaks(folder))


async def _to_the_end(run: Run) -> dict[str, Any]:
    result = await Life.begun(run).ended()
    assert result is not None, "killed by somebody else"
    return result


def missing(platform: PracticePlatform, restaurants: int) -> list[str]:
    """Kinds that should have happened for every restaurant and did not (images only where there are any)."""
    counts = {kind: sum(event["kind"] == kind for event in platform.ledger.events) for kind in ONCE}
    wanted = dict.fromkeys(ONCE - {"images_uploaded", "extraction_started"}, restaurants)
    return [kind for kind, count in wanted.items() if counts[kind] < count]


def leaks(folder: Path, canaries: Sequence[str] = (CANARY,)) -> list[str]:
    """Files that hold a password in clear."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "leads.csv":
            data = path.read_bytes()
            found += [path.name for canary in canaries if canary.encode() in data or canary.encode("utf-16-le") in data]
    return found


async def storm(folder: Path, *, restaurants: int = 50, kills: int = 3) -> tuple[dict[str, Any], PracticePlatform]:
    """A batch with 10 % mixed faults and kills; then quiet, and the person's answers and retries."""
    leads_file(folder, restaurants)
    kinds = ("rate_limited", "error_before", "error_after", "drop_before", "drop_after", "truncated", "html", "timeout_after")
    rules = [{"fault": kind, "share": 0.1 / len(kinds), "path": "/api/registration/*", "retry_after": "0"} for kind in kinds]
    platform = PracticePlatform(
        register(restaurants),
        state_path=folder / "platform.jsonl",
        speed=SPEED,
        faults=FaultPlan.from_json({"seed": 7, "rules": rules}),
    )
    async with serving(platform) as port:
        url = f"http://{HOST}:{port}"
        for kill in range(kills):
            life = Life.begun(Run(folder, url, mode=ExecutionMode.PARALLEL))
            seen = len(platform.ledger.events)
            # Kill in the middle of work: after a share of the effects that are to come.
            while life.goes_on and len(platform.ledger.events) < seen + 60 + 40 * kill:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            life.kill()
            await life.ended()
        result = await _to_the_end(Run(folder, url, mode=ExecutionMode.PARALLEL))
        if result["unknown"]:
            platform.faults = FaultPlan()
            result = await _to_the_end(Run(folder, url, answer=True, mode=ExecutionMode.PARALLEL))
    platform.close()
    return result, platform

"""Kills a program at a point of deciding or sending, starts it again, and looks at the project.

Owns: the two runs and the verdict.
Never: chooses the points (child.py does).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.sync.desks import filled
from tests.team.fixtures import Team

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Verdict:
    """`lost`: acknowledged and not taken; `twice`: jobs with more than one decision or commit; `open`: jobs without one."""

    died: bool
    lost: int
    twice: int
    open: int

    @property
    def is_sound(self) -> bool:
        return self.died and not self.lost and not self.twice and not self.open


async def _run(given: dict[str, str], jobs: list[str], point: str) -> tuple[int, list[list[str]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.sync.child", json.dumps(given), json.dumps(jobs), point,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    code = process.returncode or 0
    assert code in (0, -signal.SIGKILL), err.decode()[-2000:]
    return code, [line.split() for line in out.decode().splitlines()]


async def killed_at(team: Team, folder: Path, point: str) -> Verdict:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, jobs = await filled(store, organisation, 3)
    person = await team.person(organisation)
    given = {
        "folder": str(folder), "url": team.stack.url, "organisation": organisation, "user": person.user_id,
        "access": person.tokens.access,
    }  # fmt: skip
    keys = [job.id for job in jobs]
    code, before = await _run(given, keys, point)
    again, after = await _run(given, keys, "")
    assert again == 0
    kept = {line[1] for line in (*before, *after) if line[0] == "kept"}
    taken = {line[1] for line in after if line[0] == "ended" and line[2] == "taken"}
    twice = left = 0
    for job in jobs:
        made = len(await store.decisions(job.id))
        version = (await store.job(job.id)).version
        twice += made > 1 or version > job.version + 1
        left += made == 0
    return Verdict(code == -signal.SIGKILL, len(kept - taken), twice, left)

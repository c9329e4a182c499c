"""An outbox with decisions in it, and what a bad disk does to its files.

Owns: the damage; the count of what came through it.
Never: says how often it is done.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.store.outbox_file import OutboxFile
from tests.sync.clients import Client

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FILES = ("outbox.db", "outbox.log")


def mutation(number: int) -> Mutation:
    evidence = [{"number": str(n), "name": f"OWNER {n} LIMITED", "score": 0.5} for n in range(5)]
    args = {"company_number": str(number), "rank": 1, "director": "", "evidence": evidence}
    key = str(uuid5(NAMESPACE_URL, f"mutation {number}"))
    return Mutation(key, MutationKind.CHOOSE_COMPANY, f"job-{number}", args, NOW, "Ann", {"company": None})


async def outbox_with(folder: Path, count: int) -> dict[str, FateState]:
    """Acknowledged decisions in several states; the file is closed as a killed program leaves it, and then in order."""
    file = OutboxFile(folder)
    for number in range(count):
        entry = await file.add(mutation(number))
        if number % 3:
            await file.change(entry.mutation.id, FateState.SENT)
        if number % 3 == 2:
            await file.change(entry.mutation.id, FateState.CONFLICT, reason="meanwhile", detail={"words": "other"})
    kept = {entry.mutation.id: entry.state for entry in file.entries}
    file.close()
    return kept


Harm = Callable[[bytes, random.Random], bytes]


def flipped(content: bytes, chance: random.Random) -> bytes:
    at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
    return content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]


def torn(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def damaged(folder: Path, scratch: Path, name: str, harm: Harm, seed: int) -> Path:
    """A copy of the folder with one of its files harmed."""
    copy = scratch / "harmed"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.lock"))
    path = copy / name
    path.write_bytes(harm(path.read_bytes(), random.Random(seed)))
    return copy


async def survived(folder: Path, kept: dict[str, FateState]) -> Counter[str]:
    """Opens the harmed outbox, and once more after that: nothing that was acknowledged is missing, and it can be used."""
    file = OutboxFile(folder)
    found = {entry.mutation.id: entry.state for entry in file.entries}
    entry = await file.add(replace(mutation(0), id="one more"))
    said = bool(file.recovery)
    file.close()
    again = OutboxFile(folder)
    whole = {each.mutation.id: each.state for each in again.entries}
    again.close()
    return Counter(
        noticed=said,
        lost=len(set(kept) - set(found)),
        changed=sum(found.get(key) != state for key, state in kept.items() if key in found),
        lost_later=len(({*kept, entry.mutation.id}) - set(whole)),
        alarmed_again=bool(again.recovery),
    )


async def campaign(folder: Path, scratch: Path, *, flips: int, tears: int) -> dict[str, Counter[str]]:
    """Every file, so many single-bit flips and torn tails."""
    kept = await outbox_with(folder, 30)
    found: dict[str, Counter[str]] = {}
    for name in FILES:
        for what, harm, times in (("flip", flipped, flips), ("tear", torn, tears)):
            total: Counter[str] = Counter(tried=times)
            for seed in range(times):
                total += await survived(damaged(folder, scratch, name, harm, seed), kept)
            found[f"{name} {what}"] = total
    return found


async def harmed_caches(client: Client, batch_id: str, there: tuple[Job, ...], *, flips: int, tears: int) -> Counter[str]:
    """The cache of a program that ended in order, or was killed, is harmed; started again it shows what the project has."""
    found: Counter[str] = Counter()
    for harm, times in ((flipped, flips), (torn, tears)):
        for seed in range(times):
            await client.stop()
            (path,) = client.folder.glob("cache-*.db")
            path.write_bytes(harm(path.read_bytes(), random.Random(seed)))
            if seed % 2:
                # As a killed program leaves it: nothing says what the file should be.
                path.with_name(path.name + ".seal").unlink()
            await client.start()
            found["noticed at the start"] += bool(client.cache.recovery)
            await client.sync.puller.pull()
            seen = await client.sync.store.jobs(batch_id)
            rows = await client.sync.store.batch_rows()
            found["wrong"] += seen != there or [row.key for row in rows] != [batch_id]
            found["tried"] += 1
    return found

"""`python -m tests.benchmarks.offline_reads`: what the panes ask of a team's cache, with and without decisions on top.

Owns: a cache of 200 batches of 50, on which 50 decisions wait.
Never: touches a network: that is what is measured.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from regbatch_desktop.domain import transitions
from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import Candidate, CandidateSearch, CompanyHit, MatchSource
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import StepEvent
from regbatch_desktop.ports import BatchStore
from regbatch_desktop.store.cache_file import CacheFile
from regbatch_desktop.sync.doors import Cursor, ServerRow, Synced

NOW = datetime(2026, 11, 25, tzinfo=UTC)
BATCHES, EACH, WAITING, ROUNDS = 200, 50, 50, 40


def _rows(number: int) -> tuple[Batch, list[Job], list[ServerRow]]:
    batch = Batch(str(uuid4()), "org", f"Batch {number}", created_at=NOW, started_at=NOW)
    rows, jobs = [ServerRow(Synced.BATCH, batch.id, 1, batch)], list[Job]()
    for place in range(EACH):
        restaurant = Restaurant(str(uuid4()), "org", f"Kea {number}-{place}", city="Napier", cuisine=("thai",))
        job = transitions.start(Job(str(uuid4()), batch.id, restaurant.id, "org", created_at=NOW), now=NOW)
        for step in (1, 2):
            for event in (StepEvent.START, StepEvent.COMPLETE):
                job = transitions.apply_step(job, step, event, now=NOW)
        hits = tuple(Candidate(CompanyHit(f"OWNER {n} LIMITED", str(n)), MatchSource.NAME, 0.5) for n in range(10))
        search = CandidateSearch(job.id, "Kea", "", "Napier", hits, NOW)
        rows += [
            ServerRow(Synced.RESTAURANT, restaurant.id, 1, restaurant),
            ServerRow(Synced.JOB, job.id, job.version, job, place + 1),
            ServerRow(Synced.CANDIDATES, str(uuid4()), 1, search),
        ]
        jobs.append(job)
    return batch, jobs, rows


async def main() -> None:
    """A table of medians and 95th percentiles in ms."""
    with tempfile.TemporaryDirectory() as folder:
        cache = CacheFile(Path(folder), organisation_id="org", clock=lambda: NOW)
        jobs: list[Job] = []
        batch = Batch("", "", "")
        for number in range(BATCHES):
            batch, jobs, rows = _rows(number)
            await cache.fill(rows, Cursor("e", str(number)), complete=True)
        args = {"company_number": "1", "rank": 1, "director": "", "evidence": []}
        pending = tuple(
            Mutation(str(uuid4()), MutationKind.CHOOSE_COMPANY, job.id, args, NOW, "Ann", {"company": None})
            for job in jobs[:WAITING]
        )
        asked: dict[str, Callable[[BatchStore], Awaitable[object]]] = {
            "batch list": lambda store: store.batch_rows(),
            "batch detail": lambda store: asyncio.gather(
                store.batch(batch.id), store.jobs(batch.id), store.batch_restaurants(batch.id)
            ),
            "company selection": lambda store: _selection(store, batch.id),
            "leads": lambda store: store.lead_rows(),
            "one restaurant": lambda store: store.job(jobs[0].id),
            "subdomains": lambda store: store.taken_subdomains("kea"),
        }
        rows_of: dict[str, list[float]] = {}
        for name, ask in asked.items():
            for shown in ((), pending):
                cache.show(shown)
                # What a pane asks for first, right after a decision, is what has to be replayed.
                began = time.perf_counter()
                await ask(cache.view)
                first = 1000 * (time.perf_counter() - began)
                times = []
                for _ in range(ROUNDS):
                    cache.show(tuple(shown))
                    began = time.perf_counter()
                    await ask(cache.view)
                    times.append(1000 * (time.perf_counter() - began))
                rows_of.setdefault(name, []).extend([first, statistics.median(times), sorted(times)[int(0.95 * ROUNDS)]])
        print(f"{BATCHES} batches x {EACH}; ms: first, median, p95 with nothing waiting | with {WAITING} decisions waiting")
        for name, found in rows_of.items():
            print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in found) + " |")
        began = time.perf_counter()
        for length in range(1, WAITING + 1):
            cache.show(pending[:length])
            await cache.view.job(jobs[length - 1].id)
        print(f"| a decision and its row seen | {1000 * (time.perf_counter() - began) / WAITING:.1f} ms each |", file=sys.stdout)
        cache.close()


async def _selection(store: BatchStore, batch_id: str) -> None:
    await store.companies_taken()
    await store.batch_restaurants(batch_id)
    for job in await store.jobs(batch_id):
        await store.candidates(job.id)


if __name__ == "__main__":
    asyncio.run(main())

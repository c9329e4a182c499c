"""The BatchStore of a local workspace: one SQLite file is the authority.

Owns: turning port calls into work for the writer or the reader thread.
Never: opens, checks or repairs the file (workspace.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from regbatch_desktop.domain.batch import Batch, BatchProgress, batch_progress
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.effects import Effect
from regbatch_desktop.domain.errors import BatchNotFound, JobNotFound, NotFound
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.ports import AddEffectEvent, ChangeSet, CommitAnswer, Committed, Lease, SealedValue
from regbatch_desktop.read_models import BatchPlaces, BatchRow, LeadRow
from regbatch_desktop.store import leases, lists, rows
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.change_writer import apply_change
from regbatch_desktop.store.effect_rows import effect_of, event_of
from regbatch_desktop.store.group_commit import GroupCommit
from regbatch_desktop.store.handover import Handover, answered
from regbatch_desktop.store.integrity import unsound_rows
from regbatch_desktop.store.job_reads import JobReads
from regbatch_desktop.store.newest import Newest

Clock = Callable[[], datetime]


class SqliteStore:
    """One open workspace. `recovery` says what was saved from a damaged file at the start, or "". `prepare` is called in the
    thread of a reading connection before it answers.
    """

    def __init__(
        self,
        writer: GroupCommit | None,
        reader: sqlite3.Connection,
        lister: sqlite3.Connection,
        *,
        workspace_id: str,
        clock: Clock,
        recovery: str = "",
        prepare: Callable[[sqlite3.Connection], object] | None = None,
    ) -> None:
        self.writer = writer
        self.workspace_id = workspace_id
        self.recovery = recovery
        self._reader = reader
        self._lister = lister
        self._clock = clock
        self._reading = Handover(lambda asked: answered(reader, asked, prepare), name="store-reader")
        # A list of 100,000 takes a second or two; a job that runs must not wait behind it.
        self._listing = Handover(lambda asked: answered(lister, asked, prepare), name="store-lister")
        self._list_reads = lists.ListReads(prepare or lists.data_version)
        self._newest = Newest()
        self._job_reads = JobReads(self._newest)

    # ------------------------------------------------------------ writing

    async def commit(self, change: ChangeSet) -> CommitAnswer:
        """See the port."""
        now, writer = self._clock(), self.writer
        if writer is None:
            raise NotFound("This workspace was opened for reading only.")

        def work(connection: sqlite3.Connection) -> CommitAnswer:
            answer = apply_change(connection, change, now=now, at_end=None if writer.careful else writer.at_end)
            if isinstance(answer, Committed) and not answer.duplicate:
                writer.once_durable.append(lambda: self._newest.note(change))
            return answer

        return await writer.submit(work)  # type: ignore[no-any-return]

    async def now(self) -> datetime:
        """The authority's clock is this machine's."""
        return self._clock()

    async def acquire_lease(self, resource_id: str, *, instance_id: str, ttl_s: float) -> Lease | None:
        """See the port; the token rises with each new holder, and after expiry also for the old one."""
        now = self._clock()
        return await self._write(  # type: ignore[no-any-return]
            lambda c: leases.acquired(c, resource_id, instance_id=instance_id, ttl_s=ttl_s, now=now)
        )

    async def renew_lease(self, lease: Lease, *, ttl_s: float) -> Lease | None:
        """See the port."""
        now = self._clock()
        return await self._write(lambda c: leases.renewed(c, lease, ttl_s=ttl_s, now=now))  # type: ignore[no-any-return]

    async def release_lease(self, lease: Lease) -> None:
        """Let it expire now, keeping the token so that the next one is higher."""
        now = self._clock()
        await self._write(lambda c: leases.released(c, lease, now=now))

    async def _write(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        if self.writer is None:
            raise NotFound("This workspace was opened for reading only.")
        return await self.writer.submit(work)

    # ------------------------------------------------------------ reading

    async def _read(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        return await self._reading.submit(work)

    async def _listed(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        return await self._listing.submit(work)

    async def _one(self, statement: str, key: str) -> dict[str, Any] | None:
        row = await self._read(lambda c: c.execute(statement, {"key": key}).fetchone())
        return None if row is None else dict(row)

    async def _all(self, statement: str, key: str = "") -> list[dict[str, Any]]:
        return [dict(row) for row in await self._read(lambda c: c.execute(statement, {"key": key}).fetchall())]

    async def batch(self, batch_id: str) -> Batch:
        """See the port."""
        row = await self._one(sql.BATCH, batch_id)
        if row is None:
            raise BatchNotFound("There is no such batch in this workspace.")
        return rows.batch_of(row)

    async def batch_progress(self, batch_id: str) -> BatchProgress:
        """Counted on an index, never counted up (L7)."""
        batch = await self.batch(batch_id)
        counts = {JobStatus(row["status"]): row["n"] for row in await self._all(sql.STATUS_COUNTS, batch_id)}
        return batch_progress(batch, counts)

    async def batch_rows(self) -> tuple[BatchRow, ...]:
        """Every batch, oldest first."""
        return await self._listed(self._list_reads.batch_rows)  # type: ignore[no-any-return]

    async def batch_places(self) -> Mapping[str, BatchPlaces]:
        """See the port."""
        return await self._listed(lists.batch_places)  # type: ignore[no-any-return]

    async def companies_taken(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """See the port."""
        return await self._read(lists.companies_taken)  # type: ignore[no-any-return]

    async def step_seconds(self) -> Mapping[int, float]:
        """See the port."""
        return await self._listed(lists.step_seconds)  # type: ignore[no-any-return]

    async def lead_rows(self) -> tuple[LeadRow, ...]:
        """Every restaurant with its last registration, by name."""
        return await self._listed(self._list_reads.lead_rows)  # type: ignore[no-any-return]

    async def batch_restaurants(self, batch_id: str) -> tuple[Restaurant, ...]:
        """The restaurants of a batch."""
        key = {"key": batch_id}
        return await self._read(  # type: ignore[no-any-return]
            lambda c: self._job_reads.restaurants(c.execute(sql.BATCH_RESTAURANTS, key))
        )

    async def job(self, job_id: str) -> Job:
        """See the port."""
        job: Job | None = self._newest.job(job_id) or await self._read(lambda c: self._job_reads.job(c, job_id))
        if job is None:
            raise JobNotFound("There is no such registration in this workspace.")
        return job

    async def jobs(self, batch_id: str) -> tuple[Job, ...]:
        """The jobs of a batch in the order of the leads."""

        return await self._read(lambda c: self._job_reads.jobs(c, batch_id))  # type: ignore[no-any-return]

    async def restaurant(self, restaurant_id: str) -> Restaurant:
        """See the port."""
        if (newest := self._newest.restaurant(restaurant_id)) is not None:
            return newest
        key = {"key": restaurant_id}
        found: tuple[Restaurant, ...] = await self._read(lambda c: self._job_reads.restaurants(c.execute(sql.RESTAURANT, key)))
        if not found:
            raise NotFound("There is no such restaurant in this workspace.")
        return found[0]

    async def restaurants(self, ids: Sequence[str] | None = None) -> tuple[Restaurant, ...]:
        """All, or those with the given ids."""
        wanted = None if ids is None else frozenset(ids)
        found = await self._all(sql.RESTAURANTS)
        return tuple(rows.restaurant_of(row) for row in found if wanted is None or row["id"] in wanted)

    async def candidates(self, job_id: str) -> CandidateSearch | None:
        """See the port."""
        return (await self.searches([job_id])).get(job_id)

    async def searches(self, job_ids: Sequence[str]) -> Mapping[str, CandidateSearch]:
        """See the port."""
        wanted = tuple(job_ids)
        return await self._read(lambda c: self._job_reads.searches(c, wanted))  # type: ignore[no-any-return]

    async def decisions(self, job_id: str) -> tuple[Decision, ...]:
        """Oldest first."""
        return tuple(rows.decision_of(row) for row in await self._all(sql.DECISIONS, job_id))

    async def effects(self, job_id: str) -> tuple[Effect, ...]:
        """Every effect of a job."""
        return tuple(effect_of(row) for row in await self._all(sql.EFFECTS, job_id))

    async def effect_events(self, job_id: str) -> tuple[AddEffectEvent, ...]:
        """What happened to them, oldest first."""
        return tuple(event_of(row) for row in await self._all(sql.EVENTS, job_id))

    async def sealed(self, secret_id: str) -> SealedValue:
        """See the port."""
        row = await self._one(sql.SEALED, secret_id)
        if row is None:
            raise NotFound("A stored password is missing from this workspace.")
        return SealedValue(**row)

    async def slot(self, name: str) -> datetime | None:
        """See the port."""
        row = await self._one(sql.FIND_SLOT, name)
        return rows.instant(row["at"]) if row else None

    async def active_restaurant_ids(self) -> frozenset[str]:
        """See the port."""
        return frozenset(row["restaurant_id"] for row in await self._all(sql.ACTIVE_RESTAURANTS))

    async def taken_subdomains(self, prefix: str) -> Mapping[str, str]:
        """See the port. A range on the index: it must not grow with the workspace."""
        bounds = {"low": prefix, "high": prefix + "\U0010ffff"}
        found = await self._read(lambda c: c.execute(sql.SUBDOMAINS, bounds).fetchall())
        return {row["subdomain"]: row["id"] for row in found}

    def unsound(self) -> list[str]:
        """What SQLite's check and the checksums find wrong; empty = sound. Blocks."""
        check = [row[0] for row in self._reader.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        return check or unsound_rows(self._reader)

    def close(self) -> None:
        """End the threads; nothing acknowledged is lost by not calling this."""
        self._reading.close()
        self._listing.close()
        self._reader.close()
        self._lister.close()

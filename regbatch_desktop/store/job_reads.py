"""Reading jobs and restaurants in the reader thread, each parsed once per version.

Owns: what was read before.
Never: writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.store import rows
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.seen import Seen

# Some twenty batches; a view of a running batch asks for the same fifty jobs several times a second.
_KEPT = 1_000
# Up to so many changed jobs are read one by one; more, and the whole batch's steps are read at once.
_FEW = 8


class JobReads:
    """One per reader connection."""

    def __init__(self) -> None:
        self._jobs: Seen[Job] = Seen(_KEPT)
        self._restaurants: Seen[Restaurant] = Seen(_KEPT)
        self._searches: Seen[CandidateSearch] = Seen(_KEPT)

    def job(self, connection: sqlite3.Connection, job_id: str) -> Job | None:
        """One job with its steps as they were at one moment."""
        with _one_moment(connection):
            row = connection.execute(sql.JOB, {"key": job_id}).fetchone()
            return None if row is None else self._job(connection, row)

    def jobs(self, connection: sqlite3.Connection, batch_id: str) -> tuple[Job, ...]:
        """The jobs of a batch in the order of the leads, as they were at one moment."""
        with _one_moment(connection):
            found = connection.execute(sql.BATCH_JOBS, {"key": batch_id}).fetchall()
            changed = [row for row in found if self._jobs.get(row["id"], row["version"]) is None]
            if len(changed) > _FEW:
                steps: dict[str, list[rows.Row]] = {}
                for step in connection.execute(sql.BATCH_STEPS, {"key": batch_id}):
                    steps.setdefault(step["job_id"], []).append(dict(step))
                for row in changed:
                    self._jobs.put(row["id"], row["version"], rows.job_of(dict(row), steps[row["id"]]))
            return tuple(self._job(connection, row) for row in found)

    def restaurants(self, found: Iterable[sqlite3.Row]) -> tuple[Restaurant, ...]:
        """Values of rows of restaurants."""
        return tuple(self._restaurant(row) for row in found)

    def searches(self, connection: sqlite3.Connection, job_ids: Iterable[str]) -> dict[str, CandidateSearch]:
        """By job, for those that have any. A row has no version of its own: the same texts are the same value."""
        found = {}
        with _one_moment(connection):
            for job_id in job_ids:
                row = connection.execute(sql.CANDIDATES, {"key": job_id}).fetchone()
                if row is not None:
                    known = self._searches.get(job_id, tuple(row))
                    found[job_id] = known or self._searches.put(job_id, tuple(row), rows.candidates_of(dict(row)))
        return found

    def _job(self, connection: sqlite3.Connection, row: sqlite3.Row) -> Job:
        known = self._jobs.get(row["id"], row["version"])
        if known is not None:
            return known
        steps = [dict(step) for step in connection.execute(sql.JOB_STEPS, {"key": row["id"]})]
        return self._jobs.put(row["id"], row["version"], rows.job_of(dict(row), steps))

    def _restaurant(self, row: sqlite3.Row) -> Restaurant:
        known = self._restaurants.get(row["id"], row["version"])
        return known or self._restaurants.put(row["id"], row["version"], rows.restaurant_of(dict(row)))


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")

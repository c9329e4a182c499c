"""Reading jobs and restaurants in the reader thread, each parsed once per version; what was just committed here not at all.

Owns: what is known without parsing.
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
from regbatch_desktop.store.newest import Newest
from regbatch_desktop.store.seen import Seen

# Some twenty batches; a view of a running batch asks for the same fifty jobs several times a second.
_KEPT = 1_000
# Up to so many changed jobs are read one by one; more, and the whole batch's steps are read at once.
_FEW = 8


class JobReads:
    """One per reader connection. `newest` knows what was committed to the same file in this process."""

    def __init__(self, newest: Newest | None = None) -> None:
        self._newest = newest or Newest()
        self._jobs: Seen[Job] = Seen(_KEPT)
        self._restaurants: Seen[Restaurant] = Seen(_KEPT)
        self._searches: Seen[CandidateSearch] = Seen(_KEPT)

    def job(self, connection: sqlite3.Connection, job_id: str) -> Job | None:
        """One job with its steps as they were at one moment."""
        row = connection.execute(sql.JOB_VERSION, {"key": job_id}).fetchone()
        if row is None:
            return None
        known = self._known(row)
        if known is not None:
            return known
        with _one_moment(connection):
            return self._read(connection, job_id)

    def jobs(self, connection: sqlite3.Connection, batch_id: str) -> tuple[Job, ...]:
        """The jobs of a batch in the order of the leads, as they were at one moment."""
        key = {"key": batch_id}
        with _one_moment(connection):
            versions = connection.execute(sql.BATCH_JOB_VERSIONS, key).fetchall()
            known = {row["id"]: self._known(row) for row in versions}
            changed = [job_id for job_id, job in known.items() if job is None]
            steps: dict[str, list[rows.Row]] = {}
            for step in connection.execute(sql.BATCH_STEPS, key) if len(changed) > _FEW else ():
                steps.setdefault(step["job_id"], []).append(dict(step))
            for row in connection.execute(sql.BATCH_JOBS, key) if changed else ():
                if known[row["id"]] is None:
                    known[row["id"]] = self._put(row, steps.get(row["id"]) or self._steps(connection, row["id"]))
            return tuple(job for job in known.values() if job is not None)

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

    def _known(self, row: sqlite3.Row) -> Job | None:
        newest = self._newest.job(row["id"])
        if newest is not None and newest.version == row["version"]:
            return newest
        return self._jobs.get(row["id"], row["version"])

    def _read(self, connection: sqlite3.Connection, job_id: str) -> Job | None:
        row = connection.execute(sql.JOB, {"key": job_id}).fetchone()
        if row is None:
            return None
        return self._put(row, self._steps(connection, job_id))

    @staticmethod
    def _steps(connection: sqlite3.Connection, job_id: str) -> list[rows.Row]:
        return [dict(step) for step in connection.execute(sql.JOB_STEPS, {"key": job_id})]

    def _put(self, row: sqlite3.Row, steps: list[rows.Row]) -> Job:
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

"""Long lists in one query each: batches with their step marks, restaurants with their last registration.

Owns: the rows of the last list, so that an unchanged one stays the same object.
Never: reads a whole job.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.read_models import BatchPlaces, BatchRow, LeadRow
from regbatch_desktop.store import rows
from regbatch_desktop.store import statements as sql


def data_version(connection: sqlite3.Connection) -> object:
    """Rises with every commit of another connection."""
    return connection.execute("PRAGMA data_version").fetchone()[0]


class ListReads:
    """The long lists over a connection of their own. What a list has in common with the one before is the same objects.

    `version`: as long as it is the same, so are the rows.
    """

    def __init__(self, version: Callable[[sqlite3.Connection], object] = data_version) -> None:
        self._version = version
        self._batches: dict[str, tuple[tuple[object, ...], BatchRow]] = {}
        self._leads: dict[str, LeadRow] = {}
        self._last: dict[str, tuple[object, tuple[object, ...]]] = {}

    def batch_rows(self, connection: sqlite3.Connection) -> tuple[BatchRow, ...]:
        """Every batch, oldest first."""
        return self._unless_unchanged(connection, "batches", self._read_batches)  # type: ignore[return-value]

    def lead_rows(self, connection: sqlite3.Connection) -> tuple[LeadRow, ...]:
        """Every restaurant, by name."""
        return self._unless_unchanged(connection, "leads", self._read_leads)  # type: ignore[return-value]

    def _unless_unchanged(
        self, connection: sqlite3.Connection, name: str, read: Callable[[sqlite3.Connection], tuple[object, ...]]
    ) -> tuple[object, ...]:
        # Asked first: a commit meanwhile is read next time.
        version = self._version(connection)
        known = self._last.get(name)
        if known is None or known[0] != version:
            self._last[name] = known = (version, read(connection))
        return known[1]

    def _read_batches(self, connection: sqlite3.Connection) -> tuple[BatchRow, ...]:
        counts: dict[str, list[tuple[str, int, int]]] = {}
        for batch_id, status, step, number in connection.execute(sql.STEP_COUNTS):
            counts.setdefault(batch_id, []).append((status, step, number))
        found = {}
        for row in connection.execute(sql.BATCHES):
            per_step = counts.get(row["id"], [])
            read = (*row, *per_step)
            known = self._batches.get(row["id"])
            found[row["id"]] = known if known is not None and known[0] == read else (read, _batch_row(row, per_step))
        self._batches = found
        return tuple(row for _, row in found.values())

    def _read_leads(self, connection: sqlite3.Connection) -> tuple[LeadRow, ...]:
        found = {}
        for row in connection.execute(sql.LEADS):
            lead = _lead_row(row)
            known = self._leads.get(lead.key)
            found[lead.key] = known if known == lead and known is not None else lead
        self._leads = found
        return tuple(found.values())


def _batch_row(row: sqlite3.Row, counts: Sequence[tuple[str, int, int]]) -> BatchRow:
    batch = rows.batch_of(dict(row))
    per_step = {(JobStatus(status), step): number for status, step, number in counts}
    return BatchRow.of(batch, per_step)


def _lead_row(row: sqlite3.Row) -> LeadRow:
    return LeadRow(
        row["id"], row["name"], row["address"], row["city"], row["phone"], row["email"],
        ", ".join(json.loads(row["cuisine"])) if row["cuisine"] else "",
        row["batch_job_id"] or "", row["batch_name"] or "", row["status"] or "new",
    )  # fmt: skip


def batch_places(connection: sqlite3.Connection) -> Mapping[str, BatchPlaces]:
    """Batch id → cities and cuisines of its restaurants."""
    cities: dict[str, set[str]] = {}
    cuisines: dict[str, set[str]] = {}
    for row in connection.execute(sql.BATCH_PLACES):
        key = row["batch_job_id"]
        cities.setdefault(key, set()).add(row["city"])
        cuisines.setdefault(key, set()).update(json.loads(row["cuisine"]) if row["cuisine"] else ())
    return {key: BatchPlaces(_known(found), _known(cuisines[key])) for key, found in cities.items()}


def _known(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(words - {""}))


def step_seconds(connection: sqlite3.Connection) -> Mapping[int, float]:
    """Step → median seconds of the restaurants that completed it last."""
    found: dict[int, list[float]] = {}
    for row in connection.execute(sql.LAST_DURATIONS):
        found.setdefault(row["step_number"], []).append(row["duration_ms"] / 1000)
    return {number: median(seconds) for number, seconds in found.items()}


def companies_taken(connection: sqlite3.Connection) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Company number → (restaurant id, name) of those that have it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(sql.COMPANIES_TAKEN):
        found.setdefault(row["company_number"], []).append((row["id"], row["name"]))
    return {number: tuple(having) for number, having in found.items()}

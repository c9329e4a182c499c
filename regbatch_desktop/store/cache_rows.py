"""Rows of the team's project on their way into the cache.

Owns: which of two versions stays, where a job stands in its batch, and the checksum over all rows.
Never: writes anything that is pending.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.store import rows
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store import tables as t
from regbatch_desktop.sync.doors import ServerRow, Synced

SYNCED = """CREATE TABLE synced (kind INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL,
  sha256 BLOB NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID"""
_FIND = "SELECT version, key FROM synced WHERE kind = ? AND id = ?"
_NOTE = "INSERT OR REPLACE INTO synced (kind, id, version, key, sha256) VALUES (?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM synced WHERE kind = ? AND id = ?"
_SAVE_RESTAURANT = sql.inserted(t.restaurants, replace=True)
_SAVE_BATCH = sql.inserted(t.batch_jobs, replace=True)
_SAVE_STEP = sql.inserted(t.job_steps, replace=True)
_SAVE_DECISION = sql.inserted(t.decisions, replace=True)
_JOB_NAMES = ("id", "batch_job_id", "restaurant_id", "organisation_id", "created_at", *sql.JOB_COLUMNS)
_SAVE_JOB = sql.inserted(t.jobs, *_JOB_NAMES, replace=True).replace("(id,", "(rowid, id,", 1).replace("(:id,", "(:place, :id,", 1)
_REMOVE = {
    Synced.RESTAURANT: ("DELETE FROM restaurants WHERE id = ?",),
    Synced.BATCH: ("DELETE FROM registration_batch_jobs WHERE id = ?",),
    Synced.JOB: ("DELETE FROM registration_jobs WHERE id = ?", "DELETE FROM registration_job_steps WHERE job_id = ?"),
    Synced.CANDIDATES: ("DELETE FROM companies_office_search_candidates WHERE registration_job_id = ?",),
    Synced.DECISION: ("DELETE FROM decisions WHERE id = ?",),
}


_STORED = {
    Synced.RESTAURANT: ("SELECT * FROM restaurants WHERE id = ?",),
    Synced.BATCH: ("SELECT * FROM registration_batch_jobs WHERE id = ?",),
    Synced.JOB: (
        "SELECT rowid, * FROM registration_jobs WHERE id = ?",
        "SELECT * FROM registration_job_steps WHERE job_id = ? ORDER BY step_number",
    ),
    Synced.CANDIDATES: ("SELECT * FROM companies_office_search_candidates WHERE registration_job_id = ?",),
    Synced.DECISION: ("SELECT * FROM decisions WHERE id = ?",),
}


def save(connection: sqlite3.Connection, found: Iterable[ServerRow]) -> list[ServerRow]:
    """Inside an open transaction; those that were newer than what was there."""
    changed = []
    for row in found:
        known = connection.execute(_FIND, (row.table, row.id)).fetchone()
        if known is not None and known["version"] >= row.version:
            continue
        changed.append(row)
        if row.value is None:
            for statement in _REMOVE[row.table]:
                connection.execute(statement, (known["key"] if known else row.id,))
            connection.execute(_FORGET, (row.table, row.id))
            continue
        noted = (int(row.table), row.id, row.version, _write(connection, row))
        connection.execute(_NOTE, (*noted, _checksum(connection, noted)))
    return changed


def _checksum(connection: sqlite3.Connection, noted: tuple[int, str, int, str]) -> bytes:
    found: list[object] = [noted]
    for statement in _STORED[Synced(noted[0])]:
        found += [tuple(stored) for stored in connection.execute(statement, (noted[3],))]
    return hashlib.sha256(repr(found).encode()).digest()


def are_sound(connection: sqlite3.Connection, *, within_s: float = 3.0) -> bool:
    """Rows are what was written: asked after a program did not end in order, when nothing else vouches for the file.

    A person waits for the answer: some fifty thousand rows are looked at in `within_s`, what is beyond them is trusted.
    """
    until = time.monotonic() + within_s
    for kind, key, version, place, checksum in connection.execute("SELECT kind, id, version, key, sha256 FROM synced").fetchall():
        if time.monotonic() > until:
            return True
        if kind not in _STORED or _checksum(connection, (kind, key, version, place)) != checksum:
            return False
    return True


def _write(connection: sqlite3.Connection, row: ServerRow) -> str:
    """The key under which it lies in its table."""
    match row.value:
        case Restaurant() as restaurant:
            connection.execute(_SAVE_RESTAURANT, rows.restaurant_row(restaurant))
        case Batch() as batch:
            connection.execute(_SAVE_BATCH, rows.batch_row(batch))
        case Job() as job:
            connection.execute(_SAVE_JOB, rows.job_row(job) | {"place": _place(row, job)})
            for step in job.steps:
                connection.execute(_SAVE_STEP, rows.step_row(job, step))
            for secret in row.secrets:
                values = {name: getattr(secret, name) for name in ("id", "job_id", "field", "key_version", "nonce", "ciphertext")}
                connection.execute(sql.INSERT_SECRET, values)
        case CandidateSearch() as search:
            connection.execute(sql.SAVE_CANDIDATES, rows.candidates_row(search))
            return search.job_id
        case Decision() as decision:
            connection.execute(_SAVE_DECISION, rows.decision_row(decision))
    return row.id


def _place(row: ServerRow, job: Job) -> int:
    """A row number that orders the jobs of a batch as the project does: by position, then by id."""
    batch = int.from_bytes(hashlib.sha256(job.batch_id.encode()).digest()[:3], "big")
    number = int(row.id.replace("-", "")[:8], 16) if row.position == 0 else int(row.id.replace("-", "")[-8:], 16)
    return (batch << 39) | (min(row.position, 127) << 32) | number


def digest(connection: sqlite3.Connection) -> tuple[int, int]:
    """Number and checksum, as the project's sync_digest makes them."""
    count = total = 0
    for kind, key, version in connection.execute("SELECT kind, id, version FROM synced"):
        text = f"{kind}:{key}:{version}".encode()
        count += 1
        total += int(hashlib.md5(text, usedforsecurity=False).hexdigest()[:8], 16)
    return count, total

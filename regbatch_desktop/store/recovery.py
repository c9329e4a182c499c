"""Saving what can be saved from a damaged workspace file.

Owns: quarantine (`<name>.damaged-<time>`), row-by-row salvage, checksums of effects and decisions.
Never: deletes the damaged file, or takes a row whose checksum does not fit.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Table

from regbatch_desktop.domain.errors import WorkspaceDamaged
from regbatch_desktop.store import connection as connections
from regbatch_desktop.store import rows, tables
from regbatch_desktop.store.migrate import migrate
from regbatch_desktop.store.statements import inserted

_log = logging.getLogger(__name__)
SIDE_FILES = ("", "-wal", "-shm")
_ORDER = (
    tables.workspace, tables.restaurants, tables.batch_jobs, tables.jobs, tables.job_steps, tables.candidates,
    tables.decisions, tables.effects, tables.effect_events, tables.run_leases, tables.applied_mutations,
    tables.secrets, tables.spacing_slots,
)  # fmt: skip


def recover(path: Path) -> str:
    """Move the damaged file aside, fill a fresh one with what verifies; a sentence for the person."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    damaged = path.with_name(f"{path.name}.damaged-{stamp}")
    for side in SIDE_FILES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + side).rename(damaged.with_name(damaged.name + side))
    source = sqlite3.connect(damaged)
    source.row_factory = sqlite3.Row
    fresh = connections.writing(path)
    try:
        migrate(fresh, path)
        fresh.execute("PRAGMA foreign_keys=OFF")
        fresh.execute("BEGIN IMMEDIATE")
        saved = lost = 0
        for table in _ORDER:
            names = _columns(source, table)
            statement = inserted(table, *names, ignore=True)
            found, missing = _salvaged(source, table.name, names)
            for row in found:
                if "sha256" in row and rows.checksum(row) != row["sha256"]:
                    missing += 1
                    continue
                fresh.execute(statement, row)
                saved += 1
            lost += missing
        fresh.execute(
            "DELETE FROM registration_jobs WHERE (SELECT count(*) FROM registration_job_steps s WHERE s.job_id = id) < 6"
        )
        repeated = fresh.execute("UPDATE workspace SET recoveries = recoveries + 1 RETURNING recoveries").fetchone()
        fresh.execute("COMMIT")
        if repeated is not None and repeated[0] > 2:
            raise WorkspaceDamaged(f"The workspace was damaged again after two recoveries; the file is kept as {damaged.name}.")
    finally:
        source.close()
        fresh.close()
    path.chmod(0o600)
    _log.warning("recovered %d rows, lost at least %d", saved, lost)
    return f"The workspace file was damaged: {saved} of {saved + lost} rows recovered; the old file is kept as {damaged.name}."


def _columns(source: sqlite3.Connection, table: Table) -> list[str]:
    """Of the present form those that the file has: one of an older revision lacks some, which get their defaults."""
    own = [column.name for column in table.columns]
    with contextlib.suppress(sqlite3.DatabaseError):
        there = {row["name"] for row in source.execute(f"PRAGMA table_info({table.name})")}
        return [name for name in own if name in there] or own
    return own


def _salvaged(source: sqlite3.Connection, table: str, names: list[str]) -> tuple[list[dict[str, object]], int]:
    """The readable rows of one table, in both directions from the damage, and whether something was missing."""
    found: dict[tuple[object, ...], dict[str, object]] = {}
    missing = 0
    columns = ", ".join(names)
    for direction in ("ASC", "DESC"):
        try:
            order = f"ORDER BY {names[0]} {direction}"
            for row in source.execute(f"SELECT {columns} FROM {table} {order}"):  # noqa: S608 - our own names
                found.setdefault(tuple(row), dict(row))
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            missing = 1
    return list(found.values()), missing

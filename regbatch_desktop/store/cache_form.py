"""The form of a cache file, and whether a file that lies there can be trusted.

Owns: its tables, its settings, the seal of an orderly end.
Never: repairs one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from enum import Enum
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from regbatch_desktop.store import cache_rows, remembered
from regbatch_desktop.store import tables as t
from regbatch_desktop.store.connection import BUSY_TIMEOUT_MS

# Raised with the tables: a cache of another form is filled anew.
FORM = 3
SIDES = ("", "-wal", "-shm")
DAMAGED = "cache.damaged"
_DIALECT = sqlite.dialect()
_STATE = "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"


def writing(path: Path) -> sqlite3.Connection:
    """The one writing connection, with the tables made where there are none."""
    path.touch(mode=0o600)
    path.with_name(path.name + ".seal").unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    # A lost tail is pulled again: the cursor is in the same transaction. Rows come in the order of their last change, so a
    # job may come before its restaurant.
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA user_version").fetchone()[0] != FORM:
        connection.execute("BEGIN IMMEDIATE")
        for table in t.metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=_DIALECT)))
            for index in table.indexes:
                connection.execute(str(CreateIndex(index).compile(dialect=_DIALECT)))
        for statement in (cache_rows.SYNCED, remembered.MENUS, _STATE):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={FORM}")
        connection.execute("COMMIT")
    return connection


def put(connection: sqlite3.Connection, name: str, value: str) -> None:
    """One word of the file's own state."""
    connection.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (name, value))


class Standing(Enum):
    """What a file that was left is worth: begun on means that the next pull goes on where the last one ended."""

    COMPLETE = "complete"
    BEGUN = "begun"
    UNUSABLE = "unusable"


def standing(path: Path) -> Standing:
    """Of this form, and sound as far as SQLite can tell."""
    try:
        probe = sqlite3.connect(path, isolation_level=None)
    except sqlite3.Error:
        return Standing.UNUSABLE
    try:
        (form,) = probe.execute("PRAGMA user_version").fetchone()
        # The seal says that every byte is as it was; without one an index may have lost a row, which the quick check does not see.
        has_seal = path.with_name(path.name + ".seal").exists()
        (verdict,) = probe.execute(f"PRAGMA {'quick_check' if has_seal else 'integrity_check'}(1)").fetchone()
        state = dict(probe.execute("SELECT name, value FROM state"))
        json.loads(state.get("cursor", "{}"))
        if form != FORM or verdict != "ok":
            return Standing.UNUSABLE
        if not has_seal and not cache_rows.are_sound(probe):
            return Standing.UNUSABLE
        return Standing.COMPLETE if state.get("complete") == "1" else Standing.BEGUN
    except (sqlite3.DatabaseError, UnicodeDecodeError, ValueError, KeyError, TypeError):
        return Standing.UNUSABLE
    finally:
        probe.close()


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(path: Path) -> None:
    """After an orderly end the file is what its seal says; a killed program leaves none."""
    path.with_name(path.name + ".seal").write_text(_checksum(path), encoding="ascii")


def is_sealed(path: Path) -> bool:
    """The seal fits, or there is none."""
    seal_path = path.with_name(path.name + ".seal")
    try:
        return not seal_path.exists() or seal_path.read_bytes() == _checksum(path).encode()
    except OSError:
        return False


def remove(path: Path) -> None:
    """The file with everything beside it."""
    for side in (*SIDES, ".seal"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + side).unlink(missing_ok=True)


def put_aside(path: Path) -> None:
    """Kept once, for whoever wants to know what happened to it."""
    for side in SIDES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + side).replace(path.with_name(DAMAGED + side))
    path.with_name(path.name + ".seal").unlink(missing_ok=True)

"""Is the file's content what was promised?

Owns: SQLite's own check and the checksums of effects and decisions.
Never: repairs (recovery.py does).
"""

from __future__ import annotations

import sqlite3

from regbatch_desktop.store import rows, tables


def is_sound(connection: sqlite3.Connection, *, thorough: bool) -> bool:
    """SQLite's own check, and with `thorough` the checksums of what was promised (reliability §3.2)."""
    try:
        (verdict,) = connection.execute(f"PRAGMA {'integrity_check' if thorough else 'quick_check'}(1)").fetchone()
        return verdict == "ok" and (not thorough or not unsound_rows(connection))
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False


def unsound_rows(connection: sqlite3.Connection) -> list[str]:
    """Effects and decisions whose checksum does not fit."""
    found = []
    for table in (tables.effects, tables.decisions):
        for row in connection.execute(f"SELECT * FROM {table.name}"):  # noqa: S608 - our own table names
            if rows.checksum(dict(row)) != row["sha256"]:
                found.append(f"{table.name}: {row[0]}")
    return found

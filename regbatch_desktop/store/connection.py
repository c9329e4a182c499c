"""Opening the workspace file with the settings its promises need.

Owns: the PRAGMAs (WAL, FULL) and the file's identity (application id).
Never: more than one writing connection per file; two of them can damage a WAL (reliability §0.12).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

APPLICATION_ID = 0x52425744  # "RBWD"
BUSY_TIMEOUT_MS = 5_000


def writing(path: Path) -> sqlite3.Connection:
    """The one writing connection; transactions are opened by hand."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    connection.row_factory = sqlite3.Row
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "fullfsync=ON",
        "checkpoint_fullfsync=ON", "foreign_keys=ON", "wal_autocheckpoint=1000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


def reading(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; it sees every commit that was acknowledged before."""
    connection = seeing(path)
    connection.execute("PRAGMA query_only=ON")
    return connection


def seeing(path: Path) -> sqlite3.Connection:
    """A connection that cannot write the file, but may have temporary tables of its own."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    return connection

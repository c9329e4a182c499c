"""What a person looked at and no pull brings: the calls of a restaurant's account setup, its menus at the platform.

Owns: the last answer of each, in the cache file.
Never: is more than the last answer; what was never asked for is not there.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from regbatch_desktop.domain.effects import Effect
from regbatch_desktop.ports import AddEffectEvent, Menu
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.effect_rows import effect_row, event_row

MENUS = "CREATE TABLE remembered_menus (restaurant_id TEXT PRIMARY KEY, menus TEXT NOT NULL) WITHOUT ROWID"


def keep_history(
    connection: sqlite3.Connection, job_id: str, effects: Sequence[Effect], events: Sequence[AddEffectEvent]
) -> None:
    """Replace what was known of one restaurant."""
    connection.execute("DELETE FROM effects WHERE job_id = ?", (job_id,))
    connection.execute("DELETE FROM effect_events WHERE job_id = ?", (job_id,))
    connection.executemany(sql.INSERT_EFFECT, [effect_row(effect) for effect in effects])
    connection.executemany(sql.INSERT_EVENT, [event_row(event) for event in events])


def keep_menus(connection: sqlite3.Connection, restaurant_id: str, menus: Sequence[Menu]) -> None:
    """Replace what was known of one restaurant."""
    text = json.dumps([asdict(menu) for menu in menus])
    connection.execute("INSERT OR REPLACE INTO remembered_menus VALUES (?, ?)", (restaurant_id, text))


def menus(connection: sqlite3.Connection, restaurant_id: str) -> tuple[Menu, ...] | None:
    """None when they were never asked for."""
    row = connection.execute("SELECT menus FROM remembered_menus WHERE restaurant_id = ?", (restaurant_id,)).fetchone()
    return None if row is None else tuple(Menu(**values) for values in json.loads(row[0]))


def copy(path: Path, target: sqlite3.Connection) -> None:
    """Into the file that takes the old one's place; a damaged old one is simply forgotten."""
    with contextlib.suppress(sqlite3.Error):
        source = sqlite3.connect(path)
        try:
            found = source.execute("SELECT restaurant_id, menus FROM remembered_menus").fetchall()
        finally:
            source.close()
        target.executemany("INSERT OR REPLACE INTO remembered_menus VALUES (?, ?)", found)

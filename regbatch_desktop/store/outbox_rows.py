"""Entries of the outbox as rows, as lines of its journal, and the union of both.

Owns: the table, the checksum of a row, and which of two copies is the newer.
Never: opens a file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.store.rows import checksum, text_of
from regbatch_desktop.sync.doors import Entry
from regbatch_desktop.verbs.upcasts import read_mutation

TABLE = """CREATE TABLE IF NOT EXISTS outbox (
  seq INTEGER PRIMARY KEY, mutation_id TEXT NOT NULL UNIQUE, intent TEXT NOT NULL, state TEXT NOT NULL, since TEXT NOT NULL,
  revision INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, sha256 TEXT NOT NULL)"""
SAVE = """INSERT INTO outbox (seq, mutation_id, intent, state, since, revision, reason, detail, sha256)
  VALUES (:seq, :mutation_id, :intent, :state, :since, :revision, :reason, :detail, :sha256)
  ON CONFLICT (seq) DO UPDATE SET state = excluded.state, since = excluded.since, revision = excluded.revision,
    reason = excluded.reason, detail = excluded.detail, sha256 = excluded.sha256"""
ALL = "SELECT seq, mutation_id, intent, state, since, revision, reason, detail, sha256 FROM outbox"


def row_of(entry: Entry) -> dict[str, Any]:
    """A row with its checksum."""
    row = {
        "seq": entry.seq, "mutation_id": entry.mutation.id, "intent": entry.intent, "state": entry.state.value,
        "since": entry.since.isoformat(), "revision": entry.revision, "reason": entry.reason, "detail": text_of(entry.detail),
    }  # fmt: skip
    return row | {"sha256": checksum(row)}


def entry_of(row: Mapping[str, Any]) -> Entry | None:
    """The reverse; None for a row that is not what was written."""
    values = dict(row)
    if checksum(values) != values["sha256"]:
        return None
    return Entry(
        seq=values["seq"], mutation=read_mutation(values["intent"]), intent=values["intent"], state=FateState(values["state"]),
        since=datetime.fromisoformat(values["since"]), revision=values["revision"], reason=values["reason"],
        detail=json.loads(values["detail"]),
    )  # fmt: skip


def read_rows(connection: sqlite3.Connection) -> tuple[dict[str, Entry], bool]:
    """What verifies, read from both ends of the table, and whether that is everything."""
    found: dict[str, Entry] = {}
    whole = True
    for direction in ("ASC", "DESC"):
        try:
            for row in connection.execute(f"{ALL} ORDER BY seq {direction}"):
                entry = entry_of(row)
                if entry is None:
                    whole = False
                else:
                    found[entry.mutation.id] = entry
        except (sqlite3.DatabaseError, UnicodeDecodeError, ValueError, KeyError, TypeError):
            whole = False
    return found, whole


def record_of(entry: Entry, *, is_new: bool) -> dict[str, Any]:
    """A line of the journal; the intent is written once."""
    record = {
        "seq": entry.seq, "id": entry.mutation.id, "state": entry.state.value, "since": entry.since.isoformat(),
        "revision": entry.revision, "reason": entry.reason, "detail": dict(entry.detail),
    }  # fmt: skip
    return record | {"intent": entry.intent} if is_new else record


def read_records(records: Iterable[Mapping[str, Any]]) -> dict[str, Entry]:
    """The newest state of every mutation whose intent is among the lines."""
    found: dict[str, Entry] = {}
    later: dict[str, Mapping[str, Any]] = {}
    for record in records:
        if "intent" in record:
            mutation = read_mutation(record["intent"])
            found[record["id"]] = Entry(record["seq"], mutation, record["intent"], FateState.QUEUED, mutation.at, revision=0)
        if record["revision"] >= later.get(record["id"], record)["revision"]:
            later[record["id"]] = record
    return {
        key: replace(
            entry, state=FateState(later[key]["state"]), since=datetime.fromisoformat(later[key]["since"]),
            revision=later[key]["revision"], reason=later[key]["reason"], detail=later[key]["detail"],
        )
        for key, entry in found.items()
    }  # fmt: skip


def united(rows: Mapping[str, Entry], lines: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """Every mutation that either copy has, in the newer state, in order."""
    found = dict(rows)
    for key, entry in lines.items():
        if key not in found or found[key].revision < entry.revision:
            found[key] = entry
    return tuple(sorted(found.values(), key=lambda entry: entry.seq))

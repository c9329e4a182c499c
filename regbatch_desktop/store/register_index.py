"""A register file indexed on this machine (SQLite FTS5), so that a search needs no network and costs milliseconds.

Owns: the index file: made beside the others and put in place whole, made anew when the register file has changed.
Never: ranks (domain/matching), or keeps a company that its file does not have.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from regbatch_desktop.domain.contacts import contact_marks
from regbatch_desktop.domain.errors import DiskFull, RegisterUnreadable
from regbatch_desktop.domain.register_columns import split_list
from regbatch_desktop.store.register_file import RegisterRow, register_rows

_SHAPE = "4"
_BETWEEN = re.compile(r"[\W_]+")
_NO_LETTERS = {code: None for code in range(128) if not chr(code).isalnum()}
_CHUNK = 5_000
# Is told how many companies are indexed, from the thread that does it; only when something has to be done at all.
Progress = Callable[[int], None]
_STALE_S = 3600.0
_MAKE = """
CREATE TABLE facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE companies(id INTEGER PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL, nzbn TEXT NOT NULL, status TEXT NOT NULL,
  incorporation_date TEXT NOT NULL, other_names TEXT NOT NULL, addresses TEXT NOT NULL, details TEXT NOT NULL, contacts TEXT NOT NULL);
CREATE VIRTUAL TABLE texts USING fts5(names, joined, addresses, contacts, content='', tokenize="unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(texts, 'col');
CREATE TABLE spellings(field TEXT NOT NULL, term TEXT NOT NULL, companies INTEGER NOT NULL, PRIMARY KEY(field, term)) WITHOUT ROWID;
INSERT INTO texts(texts, rank) VALUES('automerge', 0);
"""
# Bytes of words kept in memory before they are written: the fewer pieces the index has, the faster it is made and searched.
_IN_MEMORY = "INSERT INTO texts(texts, rank) VALUES('hashsize', 16777216)"
_ADD = "INSERT INTO companies VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_TEXT = "INSERT INTO texts(rowid, names, joined, addresses, contacts) VALUES(?, ?, ?, ?, ?)"
_DROP_TEXT = "INSERT INTO texts(texts, rowid, names, joined, addresses, contacts) VALUES('delete', ?, ?, ?, ?, ?)"


def joined_text(name: str) -> str:
    """A name run together, so that a search for `bluefern` finds BLUE FERN."""
    bare = name.replace(" ", "")
    if not bare.isascii():
        return _BETWEEN.sub("", bare)
    return bare if bare.isalnum() else bare.translate(_NO_LETTERS)


def _marks_of(details: str) -> tuple[str, ...]:
    """The marks of a company's phones, domains and directors; `details` as RegisterRow has them."""
    if not details:
        return ()
    found: Mapping[str, str] = json.loads(details)
    return contact_marks(
        phones=split_list(found.get("phone", "")), mails=split_list(found.get("email", "")),
        sites=split_list(found.get("website", "")), people=split_list(found.get("directors", "")),
    )  # fmt: skip


def _texts(row: RegisterRow, marks: str) -> tuple[str, str, str, str]:
    _, name, _, _, _, other_names, addresses, _ = row
    names = f"{name} {other_names}" if other_names else name
    # An apostrophe would cut JOE'S in two; the query's words have none.
    return names.replace("'", "").replace("\u2019", ""), joined_text(name), addresses, marks


def fingerprint(path: Path, mapped: Mapping[str, str] | None = None) -> str:
    """What must stay the same for an index to be true."""
    try:
        state = path.stat()
    except OSError as error:
        raise RegisterUnreadable(f"The register cannot be used: {path} cannot be read ({error.strerror}).") from error
    columns = ",".join(f"{field}={title}" for field, title in sorted((mapped or {}).items()))
    return f"{_SHAPE} {state.st_size} {state.st_mtime_ns} {columns}"


def build(rows: Iterable[RegisterRow], target: Path, *, mark: str = "", told: Progress | None = None) -> int:
    """Make an index at `target`; how many companies it has. RegisterUnreadable when there are none; DiskFull.

    `target` is replaced only by a whole index: a kill leaves the old one.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    rough = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        connection = sqlite3.connect(rough, isolation_level=None)
        try:
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-32768", "locking_mode=EXCLUSIVE"):
                connection.execute(f"PRAGMA {pragma}")
            connection.executescript(_MAKE)
            with contextlib.suppress(sqlite3.OperationalError):
                connection.execute(_IN_MEMORY)
            count = _fill(connection, rows, told)
            connection.executemany("INSERT INTO facts VALUES(?, ?)", (("mark", mark), ("count", str(count))))
            connection.execute("CREATE INDEX by_number ON companies(number)")
        finally:
            connection.close()
        if not count:
            raise RegisterUnreadable("The register cannot be used: no row has a company number and a name.")
        os.replace(rough, target)
    except sqlite3.Error as error:
        raise DiskFull(f"The register could not be indexed: {error}.") from error
    except PermissionError as error:
        # Another program has the old index open on a system that does not let go of it.
        if _mark_of(target) != mark:
            raise RegisterUnreadable("The register's index is in use by another program; close it and try again.") from error
    finally:
        with contextlib.suppress(OSError):
            rough.unlink()
    return count


def _sweep(target: Path) -> None:
    """Remove what a killed indexing left behind; one that is still at work is younger."""
    for left in target.parent.glob(f".{target.name}.*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_S:
                left.unlink()


def _fill(connection: sqlite3.Connection, rows: Iterable[RegisterRow], told: Progress | None) -> int:
    connection.execute("BEGIN")
    numbered = enumerate(rows, start=1)
    count = 0
    while chunk := list(itertools.islice(numbered, _CHUNK)):
        if told is not None:
            told(count)
        marks = [" ".join(_marks_of(row.details)) if row.details else "" for _, row in chunk]
        connection.executemany(_ADD, [(at, *row, own) for (at, row), own in zip(chunk, marks, strict=True)])
        connection.executemany(_ADD_TEXT, [(at, *_texts(row, own)) for (at, row), own in zip(chunk, marks, strict=True)])
        count += len(chunk)
    # Counting a word's companies in the full-text index reads all of them: once here instead of at every search.
    connection.execute("INSERT INTO spellings SELECT col, term, doc FROM vocabulary WHERE col NOT IN ('joined', 'contacts')")
    connection.execute("COMMIT")
    return count


def indexed(path: Path, folder: Path, *, mapped: Mapping[str, str] | None = None, told: Progress | None = None) -> Path:
    """The index of a register file, made when it is missing or the file has changed. Blocks; `told` hears how far it is."""
    mark = fingerprint(path, mapped)
    target = folder / f"{_file_key(path)}.register.db"
    if _mark_of(target) != mark:
        build(register_rows(path, mapped), target, mark=mark, told=told)
    return target


def _file_key(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]


def _mark_of(target: Path) -> str | None:
    if not target.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT value FROM facts WHERE name = 'mark'").fetchone()
    except sqlite3.Error:
        # A damaged index is worth nothing: it is made again from its file.
        return None
    return None if found is None else str(found[0])


def changes_until(target: Path) -> datetime | None:
    """Up to when a change feed was applied to the index; None when it is as its file."""
    with contextlib.closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT value FROM facts WHERE name = 'changes_until'").fetchone()
    return None if found is None else datetime.fromisoformat(found[0])


def apply_changes(
    target: Path, changed: Iterable[RegisterRow], removed: Iterable[str] = (), *, until: datetime | None = None
) -> None:
    """Bring an index up to date with a register's change feed: `changed` are new or different, `removed` their numbers; it is
    complete up to `until`, where that is given.
    """
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as connection, _transaction(connection):
        for row in changed:
            _forget(connection, row.number)
            at = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM companies").fetchone()[0]
            marks = " ".join(_marks_of(row.details))
            connection.execute(_ADD, (at, *row, marks))
            connection.execute(_ADD_TEXT, (at, *_texts(row, marks)))
        for number in removed:
            _forget(connection, number)
        if until is not None:
            connection.execute("INSERT OR REPLACE INTO facts VALUES('changes_until', ?)", (until.isoformat(),))


def _forget(connection: sqlite3.Connection, number: str) -> None:
    for at, *rest, marks in connection.execute("SELECT * FROM companies WHERE number = ?", (number,)).fetchall():
        connection.execute(_DROP_TEXT, (at, *_texts(RegisterRow(*rest), marks)))
        connection.execute("DELETE FROM companies WHERE id = ?", (at,))


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")

"""A kill at any statement of a pull leaves a cursor that is not ahead of its rows: else they would never be asked for again."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.store.cache_file import CacheFile
from regbatch_desktop.sync.doors import Cursor, ServerRow, Synced

NOW = datetime(2026, 11, 25, tzinfo=UTC)
BEFORE, AFTER = Cursor("e", "1"), Cursor("e", "2")
ROWS = 2
CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.sync.test_cache_kills import AFTER, opened, page
cache, last, seen = opened(Path(sys.argv[1])), int(sys.argv[2]), 0
def count(_statement):
    global seen
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)
cache._writer.set_trace_callback(count)
asyncio.run(cache.fill(page("after"), AFTER))
print(seen)
"""


def opened(folder: Path) -> CacheFile:
    return CacheFile(folder, organisation_id="o", clock=lambda: NOW)


def page(name: str) -> list[ServerRow]:
    return [ServerRow(Synced.RESTAURANT, f"{name}-{n}", 1, Restaurant(f"{name}-{n}", "o", f"{name} {n}")) for n in range(ROWS)]


def filled(folder: Path) -> CacheFile:
    cache = opened(folder)
    asyncio.run(cache.fill(page("before"), BEFORE, complete=True))
    return cache


def killed_at(folder: Path, statement: int) -> tuple[Cursor, set[str], bool]:
    """The cursor and the rows that the next start finds, and whether the child came to its end."""
    filled(folder).close()
    done = subprocess.run([sys.executable, "-c", CHILD, str(folder), str(statement)], capture_output=True, text=True, check=False)
    assert done.returncode in (-signal.SIGKILL, 0), done.stderr
    cache = opened(folder)
    found = {each.name.split()[0] for each in asyncio.run(cache.plain.restaurants())}
    cursor = cache.cursor
    assert not cache.recovery
    cache.close()
    return cursor, found, done.returncode == 0


def test_a_cursor_is_never_ahead_of_its_rows(tmp_path: Path) -> None:
    seen, statement = set(), 0
    while True:
        statement += 1
        cursor, found, ended = killed_at(tmp_path / str(statement), statement)
        assert (cursor, found) in ((BEFORE, {"before"}), (AFTER, {"before", "after"})), f"killed at statement {statement}"
        seen.add(cursor)
        if ended:
            break
    assert statement > 2 + 2 * ROWS
    assert seen == {BEFORE, AFTER}

"""How long a search and its ranking take on a register on this machine, and how fast the index is made.

The register is grown from the development registers: names recombined, addresses with other house numbers. One core;
CPU time, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from regbatch_desktop.domain.candidate import MatchSource
from regbatch_desktop.domain.matching import rank
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.store.indexed_companies import IndexedCompanies
from regbatch_desktop.store.register_file import RegisterRow, register_rows
from regbatch_desktop.store.register_index import build
from tests.benchmarks.matching.development import REGIONS, address_of, companies, register_row, restaurants

HEADER = "company_number,company_name,status,address\n"


def grown(count: int) -> Iterator[RegisterRow]:
    """The real companies, then made ones."""
    real = [register_row(row) for region in REGIONS for row in companies(region, "full")]
    yield from real[:count]
    dice = random.Random(7)
    for number in range(len(real), count):
        first, last, where = (dice.choice(real) for _ in range(3))
        _, _, street = where.addresses.partition(" ")
        name = " ".join([*first.name.split()[:2], *last.name.split()[-2:]])
        yield RegisterRow(f"made-{number}", name, "", "Registered", "", "", f"{dice.randrange(1, 900)} {street}", "")


def _plain(target: Path, row: dict[str, str]) -> float:
    """The yardstick: one bm25 search for any word of name or address in the same index, without ranking; seconds."""
    names, line = (re.findall(r"[a-z0-9]+", text.lower()) for text in (row["trading_name"], address_of(row)))
    fields = (("names", names), ("addresses", line))
    parts = [field + " : (" + " OR ".join(f'"{word}"' for word in words) + ")" for field, words in fields if words]
    quoted = " OR ".join(parts)
    with contextlib.closing(sqlite3.connect(target)) as connection:
        began = time.process_time()
        connection.execute("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 50", (quoted,)).fetchall()
        return time.process_time() - began


def main() -> None:
    """Sizes from the arguments; a line of JSON."""
    figures: dict[str, dict[str, float]] = {}
    for size in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "companies.csv", Path(folder) / "companies.db"
            with source.open("w", encoding="utf-8") as file:
                file.write(HEADER)
                for row in grown(size):
                    quoted = (text.replace('"', '""') for text in (row.number, row.name, row.status, row.addresses))
                    file.write(",".join(f'"{text}"' for text in quoted) + "\n")
            began = time.process_time()
            build(register_rows(source), target)
            built = time.process_time() - began
            register = IndexedCompanies(target, "register file")
            asked = [row for region in REGIONS for row in restaurants(region)[:150]]
            took = []
            for asking in asked:
                query = search_query(asking["trading_name"], address_of(asking), asking["city"])
                began = time.process_time()
                hits = register.by_name_and_address(query.original_name, query.original_address, query.city)
                rank(query, [(hit, MatchSource.BOTH) for hit in hits])
                took.append(time.process_time() - began)
            register.close()
            plain = [_plain(target, asking) for asking in asked]
            took.sort()
            figures[str(size)] = {
                "companies_per_s": size / built, "index_mb": target.stat().st_size / 1e6,
                "median_ms": 1000 * statistics.median(took), "p95_ms": 1000 * took[int(0.95 * len(took))],
                "plain_ms": 1000 * statistics.median(plain), "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

"""The two development registers with their restaurants, in three views, and each restaurant's candidates with evidence.

The records are read where they lie (REGBATCH_MATCHING_DATA, else ../shared/data) and never copied into the repository.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from regbatch_desktop.domain.candidate import CompanyHit
from regbatch_desktop.domain.matching.ranking import evidence_of
from regbatch_desktop.domain.matching.wanted import Wanted, wanted
from regbatch_desktop.domain.matching.weights import Weights
from regbatch_desktop.store.indexed_companies import IndexedCompanies
from regbatch_desktop.store.register_file import RegisterRow
from regbatch_desktop.store.register_index import build

ROOT = Path(__file__).parents[3]
REGIONS = ("vic", "tx")
VIEWS = ("full", "indep", "name")
Row = dict[str, str]


def folder() -> Path:
    """Where the development records are. SystemExit with a sentence when they are not there."""
    found = Path(os.environ.get("REGBATCH_MATCHING_DATA") or ROOT.parent / "shared" / "data")
    if not (found / "vic_dev_register.csv").exists():
        raise SystemExit(f"The development records are not in {found}; set REGBATCH_MATCHING_DATA to their folder.")
    return found


@cache
def _table(name: str) -> tuple[Row, ...]:
    with (folder() / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def restaurants(region: str) -> tuple[Row, ...]:
    """600 restaurants; `true_id` is empty where no company of the register is right."""
    return _table(f"{region}_dev_queries.csv")


def companies(region: str, view: str) -> Iterator[Row]:
    """The register as a view shows it: every address, only those that are none of the premises, or none."""
    for row in _table(f"{region}_dev_register.csv"):
        if view == "full" or (view == "indep" and row["address_indep"] == "1"):
            yield row
        else:
            yield row | {"address": "", "city": "", "postcode": ""}


def register_row(row: Row) -> RegisterRow:
    """A row as the index takes it."""
    line = ", ".join(part for part in (row["address"], row["city"], row["postcode"]) if part)
    return RegisterRow(row["id"], row["name"], "", "Registered", "", "", line, "")


def wanted_of(row: Row) -> Wanted:
    """A restaurant in parts."""
    return wanted(row["trading_name"], row["street"], row["city"], row["postcode"])


def address_of(row: Row) -> str:
    """The line that a person would give."""
    return f"{row['street']}, {row['city']} {row['postcode']}"


@dataclass(frozen=True)
class Problem:
    """One restaurant with the candidates that the product's own search found. `truth`: their right number, "" for none."""

    query: Row
    truth: str
    hits: tuple[CompanyHit, ...]


def opened(region: str, view: str, scratch: Path) -> IndexedCompanies:
    """The region's register, indexed as the product does it."""
    target = scratch / f"{region}-{view}.register.db"
    build((register_row(row) for row in companies(region, view)), target)
    return IndexedCompanies(target, "register file")


def problems(region: str, view: str) -> list[Problem]:
    """All 600, each searched in its own region's register."""
    with tempfile.TemporaryDirectory() as scratch:
        register = opened(region, view, Path(scratch))
        try:
            return [
                Problem(row, row["true_id"], register.by_name_and_address(row["trading_name"], address_of(row), row["city"]))
                for row in restaurants(region)
            ]
        finally:
            register.close()


def evidence(found: Sequence[Problem], weights: Weights) -> list[dict[str, object]]:
    """What is learned from: the evidence of each candidate and which one is right (-1 for none)."""
    rows: list[dict[str, object]] = []
    for problem in found:
        numbers = [hit.company_number for hit in problem.hits]
        known = evidence_of(wanted_of(problem.query), problem.hits, weights)
        rows.append(
            {
                "right": numbers.index(problem.truth) if problem.truth in numbers else -1,
                "company": problem.truth,
                "candidates": [each.found for each in known],
            }
        )
    return rows

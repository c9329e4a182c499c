"""A second, known yardstick: the 331 restaurants of Zagat's guide looked up among the 533 of Fodor's, 112 of which are in both.

Nothing is learned here: the points are those of the product, learned from companies. The data comes inside a package and is never
committed. The literature reports F1 of 100 for matchers trained on these labels; a rule with the phone reaches it.
"""

from __future__ import annotations

import csv
import json
import subprocess
import tarfile
import tempfile
import venv
from pathlib import Path

from regbatch_desktop.domain.candidate import MatchSource
from regbatch_desktop.domain.contacts import contact_marks
from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE, is_sure, rank
from regbatch_desktop.domain.search_query import SearchQuery
from regbatch_desktop.store.indexed_companies import IndexedCompanies
from regbatch_desktop.store.register_file import RegisterRow
from regbatch_desktop.store.register_index import build
from tests.benchmarks.matching.development import Row
from tests.benchmarks.peers import PEERS, peers_python

PACKAGE = "py-entitymatching==0.4.2"
# What the package's setup needs to say its name; it is never installed.
SETUP = ("setuptools<70", "wheel", "cython", "numpy<2", "six")
FOLDER = PEERS / "fodors-zagats"
TABLES = ("fodors.csv", "zagats.csv", "matches_fodors_zagats.csv")
LIKELY = 0.5


def tables() -> list[list[Row]]:
    """Fodor's, Zagat's, and the pairs of their numbers; downloaded when missing."""
    peers_python()
    if not all((FOLDER / name).exists() for name in TABLES):
        with tempfile.TemporaryDirectory() as scratch:
            venv.create(Path(scratch) / "venv", with_pip=True)
            pip = str(Path(scratch) / "venv" / "bin" / "pip")
            subprocess.run([pip, "install", "-q", *SETUP], check=True)
            subprocess.run([pip, "download", "-q", "--no-deps", "--no-build-isolation", "-d", scratch, PACKAGE], check=True)
            (archive,) = Path(scratch).glob("*.tar.gz")
            FOLDER.mkdir(exist_ok=True)
            with tarfile.open(archive) as packed:
                for member in packed.getmembers():
                    if "/restaurants/" in member.name and (name := Path(member.name).name) in TABLES:
                        content = packed.extractfile(member)
                        (FOLDER / name).write_bytes(content.read() if content else b"")
    found = []
    for name in TABLES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            found.append(list(csv.DictReader(file)))
    return found


def measured(*, phones: bool) -> str:
    """Precision, recall and F1 of the best candidates that are likely; what is accepted without a person."""
    fodors, zagats, pairs = tables()
    right = {row["zagats_id"]: row["fodors_id"] for row in pairs}
    rows = [
        RegisterRow(
            row["id"], row["name"], "", "Registered", "", "", f"{row['addr']}, {row['city']}",
            json.dumps({"phone": row["phone"]}) if phones else "",
        )
        for row in fodors
    ]  # fmt: skip
    likely = hits = first = accepted = wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        build(rows, Path(scratch) / "fodors.db")
        register = IndexedCompanies(Path(scratch) / "fodors.db", "guide")
        for row in zagats:
            found = register.by_name_and_address(row["name"], row["addr"], row["city"])
            marks = contact_marks(phones=(row["phone"],)) if phones else ()
            query = SearchQuery(row["name"], row["addr"], row["city"], row["name"], f"{row['addr']}, {row['city']}", marks)
            best = rank(query, [(hit, MatchSource.BOTH) for hit in found])
            truth = right.get(row["id"])
            is_right = bool(best) and best[0].hit.company_number == truth
            first += is_right
            likely += bool(best) and best[0].score >= LIKELY
            hits += is_right and best[0].score >= LIKELY
            accepted += is_sure(best)
            wrong += is_sure(best) and not is_right
        register.close()
    precision, recall = hits / likely, hits / len(pairs)
    return (
        f"| {'name, address, phone' if phones else 'name, address'} | {first / len(pairs):.3f} | {precision:.3f} | {recall:.3f} "
        f"| {2 * precision * recall / (precision + recall):.3f} | {accepted} | {wrong} |"
    )


def main() -> None:
    """Print the table."""
    print(f"\nFodor's and Zagat's, 112 of 331 in both; likely = at least {LIKELY:.0%}, accepted at {DEFAULT_MIN_SCORE:.3f}\n")
    print("| evidence | top-1 | precision | recall | F1 | accepted | wrong |")
    print("|---|---|---|---|---|---|---|")
    for phones in (False, True):
        print(measured(phones=phones))


if __name__ == "__main__":
    main()

"""Reading the companies of an indexed register: what a search found, as hits; one company's details.

Owns: the connection to the index.
Never: waits, or writes the index (register_index.py makes a new one and puts it in place).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from regbatch_desktop.domain.candidate import CompanyAddress, CompanyDetails, CompanyHit, Director
from regbatch_desktop.domain.errors import ServiceUnavailable
from regbatch_desktop.domain.register_columns import split_list
from regbatch_desktop.store.register_search import RegisterSearch

MOST_HITS = 200
_BY_ID = "SELECT id, number, name, nzbn, status, incorporation_date, other_names, addresses, contacts FROM companies WHERE id IN "
_BY_NUMBER = "SELECT * FROM companies WHERE number = ?"


class IndexedCompanies:
    """For one thread at a time. ServiceUnavailable when the index cannot be opened, sqlite3.Error when it cannot be read."""

    def __init__(self, index: Path, name: str) -> None:
        self._name = name
        try:
            self._connection = sqlite3.connect(
                f"{index.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA cache_size=-32768")
        except sqlite3.Error as error:
            raise ServiceUnavailable("The register's index could not be opened.", detail=str(error)) from error
        self._search = RegisterSearch(self._connection)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def by_name(self, name: str) -> tuple[CompanyHit, ...]:
        """Companies that share words with the name, best first."""
        return self._hits(self._search.by_name(name), f"name {name}")

    def by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]:
        """Companies at the premises, and near them, best first."""
        return self._hits(self._search.by_address(street, city), f"address {street} {city}".rstrip())

    def by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        """Companies with any of these marks."""
        return self._hits(self._search.by_contacts(contacts), "phone, e-mail or director")

    def by_name_and_address(self, name: str, street: str, city: str) -> tuple[CompanyHit, ...]:
        """Both in one go."""
        return self._hits(list(dict.fromkeys(self._search.by_name(name) + self._search.by_address(street, city))), "")

    def details(self, company_number: str) -> CompanyDetails | None:
        """What the file tells of one company; None when it has none with the number."""
        row = self._connection.execute(_BY_NUMBER, (company_number,)).fetchone()
        return None if row is None else _details(row)

    def _hits(self, ids: Sequence[int], found_with: str) -> tuple[CompanyHit, ...]:
        wanted = ids[:MOST_HITS]
        marks = ",".join("?" * len(wanted))
        rows = {row[0]: row for row in self._connection.execute(f"{_BY_ID} ({marks})", wanted)}
        return tuple(self._hit(rows[at], found_with) for at in wanted if at in rows)

    def _hit(self, row: Sequence[str], found_with: str) -> CompanyHit:
        _, number, name, nzbn, status, date, other_names, addresses, contacts = row
        first, *others = addresses.split("\n")
        found = (found_with,) if found_with else ()
        return CompanyHit(
            name, number, nzbn, status, date, first, split_list(other_names), tuple(others), (self._name,), found,
            tuple(contacts.split()),
        )  # fmt: skip


def _details(row: Sequence[str]) -> CompanyDetails:
    _, number, name, nzbn, status, date, _other_names, addresses, text, _contacts = row
    more: Mapping[str, str] = json.loads(text) if text else {}
    kinds = ("Registered office", *("Other address",) * addresses.count("\n"))
    return CompanyDetails(
        company_name=name,
        company_number=number,
        nzbn=nzbn,
        status=status,
        incorporation_date=date,
        entity_type=more.get("entity_type", ""),
        addresses=tuple(CompanyAddress(kind, line) for kind, line in zip(kinds, addresses.split("\n"), strict=True) if line),
        directors=tuple(Director(each, each, "Director", status="Active") for each in split_list(more.get("directors", ""))),
        gst_numbers=split_list(more.get("gst_number", "")),
        phone_numbers=split_list(more.get("phone", "")),
        email_addresses=split_list(more.get("email", "")),
        websites=split_list(more.get("website", "")),
        trading_name=next(iter(split_list(more.get("trading_names", ""))), ""),
    )


@lru_cache(maxsize=8)
def _companies(index: Path, name: str) -> IndexedCompanies:
    return IndexedCompanies(index, name)


def asked(index: Path, name: str, method: str, *arguments: object) -> object:
    """One question to the companies of an index, in a process that keeps it open to its end."""
    return getattr(_companies(index, name), method)(*arguments)

"""A companies register that lies on this machine: the CompanyRegister port over an indexed file.

Owns: the connection to the index and the thread that reads it.
Never: writes the index while it is searched (register_index.py makes a new one and puts it in place).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from regbatch_desktop.domain.candidate import CompanyAddress, CompanyDetails, CompanyHit, Director
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.register_columns import split_list
from regbatch_desktop.store.register_search import RegisterSearch

MOST_HITS = 200
Answer = TypeVar("Answer")
_BY_ID = "SELECT id, number, name, nzbn, status, incorporation_date, other_names, addresses, contacts FROM companies WHERE id IN "
_BY_NUMBER = "SELECT * FROM companies WHERE number = ?"


class LocalRegister:
    """Searches take milliseconds; ServiceUnavailable when the index cannot be read, never an empty answer for that."""

    def __init__(self, index: Path, *, name: str = "register file") -> None:
        self.name = name
        self.most_searches = 2
        self.searches_addresses = True
        self.searches_contacts = True
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="register")
        try:
            self._connection = sqlite3.connect(
                f"{index.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA cache_size=-32768")
        except sqlite3.Error as error:
            raise ServiceUnavailable("The register's index could not be opened.", detail=str(error)) from error
        self._search = RegisterSearch(self._connection)

    def close(self) -> None:
        """End the thread and the connection."""
        self._thread.shutdown()
        self._connection.close()

    async def search_by_name(self, name: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        return await self._run(lambda: self._hits(self._search.by_name(name), f"name {name}"))

    async def search_by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        return await self._run(lambda: self._hits(self._search.by_address(street, city), f"address {street} {city}".rstrip()))

    async def search_by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        """See the port."""
        return await self._run(lambda: self._hits(self._search.by_contacts(contacts), "phone, e-mail or director"))

    async def details(self, company_number: str) -> CompanyDetails:
        """See the port. ServiceRefused for a number that the file does not have."""
        row = await self._run(lambda: self._connection.execute(_BY_NUMBER, (company_number,)).fetchone())
        if row is None:
            raise ServiceRefused(f"The register file has no company with the number {company_number}.")
        return _details(row)

    def find(self, name: str, street: str, city: str) -> tuple[CompanyHit, ...]:
        """Name and address in one go, on the caller's thread; for measuring."""
        return self._hits(list(dict.fromkeys(self._search.by_name(name) + self._search.by_address(street, city))), "")

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
            name, number, nzbn, status, date, first, split_list(other_names), tuple(others), (self.name,), found,
            tuple(contacts.split()),
        )  # fmt: skip

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise ServiceUnavailable("The register on this machine could not be read.", detail=str(error)) from error


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

"""A companies register that lies on this machine: the CompanyRegister port over an indexed file.

Owns: where the index is read: in a thread of its own, or in the process that computes beside a window.
Never: reads the index itself (indexed_companies.py).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from regbatch_desktop.domain.candidate import CompanyDetails, CompanyHit
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.ports import Compute
from regbatch_desktop.store.indexed_companies import IndexedCompanies, asked


class LocalRegister:
    """Searches take milliseconds; ServiceUnavailable when the index cannot be read, never an empty answer for that."""

    def __init__(self, index: Path, *, name: str = "register file", compute: Compute | None = None) -> None:
        self.name = name
        self.most_searches = 2
        self.searches_addresses = True
        self.searches_contacts = True
        self._index, self._compute = index, compute
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="register")
        # Opened here also when another process reads it, so that one which cannot be opened is known at once.
        self._companies = IndexedCompanies(index, name)

    def close(self) -> None:
        """End the thread and the connection."""
        self._thread.shutdown()
        self._companies.close()

    async def search_by_name(self, name: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        found: tuple[CompanyHit, ...] = await self._asked("by_name", name)
        return found

    async def search_by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        found: tuple[CompanyHit, ...] = await self._asked("by_address", street, city)
        return found

    async def search_by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        """See the port."""
        found: tuple[CompanyHit, ...] = await self._asked("by_contacts", tuple(contacts))
        return found

    async def details(self, company_number: str) -> CompanyDetails:
        """See the port. ServiceRefused for a number that the file does not have."""
        found: CompanyDetails | None = await self._asked("details", company_number)
        if found is None:
            raise ServiceRefused(f"The register file has no company with the number {company_number}.")
        return found

    async def _asked(self, method: str, *arguments: object) -> Any:
        try:
            if self._compute is not None:
                return await self._compute(asked, self._index, self.name, method, *arguments)
            return await asyncio.get_running_loop().run_in_executor(self._thread, getattr(self._companies, method), *arguments)
        except sqlite3.Error as error:
            raise ServiceUnavailable("The register on this machine could not be read.", detail=str(error)) from error

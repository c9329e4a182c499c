"""Several companies registers asked at once, as if they were one.

Owns: one entry per company with all its sources; a register that could not be read makes the answer fail (L23).
Never: prefers one register's company to another's (domain/matching does, by evidence).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from regbatch_desktop.domain.candidate import CompanyDetails, CompanyHit, MatchSource, united, united_details
from regbatch_desktop.domain.errors import ServiceRefused
from regbatch_desktop.ports import CompanyRegister


class SeveralRegisters:
    """The CompanyRegister port over two or more registers."""

    def __init__(self, registers: Sequence[CompanyRegister]) -> None:
        self._registers = tuple(registers)

    @property
    def most_searches(self) -> int:
        """As many as the one that needs most."""
        return max(register.most_searches for register in self._registers)

    @property
    def searches_addresses(self) -> bool:
        """One of them can."""
        return any(register.searches_addresses for register in self._registers)

    @property
    def searches_contacts(self) -> bool:
        """One of them can."""
        return any(register.searches_contacts for register in self._registers)

    async def search_by_name(self, name: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        found = await asyncio.gather(*(register.search_by_name(name) for register in self._registers))
        return _one_list(found)

    async def search_by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        found = await asyncio.gather(*(r.search_by_address(street, city) for r in self._registers if r.searches_addresses))
        return _one_list(found)

    async def search_by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        """See the port."""
        found = await asyncio.gather(*(r.search_by_contacts(contacts) for r in self._registers if r.searches_contacts))
        return _one_list(found)

    async def details(self, company_number: str) -> CompanyDetails:
        """What all of them say; ServiceRefused when none knows the number. A register that is down is not left out."""
        answers = await asyncio.gather(*(_or_refusal(register, company_number) for register in self._registers))
        known = [answer for answer in answers if isinstance(answer, CompanyDetails)]
        if not known:
            raise next(answer for answer in answers if isinstance(answer, ServiceRefused))
        return united_details(known)


async def _or_refusal(register: CompanyRegister, number: str) -> CompanyDetails | ServiceRefused:
    try:
        return await register.details(number)
    except ServiceRefused as refusal:
        return refusal


def _one_list(found: Sequence[Sequence[CompanyHit]]) -> tuple[CompanyHit, ...]:
    every = [(hit, MatchSource.NAME) for hits in found for hit in hits]
    return tuple(hit for hit, _ in united(every))

"""Letting a person choose the company in the terminal.

Owns: the keys: a number chooses, n none of these, s search again, m manual entry, q later.
Never: decides.
"""

from __future__ import annotations

import asyncio

from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services import decisions

SHOWN = 9
BY = "a person at the terminal"


class TerminalQuestion:
    """Asks about one restaurant at a time."""

    def __init__(self, doors: Doors, screen: Screen) -> None:
        self._doors = doors
        self._screen = screen

    async def __call__(self, job: Job, restaurant: Restaurant, search: CandidateSearch | None) -> None:
        """Ask until there is an answer; "later" leaves the restaurant waiting."""
        while True:
            self._show(restaurant, search)
            answer = (await self._read("Company (number, n none, s search, m manual, q later): ")).strip().casefold()
            try:
                if answer in ("q", ""):
                    return
                if answer == "n":
                    await decisions.choose_company(self._doors, job.id, None, decided_by=BY)
                    return
                if answer == "s":
                    search = await self._search(job)
                    continue
                if answer == "m":
                    await decisions.enter_manually(self._doors, job.id, await self._entry(), decided_by=BY)
                    return
                found = search.candidates if search else ()
                if answer.isdigit() and 1 <= int(answer) <= len(found):
                    number = found[int(answer) - 1].hit.company_number
                    await decisions.choose_company(self._doors, job.id, number, decided_by=BY)
                    return
                self._screen.line("That is none of the choices.")
            except RegBatchError as error:
                self._screen.line(f"{error.sentence} [{error.code}]")

    def _show(self, restaurant: Restaurant, search: CandidateSearch | None) -> None:
        self._screen.line("")
        self._screen.line(f"{restaurant.name} · {restaurant.address} · {restaurant.city}", style="bold")
        found = search.candidates if search else ()
        if not found:
            self._screen.line("  No company was found by this name or at this address.")
        for number, candidate in enumerate(found[:SHOWN], start=1):
            hit = candidate.hit
            reasons = ", ".join(candidate.reasons) or "nothing in common"
            self._screen.line(f"  {number}  {candidate.score:4.0%}  {hit.company_name} ({hit.company_number}, {hit.status})")
            self._screen.line(f"           {hit.registered_address} · {reasons}")
        if len(found) > SHOWN:
            self._screen.line(f"     … and {len(found) - SHOWN} more, by number")

    async def _search(self, job: Job) -> CandidateSearch:
        name = await self._read("  Name (empty = as it is): ")
        street = await self._read("  Street (empty = as it is): ")
        city = await self._read("  City (empty = as it is): ")
        return await decisions.search_again(self._doors, job.id, name=name, street=street, city=city)

    async def _entry(self) -> ManualEntry:
        contact = await self._read("  Contact name (needed): ")
        company = await self._read("  Company name: ")
        number = await self._read("  Company number: ")
        return ManualEntry(contact_name=contact, company_name=company, company_number=number)

    async def _read(self, prompt: str) -> str:
        try:
            return await asyncio.to_thread(input, prompt)
        except EOFError:
            return "q"

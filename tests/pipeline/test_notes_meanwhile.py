"""A person writes a note while a step of the same restaurant is under way: the step comes to its end, and both are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from regbatch_desktop.domain.candidate import CompanyDetails
from regbatch_desktop.domain.errors import InputError
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.ports import CompanyRegister
from regbatch_desktop.services import decisions, notes
from tests.pipeline.workbench import bench


class Interrupted:
    """The register; something is done while it answers."""

    def __init__(self, register: CompanyRegister, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self._register, self._meanwhile = register, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._register, name)

    async def details(self, company_number: str) -> CompanyDetails:
        found = await self._register.details(company_number)
        await self._meanwhile()
        return found


async def test_a_note_and_the_company_details_are_both_kept(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(1)
        await b.run(batch)
        (job,) = await b.jobs(batch)
        search = await b.doors.store.candidates(job.id)
        assert search is not None
        await decisions.choose_company(b.doors, job.id, search.candidates[0].hit.company_number, decided_by="ann")

        async def write() -> None:
            await notes.write_note(b.doors, job.id, "Ask for Mere.", seen="", decided_by="ann")

        engine = Engine(replace(b.doors, register=Interrupted(b.doors.register, write)), seed=1)
        await engine.run_batch(batch.id)
        await engine.aclose()
        (job,) = await b.jobs(batch)
        assert (job.current_step, job.step(4).error_code) == (5, "")
        restaurant = await b.doors.store.restaurant(job.restaurant_id)
        assert restaurant.note.text == "Ask for Mere."
        assert restaurant.company_number == search.candidates[0].hit.company_number


async def test_a_note_is_what_was_typed_without_what_nobody_sees(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        batch = await b.batch(1)
        (job,) = await b.jobs(batch)
        assert await notes.write_note(
            b.doors, job.id, "  Ask\x00 for\tMere.\r\n\x1bNot before noon.  ", seen="", decided_by="ann"
        )
        kept = (await b.doors.store.restaurant(job.restaurant_id)).note
        assert kept.text == "Ask for Mere.\nNot before noon."
        assert not await notes.write_note(b.doors, job.id, kept.text + "\n", seen=kept.text, decided_by="bob")
        assert (await b.doors.store.restaurant(job.restaurant_id)).note == kept, "the same words are still Ann's"
        with pytest.raises(InputError, match="1,001"):
            await notes.write_note(b.doors, job.id, "x" * 1_001, seen=kept.text, decided_by="ann")

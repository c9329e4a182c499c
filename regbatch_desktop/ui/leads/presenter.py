"""Leads without a window: reading a file, importing, undoing, making a batch.

Owns: the last import, so that it can be taken back.
Never: imports Qt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from regbatch_desktop.domain.batch import Batch, ExecutionMode
from regbatch_desktop.domain.lead import Lead, batch_name
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.read_models import LeadRow
from regbatch_desktop.services import batches, leads
from regbatch_desktop.services.lead_files import LeadFile, Sheet, judge, read_sheet


class LeadsPresenter:
    """The verbs of the leads pane."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._last: leads.Imported | None = None

    async def rows(self) -> tuple[LeadRow, ...]:
        """Every lead."""
        return await self._doors.store.lead_rows()

    async def read(self, path: str) -> Sheet:
        """A file, read off the loop. LeadsUnreadable."""
        return await asyncio.to_thread(read_sheet, Path(path))

    async def judge(self, sheet: Sheet, columns: Mapping[int, str], fixes: Mapping[tuple[int, str], str]) -> LeadFile:
        """Every row's verdict, off the loop. LeadsUnreadable without a name column."""
        return await asyncio.to_thread(lambda: judge(sheet, columns=columns, fixes=fixes))

    async def import_leads(self, found: Sequence[Lead]) -> str:
        """Import; what happened in a sentence."""
        self._last = await leads.import_leads(self._doors, found)
        added, known = len(self._last.added), len(self._last.known)
        sentence = f"{added} restaurant{'s' if added != 1 else ''} imported."
        return f"{sentence} {known} known already." if known else sentence

    async def undo_import(self) -> str:
        """Take the last import back."""
        if self._last is None:
            return "There is no import to take back."
        imported, self._last = self._last.added, None
        gone = await leads.undo_import(self._doors, imported)
        kept = len(imported) - gone
        return f"{gone} taken back." + (f" {kept} stayed, because they are in a batch." if kept else "")

    def proposed_name(self, count: int) -> str:
        """A name for a batch of so many."""
        return batch_name(self._doors.clock.now().date(), count)

    async def make_batches(self, ids: Sequence[str], name: str, mode: ExecutionMode, *, start: bool) -> tuple[Batch, ...]:
        """One batch, or several of at most 50. RestaurantAlreadyInBatch."""
        wanted = list(ids)
        found = {each.id: each for each in await self._doors.store.restaurants(wanted)}
        parts = leads.split([found[each] for each in wanted])
        made = []
        for number, part in enumerate(parts, start=1):
            label = name if len(parts) == 1 else f"{name} ({number}/{len(parts)})"
            made.append(await leads.create_batch(self._doors, part, name=label, mode=mode))
        if start:
            for batch in made:
                await batches.start_batch(self._doors, batch.id)
        return tuple(made)

"""The outbox without a window: its rows, both sides of what was not taken, and what a person says about them.

Owns: names of what the decisions are about; what goes back together.
Never: imports Qt, or drops anything by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from regbatch_desktop.domain.errors import RegBatchError, WorkspaceUnusable
from regbatch_desktop.domain.fate import OPEN, PARKED, WAITING, ConflictCard, Fate, FateState, OutboxSummary
from regbatch_desktop.domain.mutation import OF_A_BATCH, MutationKind
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import Outbox
from regbatch_desktop.services.fate_export import export_text
from regbatch_desktop.services.fates import OF_A_COMPANY, OF_A_CONFIGURATION, batch_words, by_kind, counted, state_words

MOST_TAKEN = 200


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One decision. `card` where it was not taken; `batch_id` "" where what it is about is not here any more."""

    key: str
    name: str
    what: str
    state: str
    at: datetime
    fate: Fate
    batch_id: str
    card: ConflictCard | None = None

    @property
    def status_key(self) -> str:
        """The state as a word for marks."""
        return self.fate.state.value

    @property
    def pane(self) -> str:
        """Where it was decided."""
        if self.fate.kind in OF_A_COMPANY:
            return "selection"
        return "configuration" if self.fate.kind in OF_A_CONFIGURATION else "batch"


@dataclass(frozen=True, slots=True)
class Board:
    """What wants a look first, then what waits (oldest first), then what was taken (newest first)."""

    rows: tuple[OutboxRow, ...]
    summary: OutboxSummary


class OutboxPresenter:
    """The verbs of the pane."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        # Entity → (name, batch).
        self._named: dict[str, tuple[str, str]] = {}
        self._said: dict[str, str] = {}

    @property
    def _outbox(self) -> Outbox:
        if self._doors.outbox is None:
            raise WorkspaceUnusable("This workspace is a file on this machine; nothing has to be sent.")
        return self._doors.outbox

    async def board(self) -> Board:
        """As it is now."""
        fates = await self._outbox.fates()
        cards = {card.key: card for card in await self._outbox.conflicts()}
        look = [fate for fate in fates if fate.state in OPEN]
        waits = [fate for fate in fates if fate.state in WAITING]
        taken = sorted((fate for fate in fates if fate.state is FateState.TAKEN), key=lambda fate: fate.since, reverse=True)
        shown = (*look, *waits, *taken[:MOST_TAKEN])
        await self._look_up(shown)
        # All at once, so that the store reads them in one go.
        about = await asyncio.gather(*map(self._about, shown))
        rows = [self._row(fate, cards.get(fate.key), *known) for fate, known in zip(shown, about, strict=True)]
        return Board(tuple(rows), self._outbox.summary)

    def _row(self, fate: Fate, card: ConflictCard | None, name: str, batch_id: str) -> OutboxRow:
        state = batch_words(fate) if fate.kind in OF_A_BATCH else state_words(fate)
        return OutboxRow(fate.key, name, self._said.get(fate.key, fate.words), state, fate.at, fate, batch_id, card)

    async def _look_up(self, fates: Sequence[Fate]) -> None:
        """Companies by their names, where they were among the candidates; what has been said once stays said."""
        new = [fate for fate in fates if fate.kind is MutationKind.CHOOSE_COMPANY and fate.key not in self._said]
        searches = await self._doors.store.searches([fate.entity_id for fate in new]) if new else {}
        for fate in new:
            hits = [each.hit for each in searches[fate.entity_id].candidates] if fate.entity_id in searches else []
            chosen = next((hit for hit in hits if fate.words.endswith(f"company {hit.company_number}")), None)
            self._said[fate.key] = f"{chosen.company_name} ({chosen.company_number})" if chosen else fate.words

    async def _about(self, fate: Fate) -> tuple[str, str]:
        known = self._named.get(fate.entity_id)
        if known is not None:
            return known
        try:
            if fate.kind in OF_A_BATCH:
                found = (await self._doors.store.batch(fate.entity_id)).name, fate.entity_id
            else:
                job = await self._doors.store.job(fate.entity_id)
                found = (await self._doors.store.restaurant(job.restaurant_id)).name, job.batch_id
        except RegBatchError:
            return fate.about or "not there any more", ""
        self._named[fate.entity_id] = found
        return found

    async def keep_theirs(self, keys: Sequence[str]) -> str:
        """The other decisions stand."""
        for key in keys:
            await self._outbox.keep_theirs(key)
        return f"{counted(len(keys))} put away; what your team has stands."

    async def choose_mine_again(self, keys: Sequence[str]) -> str:
        """The same decisions anew, on what is there now; what does not allow it says why and stays."""
        done, problem = 0, ""
        for key in keys:
            try:
                await self._outbox.choose_mine_again(key)
                done += 1
            except RegBatchError as error:
                problem = f" {error.sentence}"
        return (f"{counted(done)} made again." if done else "Not made again.") + problem

    async def goes_back(self, keys: Sequence[str]) -> tuple[Fate, ...]:
        """What taking these back takes back with them: later ones about the same, newest first."""
        fates = await self._outbox.fates()
        found: list[Fate] = []
        for place, fate in enumerate(fates):
            if fate.key in keys and fate.can_withdraw:
                later = [each for each in fates[place:] if each.entity_id == fate.entity_id and each.can_withdraw]
                found += [each for each in later if each not in found]
        return tuple(sorted(found, key=fates.index, reverse=True))

    async def withdraw(self, fates: Sequence[Fate]) -> str:
        """Take back what has not left; what was sent meanwhile is told."""
        done, problem = 0, ""
        for fate in fates:
            try:
                await self._outbox.withdraw(fate.key)
                done += 1
            except RegBatchError as error:
                problem = f" {error.sentence}"
        return f"{counted(done)} taken back.{problem}"

    async def export(self, path: str) -> str:
        """What waits or wants a look, without secrets. WorkspaceUnusable where the file cannot be written."""
        text = await export_text(self._outbox, self._doors.store)
        await asyncio.to_thread(written, path, text)
        return f"Written to {path}. Passwords are not in it."

    async def remove_rows(self) -> str:
        """The team's rows leave this machine."""
        await self._outbox.remove_rows()
        self._named.clear()
        return "Your team's data was removed from this machine. What you decided is still here."

    async def lost(self) -> tuple[Fate, ...]:
        """What discarding would lose."""
        return tuple(fate for fate in await self._outbox.fates() if fate.state in PARKED)

    async def discard(self) -> str:
        """Give up what is parked."""
        return f"{counted(await self._outbox.discard_parked())} discarded."


def written(path: str, text: str) -> None:
    """A file that only its owner reads. WorkspaceUnusable."""
    try:
        file = Path(path)
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WorkspaceUnusable(f"{path} cannot be written: {error.strerror}.") from error


def listed(fates: Sequence[Fate]) -> list[str]:
    """For a question: kinds with their numbers."""
    return list(by_kind(fates))

"""What a person decided and the team has not taken yet, as the interface shows it.

Owns: the summary, the fates, the cards, and what a person can say about them.
Never: sends (push.py), or drops anything by itself.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from regbatch_desktop.domain.errors import InvalidStatus, NotFound, RegBatchError, StepNotActionRequired
from regbatch_desktop.domain.fate import OPEN, PARKED, WAITING, ConflictCard, Fate, FateState, OutboxSummary
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.runtime.changes import Change, Changes
from regbatch_desktop.sync.cards import card_of
from regbatch_desktop.sync.doors import Cache, Entry, OutboxFile
from regbatch_desktop.verbs.scope import scope_of
from regbatch_desktop.verbs.table import anew, based, decide, said

_OF_THE_COMPANY = (MutationKind.CHOOSE_COMPANY, MutationKind.ENTER_MANUALLY, MutationKind.SAVE_SEARCH)


class TeamOutbox:
    """See the port Outbox. `woken` is set when there may be something to send."""

    def __init__(self, file: OutboxFile, cache: Cache, changes: Changes, *, now: Callable[[], datetime]) -> None:
        self._file, self._cache, self._changes, self._now = file, cache, changes, now
        self._started = now()
        self.woken = asyncio.Event()
        self._stalled = False
        self.notice: Callable[[], str] = lambda: ""
        # Set where the cache may be emptied (assembly.py).
        self.rows_until: Callable[[], datetime | None] = lambda: None
        self.is_away: Callable[[], bool] = lambda: False
        self.empty_cache: Callable[[], Awaitable[None]] | None = None
        self._summary = OutboxSummary()
        self._noted()

    # ------------------------------------------------------------ for the interface

    @property
    def summary(self) -> OutboxSummary:
        """See the port."""
        return replace(self._summary, stalled=self._stalled, notice=self.notice(), rows_until=self.rows_until())

    async def fates(self) -> tuple[Fate, ...]:
        """See the port."""
        entries = self._file.entries
        wanted = [entry for entry in entries if entry.state in WAITING or entry.state in OPEN]
        wanted += [entry for entry in entries if entry.state is FateState.TAKEN and entry.since >= self._started]
        return tuple(_fate(entry, away=self.is_away()) for entry in wanted)

    async def conflicts(self) -> tuple[ConflictCard, ...]:
        """See the port."""
        return tuple([await card_of(entry, self._cache.plain) for entry in self._file.entries if entry.state in OPEN])

    async def withdraw(self, mutation_id: str) -> None:
        """See the port."""
        entry = self._entry(mutation_id)
        if not _fate(entry).can_withdraw:
            raise InvalidStatus("This was sent already; it can only be changed by another decision.")
        await self.change(entry, FateState.CLOSED, reason="withdrawn")

    async def keep_theirs(self, mutation_id: str) -> None:
        """See the port."""
        entry = self._entry(mutation_id)
        if entry.state not in OPEN:
            raise InvalidStatus("This is not in conflict any more.")
        await self.change(entry, FateState.CLOSED, reason="theirs was kept")

    async def choose_mine_again(self, mutation_id: str) -> None:
        """See the port. Where theirs has to be undone first, that is a decision of its own."""
        entry = self._entry(mutation_id)
        if entry.state not in OPEN:
            raise InvalidStatus("This is not in conflict any more.")
        mine = anew(entry.mutation, str(uuid4()), self._now())
        try:
            mine = await self._decided(mine)
        except StepNotActionRequired:
            undone = Mutation(str(uuid4()), MutationKind.TAKE_BACK, mine.entity_id, {}, mine.at, mine.decided_by)
            if mine.kind not in _OF_THE_COMPANY:
                raise
            await self.add(await self._decided(undone))
            mine = await self._decided(mine)
        await self.add(mine)
        await self.change(entry, FateState.CLOSED, reason="chosen again")

    async def _decided(self, mutation: Mutation) -> Mutation:
        """Based on what is shown now. RuleError where that does not allow it."""
        scope = await scope_of(self._cache.view, mutation)
        mutation = based(mutation, scope)
        decide(mutation, scope, mutation.at)
        return mutation

    async def exported(self) -> str:
        """See the port."""
        listed = []
        for entry in self._file.entries:
            if entry.state in WAITING or entry.state in OPEN:
                args = {name: value for name, value in entry.mutation.args.items() if name != "secrets"}
                listed.append(
                    {
                        "what": said(entry.mutation), "kind": entry.mutation.kind.value, "id": entry.mutation.entity_id,
                        "by": entry.mutation.decided_by, "at": entry.mutation.at.isoformat(), "state": entry.state.value,
                        "reason": entry.reason, "arguments": args,
                        **({"about": entry.detail["about"]} if "about" in entry.detail else {}),
                    }
                )  # fmt: skip
        return json.dumps(listed, indent=2, ensure_ascii=False)

    async def remove_rows(self) -> None:
        """See the port. InvalidStatus while access is there, and when nothing is left to be removed."""
        if self.rows_until() is None or self.empty_cache is None:
            raise InvalidStatus("Only the rows of a team that you have no access to any more can be removed.")
        await self.empty_cache()

    async def discard_parked(self) -> int:
        """See the port."""
        parked = [entry for entry in self._file.entries if entry.state in PARKED]
        for entry in parked:
            await self.change(entry, FateState.CLOSED, reason="discarded by the person")
        return len(parked)

    # ------------------------------------------------------------ for the store and for push

    async def add(self, mutation: Mutation) -> Entry:
        """Durable when it returns."""
        entry = await self._file.add(mutation)
        self._noted()
        self.woken.set()
        return entry

    async def change(self, entry: Entry, state: FateState, *, reason: str = "", detail: dict[str, object] | None = None) -> Entry:
        """Another state, durable when it returns."""
        changed = await self._file.change(entry.mutation.id, state, reason=reason, detail=detail)
        self._noted()
        return changed

    def connection_changed(self) -> None:
        """What is under way is told otherwise then."""
        if any(entry.state is FateState.SENT for entry in self._file.entries):
            self._changes.publish(Change("fate", ()))

    def set_stalled(self, stalled: bool) -> None:
        """The watchdog's word."""
        if stalled is not self._stalled:
            self._stalled = stalled
            self._changes.publish(Change("fate", ()))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All, in order."""
        return self._file.entries

    def _entry(self, mutation_id: str) -> Entry:
        for entry in self._file.entries:
            if entry.mutation.id == mutation_id:
                return entry
        raise NotFound("This decision is not kept here any more.")

    def _noted(self) -> None:
        entries = self._file.entries
        waiting = [entry for entry in entries if entry.state in WAITING]
        parked = [entry for entry in waiting if entry.state in PARKED]
        self._cache.show(tuple(entry.mutation for entry in waiting))
        self._summary = OutboxSummary(
            waiting=len(waiting),
            since=min((entry.mutation.at for entry in waiting), default=None),
            parked=len(parked),
            parked_as=parked[0].state if parked else None,
            look=sum(entry.state in OPEN for entry in entries),
            taken=sum(entry.state is FateState.TAKEN for entry in entries),
            closed=sum(entry.state is FateState.CLOSED for entry in entries),
            created=len(entries),
        )
        self._changes.publish(Change("fate", ()))


def _fate(entry: Entry, *, away: bool = False) -> Fate:
    mutation = entry.mutation
    try:
        words = said(mutation)
    except (RegBatchError, KeyError, TypeError, ValueError):
        words = mutation.kind.value.replace("_", " ")
    return Fate(
        mutation.id, mutation.kind, mutation.entity_id, entry.state, words, mutation.at, entry.since, entry.reason, entry.was_sent,
        str(entry.detail.get("about", "")), away and entry.state is FateState.SENT,
    )  # fmt: skip

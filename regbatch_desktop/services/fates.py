"""What became of a person's decisions, found by what they are about, and said in words.

Owns: which decision counts for a row, the sentence for each state with the point after which it cannot be taken back.
Never: sends, or changes the outbox but for taking back what has not left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from regbatch_desktop.domain.errors import InvalidStatus, RegBatchError
from regbatch_desktop.domain.fate import OPEN, PARKED, WAITING, Fate, FateState, OutboxSummary
from regbatch_desktop.domain.mutation import OF_A_BATCH, MutationKind
from regbatch_desktop.pipeline.doors import Doors

OF_A_COMPANY = frozenset(
    {MutationKind.CHOOSE_COMPANY, MutationKind.TAKE_BACK, MutationKind.ENTER_MANUALLY, MutationKind.SAVE_SEARCH}
)
OF_A_CONFIGURATION = frozenset({MutationKind.SAVE_CONFIGURATION, MutationKind.START_CONFIGURATION})
OF_A_NOTE = frozenset({MutationKind.WRITE_NOTE})
OF_A_JOB = frozenset(MutationKind) - OF_A_BATCH - OF_A_NOTE
_SHORT = {
    FateState.QUEUED: "queued", FateState.SENT: "sent", FateState.TAKEN: "taken", FateState.CONFLICT: "conflict",
    FateState.REFUSED: "refused", FateState.GONE: "gone", FateState.PARKED_SIGN_IN: "waits for sign-in",
    FateState.PARKED_REVOKED: "parked", FateState.PARKED_TOO_OLD: "waits for an update", FateState.CLOSED: "closed",
}  # fmt: skip
_SENTENCE = {
    FateState.QUEUED: "Kept on this machine since {at}. It can be taken back until it is sent.",
    FateState.SENT: "On its way since {since}, the answer is not here yet. It cannot be taken back any more; another decision can change it.",
    FateState.TAKEN: "Taken by your team at {since}.",
    FateState.CONFLICT: "Not taken: somebody else decided otherwise.",
    FateState.REFUSED: "Not taken.",
    FateState.GONE: "Not taken: what it was about is not there any more.",
    FateState.PARKED_SIGN_IN: "Kept on this machine since {at}; it is sent when you have signed in again. Until then it can be taken back.",
    FateState.PARKED_REVOKED: "Kept on this machine since {at}, but your access was taken back. It can be exported or taken back.",
    FateState.PARKED_TOO_OLD: "Kept on this machine since {at}; it is sent when this program was updated. Until then it can be taken back.",
    FateState.CLOSED: "Closed by you.",
}  # fmt: skip
_NO_ANSWER = "sent, no answer yet"
_UNANSWERED = (
    "Sent at {since}; the connection was gone before the answer came, so nobody here knows yet whether your team has it. It is asked "
    "again when the connection is back, and counts once. It cannot be taken back any more; another decision can change it."
)
# What a decision of a batch will do, while it waits.
_WHEN_ONLINE = {
    MutationKind.START_BATCH: "starts when online",
    MutationKind.CANCEL_BATCH: "cancelled when online",
    MutationKind.RENAME_BATCH: "renamed when online",
}
_UNDER_WAY = {
    MutationKind.START_BATCH: "starting",
    MutationKind.CANCEL_BATCH: "being cancelled",
    MutationKind.RENAME_BATCH: "being renamed",
}


@dataclass(frozen=True, slots=True)
class FateTable:
    """Fates by what they are about; `batches` are those that hold something that waits or wants a look."""

    by_entity: Mapping[str, tuple[Fate, ...]] = field(default_factory=dict)
    batches: frozenset[str] = frozenset()

    def of(self, entity_id: str, kinds: Collection[MutationKind]) -> Fate | None:
        """The one that counts: what wants a look, then the newest that waits, then the newest that was taken."""
        found = [fate for fate in self.by_entity.get(entity_id, ()) if fate.kind in kinds]
        return max(found, key=lambda fate: (fate.state in OPEN, fate.state in WAITING, fate.at), default=None)

    def pending(self, entity_id: str, kinds: Collection[MutationKind]) -> Fate | None:
        """The same, unless it was taken: then nothing has to be said in a list."""
        found = self.of(entity_id, kinds)
        return found if found is not None and found.state is not FateState.TAKEN else None


class FateReader:
    """Reads the outbox for one pane; which batch a restaurant is in is asked once. Nothing without an outbox."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._batch_of: dict[str, str] = {}

    async def read(self) -> FateTable:
        """As it is now."""
        outbox = self._doors.outbox
        if outbox is None:
            return FateTable()
        found: dict[str, list[Fate]] = {}
        for fate in await outbox.fates():
            found.setdefault(fate.entity_id, []).append(fate)
        pending = [fate for fates in found.values() for fate in fates if fate.state is not FateState.TAKEN]
        # Asked for together they are read together: one after the other each waits for a turn of the loop and of the store's thread.
        batches = set(await asyncio.gather(*map(self._batch, pending)))
        return FateTable({key: tuple(fates) for key, fates in found.items()}, frozenset(batches - {""}))

    async def _batch(self, fate: Fate) -> str:
        if fate.kind in OF_A_BATCH:
            return fate.entity_id
        if fate.entity_id not in self._batch_of:
            try:
                self._batch_of[fate.entity_id] = (await self._doors.store.job(fate.entity_id)).batch_id
            except RegBatchError:
                return ""
        return self._batch_of[fate.entity_id]


async def withdrawn(doors: Doors, fate: Fate | None) -> bool:
    """Taken back before it left; False when there is nothing to take back here, or it was sent a moment ago."""
    if doors.outbox is None or fate is None or not fate.can_withdraw:
        return False
    try:
        await doors.outbox.withdraw(fate.key)
    except InvalidStatus:
        return False
    return True


def state_words(fate: Fate) -> str:
    """One word or two, for a list."""
    return _NO_ANSWER if fate.unanswered else _SHORT[fate.state]


def batch_words(fate: Fate) -> str:
    """What a decision about a batch will do, while it waits; else its state."""
    if fate.unanswered:
        return _NO_ANSWER
    waits = {FateState.QUEUED: _WHEN_ONLINE, FateState.SENT: _UNDER_WAY}.get(fate.state, {})
    return waits.get(fate.kind, _SHORT[fate.state])


def sentence(fate: Fate) -> str:
    """What became of it, why, and until when it can be taken back."""
    told = (_UNANSWERED if fate.unanswered else _SENTENCE[fate.state]).format(at=clock(fate.at), since=clock(fate.since))
    # A parked one is told why by its state; a queued one may have come back from a project that was restored.
    return f"{told} {fate.sentence}" if fate.sentence and (fate.state in OPEN or fate.state is FateState.QUEUED) else told


def clock(at: datetime) -> str:
    """Hour and minute in the person's time, with the day where it is not today's."""
    here, now = at.astimezone(), datetime.now().astimezone()
    return f"{here:%H:%M}" if here.date() == now.date() else f"{here:%d %b %H:%M}"


def counted(number: int) -> str:
    """`1 decision`, `3 decisions`."""
    return f"{number:,} decision{'s' if number != 1 else ''}"


def summary_words(summary: OutboxSummary) -> str:
    """For the status bar: how many wait, since when, and what they wait for; "" when there is nothing to say."""
    parts = []
    if summary.waiting:
        since = f", since {clock(summary.since)}" if summary.since else ""
        parts.append(f"{counted(summary.waiting)} wait{'s' if summary.waiting == 1 else ''}{since}")
        if summary.parked_as is not None and summary.parked:
            parts.append(
                {"parked_sign_in": "sign in again", "parked_revoked": "access taken back"}.get(summary.parked_as, "update needed")
            )
        elif summary.stalled:
            parts.append("sending stands still")
    if summary.look:
        parts.append(f"{summary.look} want{'s' if summary.look == 1 else ''} a look")
    return " · ".join(parts)


def summary_mark(summary: OutboxSummary) -> str:
    """The shape beside those words."""
    if summary.look:
        return FateState.CONFLICT.value
    if summary.parked_as is not None and summary.parked:
        return summary.parked_as.value
    return "action_required" if summary.stalled else FateState.QUEUED.value


def by_kind(fates: Iterable[Fate]) -> tuple[str, ...]:
    """`3 × company chosen`, for a question that names what would be lost."""
    numbers: dict[str, int] = {}
    for fate in fates:
        if fate.state in PARKED or fate.state in WAITING or fate.state in OPEN:
            words = KIND_WORDS[fate.kind] + (f" ({_SHORT[fate.state]})" if fate.state in OPEN else "")
            numbers[words] = numbers.get(words, 0) + 1
    return tuple(f"{number} × {words}" for words, number in sorted(numbers.items()))


KIND_WORDS = {
    MutationKind.CHOOSE_COMPANY: "company choice", MutationKind.TAKE_BACK: "choice taken back",
    MutationKind.ENTER_MANUALLY: "details entered by hand", MutationKind.SAVE_SEARCH: "another search",
    MutationKind.SAVE_CONFIGURATION: "configuration saved", MutationKind.START_CONFIGURATION: "configuration started",
    MutationKind.START_BATCH: "batch started", MutationKind.CANCEL_BATCH: "batch cancelled", MutationKind.RENAME_BATCH: "batch renamed",
    MutationKind.RETRY_JOB: "restaurant retried", MutationKind.SKIP_STEP: "step skipped",
    MutationKind.ANSWER_UNKNOWN: "answer about a call", MutationKind.SET_SUB_STEP: "sub-step set", MutationKind.DO_AGAIN: "sub-step done again",
    MutationKind.WRITE_NOTE: "note",
}  # fmt: skip

"""What working offline needs: the team's project, the disposable cache of its rows, and the durable outbox.

Owns: the words between sync and the three adapters behind these doors.
Never: has an implementation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Protocol

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.effects import Effect
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import AddEffectEvent, BatchStore, SealedValue, Write

# ---------------------------------------------------------------- the team's project


class Synced(IntEnum):
    """The tables that a cache holds, in the order a page names them."""

    RESTAURANT = 1
    BATCH = 2
    JOB = 3
    CANDIDATES = 4
    DECISION = 5


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One row of the authority; `value` None: deleted. `position` orders the jobs of a batch; `secrets` of an open job."""

    table: Synced
    id: str
    version: int
    value: Restaurant | Batch | Job | CandidateSearch | Decision | None
    position: int = 0
    secrets: tuple[SealedValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where rows were pulled; the default is the beginning. `epoch` changes when the project was restored."""

    epoch: str = ""
    xid: str = ""
    table: int = 0
    id: str = ""
    membership_rev: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Rows since a cursor. `resync`: the cursor is of another epoch, and there are no rows."""

    rows: tuple[ServerRow, ...]
    cursor: Cursor
    more: bool
    now: datetime | None
    resync: bool = False
    min_schema: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """To a pushed mutation. `status`: applied | stale | refused | client_too_old. `rows`: as they are now."""

    status: str
    rows: tuple[ServerRow, ...] = ()
    duplicate: bool = False
    code: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """Number and checksum of all rows; `unsettled`: rows of transactions that may still be open."""

    epoch: str
    count: int
    total: int
    unsettled: int = 0


@dataclass(frozen=True, slots=True)
class LastWord:
    """Who decided last about something, when (the project's clock), and what kind of decision it was."""

    kind: MutationKind
    person: str
    at: datetime


class Authority(BatchStore, Protocol):
    """The team's project. Every call: Offline, MembershipRevoked, SignInNeeded and its kin."""

    async def pull(self, cursor: Cursor, *, limit: int) -> Page: ...

    async def apply(self, mutation_id: str, intent: str, schema: int, writes: Sequence[Write]) -> Answer:
        """The same id and intent: the first answer again, whatever the writes are. `stale`: nothing was written or kept."""

    async def current(self, *, jobs: Sequence[str] = (), batches: Sequence[str] = ()) -> tuple[ServerRow, ...]: ...

    async def digest(self) -> Digest: ...

    async def known_mutations(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of this person's mutations that the project has an answer to."""

    async def decided_last(self, entity_id: str, kinds: Collection[MutationKind], part: str = "") -> LastWord | None:
        """Of anybody's mutations that were applied. `part`: the sub-step, for kinds that are about one."""


# ---------------------------------------------------------------- the cache


class Cache(Protocol):
    """Rows of the authority on this machine. It may be lost at any time and is filled again.

    `view` shows what is pending on top, `plain` does not. `recovery`: a sentence when it had to be thrown away, or "".
    """

    cursor: Cursor
    is_complete: bool
    recovery: str
    # Since when the project shows this person nothing any more.
    shut_out_since: datetime | None

    @property
    def view(self) -> BatchStore: ...

    @property
    def plain(self) -> BatchStore: ...

    def show(self, pending: Sequence[Mutation]) -> None:
        """What the next read replays on top."""

    async def fill(self, found: Sequence[ServerRow], cursor: Cursor | None = None, *, complete: bool = False) -> list[ServerRow]:
        """Newer rows than those it has, with the cursor; those that were newer. Without a cursor: rows of an answer."""

    async def keep_history(self, job_id: str, effects: Sequence[Effect], events: Sequence[AddEffectEvent]) -> None:
        """What no pull brings, for the next look without a network."""

    async def note_shut_out(self, since: datetime | None) -> None:
        """Durable as the rows are."""

    async def empty(self) -> None:
        """No row and no trace of one is left in the folder; complete all the same: there is nothing to be shown."""

    async def begin_again(self) -> Cache:
        """An empty one beside this."""

    async def replace_with(self, other: Cache) -> None:
        """Take over what was filled beside this one, which is gone then."""

    async def digest(self) -> Digest: ...


# ---------------------------------------------------------------- the outbox


@dataclass(frozen=True, slots=True)
class Entry:
    """One mutation in the outbox. `detail`: theirs, for a card, or that it was sent before it was parked. `revision` rises with
    each change of its state.
    """

    seq: int
    mutation: Mutation
    # The text that was made when it was decided: what an answer is kept under, also after an update of the program.
    intent: str
    state: FateState
    since: datetime
    revision: int = 1
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def was_sent(self) -> bool:
        """The project may have an answer to it."""
        return self.state is FateState.SENT or bool(self.detail.get("sent"))


class OutboxFile(Protocol):
    """Durable, twice. A call returns when both copies are on the disk: DiskFull, WorkspaceUnusable with nothing kept."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All, in order; what was taken long ago is left out."""

    @property
    def recovery(self) -> str:
        """A sentence when one copy was damaged, or ""."""

    @property
    def epoch(self) -> str:
        """The project's epoch when what is taken here was last compared with it, or ""."""

    async def set_epoch(self, epoch: str) -> None: ...

    async def add(self, mutation: Mutation) -> Entry: ...

    async def change(
        self, mutation_id: str, state: FateState, *, reason: str = "", detail: Mapping[str, Any] | None = None
    ) -> Entry: ...

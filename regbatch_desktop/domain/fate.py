"""What became of a person's decisions on their way to the team: queued, sent, taken; parked, in conflict, refused.

Owns: the states, and the shapes that the interface shows.
Never: decides about a conflict (verbs/ does), or stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regbatch_desktop.domain.mutation import MutationKind


class FateState(StrEnum):
    """QUEUED and SENT wait for the team's project; TAKEN, CONFLICT, REFUSED and GONE were answered; the rest are parked.

    A queued one can be withdrawn; once it was sent it cannot: the answer may be lost, not the decision.
    """

    QUEUED = "queued"
    SENT = "sent"
    TAKEN = "taken"
    CONFLICT = "conflict"
    REFUSED = "refused"
    GONE = "gone"
    PARKED_SIGN_IN = "parked_sign_in"
    PARKED_REVOKED = "parked_revoked"
    PARKED_TOO_OLD = "parked_too_old"
    # Withdrawn by the person, or a conflict that was answered with "keep theirs" or "choose mine again".
    CLOSED = "closed"


WAITING = frozenset(
    {FateState.QUEUED, FateState.SENT, FateState.PARKED_SIGN_IN, FateState.PARKED_REVOKED, FateState.PARKED_TOO_OLD}
)
PARKED = frozenset({FateState.PARKED_SIGN_IN, FateState.PARKED_REVOKED, FateState.PARKED_TOO_OLD})
# They want a look of the person.
OPEN = frozenset({FateState.CONFLICT, FateState.REFUSED, FateState.GONE})


@dataclass(frozen=True, slots=True)
class Fate:
    """Of one mutation; `key` is its id. `since`: when the state began; `sentence`: why, where that needs saying.

    `words`: what was decided, for people. `at`: when. `was_sent`: it may have been taken, though no answer came.
    `about`: the name of what it is about, where the row itself had to go. `unanswered`: it was sent, and the connection is gone
    before its answer came: nobody here knows what became of it.
    """

    key: str
    kind: MutationKind
    entity_id: str
    state: FateState
    words: str
    at: datetime
    since: datetime
    sentence: str = ""
    was_sent: bool = False
    about: str = ""
    unanswered: bool = False

    @property
    def can_withdraw(self) -> bool:
        """It has not left this machine."""
        return not self.was_sent and (self.state is FateState.QUEUED or self.state in PARKED)


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """For the status bar. `waiting` counts queued, sent and parked; `since`: the oldest of them; `look`: OPEN ones.

    `created` = `taken` + `waiting` + `look` + `closed`, always. `stalled`: the queue should move and does not.
    `notice`: a sentence about the files, the disk or the account, or "". `rows_until`: access was taken back, and the team's rows
    stay here until then.
    """

    waiting: int = 0
    since: datetime | None = None
    parked: int = 0
    parked_as: FateState | None = None
    look: int = 0
    taken: int = 0
    closed: int = 0
    created: int = 0
    stalled: bool = False
    notice: str = ""
    rows_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: what was decided, by whom, when, on which evidence (as in a decision record)."""

    words: str
    person: str
    at: datetime | None
    evidence: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """A decision that met another one; `key` is the mutation's id. `can_choose_again`: "choose mine again" is possible.

    `theirs` is None where nobody decided otherwise: the change was refused by a rule or its row is gone (`state`).
    """

    key: str
    kind: MutationKind
    state: FateState
    job_id: str
    batch_id: str
    name: str
    reason: str
    mine: Side
    theirs: Side | None = None
    can_choose_again: bool = True

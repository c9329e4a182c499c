"""A person's (or the stated policy's) decision: which company, or none, or typed by hand; kept with its evidence.

Owns: the record: who, when, which rank, from which candidates (design §2.7).
Never: is edited; deciding again is a new record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from regbatch_desktop.domain.errors import MissingSelections


class DecisionKind(StrEnum):
    """What was decided about the company."""

    CHOSEN = "chosen"
    NONE_OF_THESE = "none_of_these"
    MANUAL_ENTRY = "manual_entry"


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """Details typed by a person instead of a register's (§4.2). `contact_name` is required."""

    contact_name: str
    full_legal_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    company_name: str = ""
    company_number: str = ""
    gst_number: str = ""
    nzbn: str = ""

    def __post_init__(self) -> None:
        if not self.contact_name.strip():
            raise MissingSelections("Manual entry needs at least the contact's name.")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `rank` is 1-based among the candidates shown; `evidence` is what they looked like then."""

    id: str
    job_id: str
    kind: DecisionKind
    decided_by: str
    decided_at: datetime
    company_number: str = ""
    rank: int | None = None
    entry: ManualEntry | None = None
    director: str = ""
    evidence: tuple[Mapping[str, object], ...] = field(default=())

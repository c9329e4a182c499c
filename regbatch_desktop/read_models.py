"""What each pane and command shows: frozen rows with a key.

Owns: the rows' shapes.
Never: reads anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regbatch_desktop.domain.batch import BatchProgress


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch in a list; `key` is its id."""

    key: str
    name: str
    created_at: datetime | None
    started_at: datetime | None
    progress: BatchProgress

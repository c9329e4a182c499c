"""Times and numbers for people.

Owns: their forms in the window.
Never: localises what goes into files.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.practice.sample import PRACTICE_NAME
from regbatch_desktop.read_models import BatchRow

_BATCH_STATUS = {
    BatchStatus.DRAFT: "empty", BatchStatus.PENDING: "not started", BatchStatus.IN_PROGRESS: "running",
    BatchStatus.ACTION_REQUIRED: "needs you", BatchStatus.COMPLETED: "completed", BatchStatus.FAILED: "stopped: most failed",
    BatchStatus.CANCELLED: "cancelled",
}  # fmt: skip


def moment(value: datetime | None) -> str:
    """Day and minute in the person's time zone, the year where it is another one, or "–"."""
    if value is None:
        return "–"
    here = value.astimezone()
    return f"{here:%d %b %H:%M}" if here.year == datetime.now().astimezone().year else f"{here:%d %b %Y %H:%M}"


def clock(value: datetime | None) -> str:
    """Hour to second in the person's time zone, or "–"."""
    return f"{value.astimezone():%H:%M:%S}" if value else "–"


def duration(seconds: float | None) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, or "–"."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def workspace_words(path: Path) -> str:
    """A workspace's name; practice workspaces are named by the moment they were made."""
    if path.name != "workspace.db":
        return path.stem
    try:
        return f"Practice of {datetime.strptime(path.parent.name, PRACTICE_NAME):%d %b, %H:%M}"
    except ValueError:
        return path.parent.name


def batch_status_words(row: BatchRow) -> str:
    """The status of a batch; a completed one says that some of it failed (L13)."""
    return "ended with failures" if row.status is BatchStatus.COMPLETED and row.failed else _BATCH_STATUS[row.status]


def plural(number: int, noun: str, several: str = "") -> str:
    """`1 restaurant`, `3 restaurants`, `2 batches`."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"

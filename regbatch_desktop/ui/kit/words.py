"""Times and numbers for people.

Owns: their forms in the window.
Never: localises what goes into files.
"""

from __future__ import annotations

from datetime import datetime


def moment(value: datetime | None) -> str:
    """Day and minute in the person's time zone, or "–"."""
    return f"{value.astimezone():%d %b %Y %H:%M}" if value else "–"


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


def plural(number: int, noun: str, several: str = "") -> str:
    """`1 restaurant`, `3 restaurants`, `2 batches`."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"

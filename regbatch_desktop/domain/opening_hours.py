"""Opening hours: several intervals a day, also past midnight (L38).

Owns: reading the shapes of the original and of people, and the form the platform wants (split at midnight, §4.6).
Never: merges intervals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIME = re.compile(r"^\s*(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open on `day` (0 = Monday) from `opens` to `closes`, minutes after midnight; closes ≤ opens = past midnight."""

    day: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Intervals in order."""

    intervals: tuple[Interval, ...] = ()

    def to_json(self) -> list[dict[str, object]]:
        """`[{day, hours: {open, close}}]`, 24 h HH:MM (§2.5.1)."""
        return [{"day": DAYS[i.day], "hours": {"open": clock(i.opens), "close": clock(i.closes)}} for i in self.intervals]

    def for_platform(self) -> list[dict[str, object]]:
        """The same with intervals past midnight split: 23:59, and the next day from 00:00 (§4.6)."""
        split: list[Interval] = []
        for i in self.intervals:
            if i.closes > i.opens:
                split.append(i)
                continue
            split.append(Interval(i.day, i.opens, 23 * 60 + 59))
            if i.closes > 0:
                split.append(Interval((i.day + 1) % 7, 0, i.closes))
        return OpeningHours(tuple(sorted(split))).to_json()


def clock(minutes: int) -> str:
    """HH:MM."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes(text: str) -> int:
    """`18:30`, `6.30 pm`, `6pm` → minutes after midnight; `24:00` = 0. ValueError for anything else."""
    match = _TIME.match(text)
    if match is None:
        raise ValueError(f"not a time: {text[:20]}")
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            raise ValueError(f"not a time: {text[:20]}")
        hour = hour % 12 + (12 if match[3].casefold() == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f"not a time: {text[:20]}")
    return (hour % 24) * 60 + minute


def _day(text: object) -> int:
    name = str(text).strip().casefold()[:3]
    for number, day in enumerate(DAYS):
        if len(name) == 3 and day.casefold().startswith(name):
            return number
    raise ValueError(f"not a day: {str(text)[:20]}")


def from_rows(rows: Sequence[Mapping[str, object]]) -> OpeningHours:
    """Read `[{day, hours: {open, close}}]` or the lead's `[{day, open, close, period}]`. ValueError with the reason."""
    found: set[Interval] = set()
    for row in rows:
        hours = row.get("hours", row)
        if not isinstance(hours, Mapping):
            raise ValueError("hours must have open and close")
        found.add(Interval(_day(row.get("day")), minutes(str(hours.get("open"))), minutes(str(hours.get("close")))))
    return OpeningHours(tuple(sorted(found)))


def from_text(text: str) -> OpeningHours:
    """Read `Mon-Fri 11:00-14:30, 17:00-22:00; Sat 17:00-02:00`. ValueError with the reason."""
    found: list[Interval] = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        match = re.match(r"\s*([A-Za-z]+)\s*(?:[-–]\s*([A-Za-z]+))?\s*:?\s*(.*)$", part)
        if match is None:
            raise ValueError(f"not opening hours: {part.strip()[:40]}")
        first = _day(match[1])
        last = _day(match[2]) if match[2] else first
        days = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
        for span in match[3].split(","):
            times = re.split(r"\s*(?:-|–|\bto\b)\s*", span.strip())
            if len(times) != 2:
                raise ValueError(f"not opening hours: {span.strip()[:40]}")
            found += [Interval(day, minutes(times[0]), minutes(times[1])) for day in days]
    return OpeningHours(tuple(sorted(found)))

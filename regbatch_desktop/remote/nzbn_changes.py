"""The change feed of the official NZBN API: which companies are new or different since a moment, and their whole records.

Owns: paging through `/entities/changes` (matching §A.1).
Never: writes an index.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from regbatch_desktop.domain.candidate import CompanyDetails
from regbatch_desktop.domain.errors import ServiceRefused
from regbatch_desktop.remote.nzbn import PAGE_SIZE, NzbnRegister
from regbatch_desktop.remote.nzbn_entity import is_nzbn
from regbatch_desktop.remote.reading import number, objects, text

# The API's times are New Zealand's. In winter this asks an hour too late at either end: the caller's overlap makes up for it.
_ZONE = timezone(timedelta(hours=13))
# Beyond this the whole register is read sooner than its changes, one call each.
MOST_CHANGES = 20_000


class NzbnChanges:
    """What changed, over the same register that is searched: key, pace and share of the limits are its own."""

    def __init__(self, register: NzbnRegister) -> None:
        self._register = register

    async def changed(self, since: datetime, until: datetime) -> tuple[str, ...]:
        """NZBNs of companies that are new or different, none twice. ServiceRefused when there are too many to fetch."""
        found: dict[str, None] = {}
        page = 0
        while True:
            asked = urlencode(
                {
                    "change-event-type": "ALL", "date-time-from": _moment(since), "date-time-to": _moment(until),
                    "page": page, "page-size": PAGE_SIZE,
                }
            )  # fmt: skip
            reply = await self._register.read(f"/entities/changes?{asked}")
            rows = objects(reply, "items")
            found |= {nzbn: None for row in rows if is_nzbn(nzbn := text(row, "nzbn"))}
            page += 1
            if not rows or page * PAGE_SIZE >= number(reply, "totalItems"):
                return tuple(found)
            if len(found) > MOST_CHANGES:
                raise ServiceRefused(
                    f"More than {MOST_CHANGES:,} companies have changed since then; fetch the register's bulk data anew."
                )

    async def records(self, numbers: tuple[str, ...]) -> AsyncIterator[CompanyDetails]:
        """Their whole records, one call each; those that the register does not show any more are left out."""
        for nzbn in numbers:
            try:
                details = await self._register.details(nzbn)
            except ServiceRefused as refusal:
                if "no such company" not in refusal.sentence:
                    raise
                continue
            yield details


def _moment(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%dT%H:%M:%S")

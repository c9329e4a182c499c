"""Looking for a newer version: once a day, when it is quiet, and only where no package manager does it.

Owns: when it may look; it says what it found and changes nothing.
Never: downloads or installs; interrupts a batch.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from regbatch_desktop import __version__
from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.release import Release, news
from regbatch_desktop.ports import Releases
from regbatch_desktop.read_models import BatchRow

EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """How this program came here. `kept_by` names who updates it ("" = nobody but the person); `url` and `key` of the news."""

    kept_by: str = ""
    url: str = ""
    key: bytes = b""

    @property
    def may_look(self) -> bool:
        """News can be asked for."""
        return not self.kept_by and bool(self.url) and bool(self.key)


def origin(resources: Path) -> Origin:
    """From `origin.json` beside the icons, which the build writes; a checkout has none and is kept by its owner."""
    try:
        values = json.loads((resources / "origin.json").read_text(encoding="utf-8"))
        return Origin(str(values.get("kept_by", "")), str(values.get("url", "")), b64decode(str(values.get("key", ""))))
    except FileNotFoundError:
        return Origin("its source checkout")
    except (OSError, ValueError, AttributeError):
        return Origin("an unreadable origin.json")


class Updates:
    """`last` and `remember` keep when it looked (ISO text)."""

    def __init__(self, releases: Releases, *, now: Callable[[], datetime], installed: str = __version__) -> None:
        self._releases = releases
        self._now = now
        self._installed = installed

    def is_due(self, last: str) -> bool:
        """A day has passed since it looked."""
        try:
            return self._now() - datetime.fromisoformat(last) >= EVERY
        except (ValueError, TypeError):
            return True

    async def look(self, batches: tuple[BatchRow, ...], *, unsent: int = 0) -> Release | None:
        """A newer release or None. InvalidStatus while a batch runs or decisions are unsent; Offline, ManifestUnusable."""
        if any(row.status is BatchStatus.IN_PROGRESS for row in batches):
            raise InvalidStatus("A batch is running; look for a new version when it has ended.")
        if unsent:
            raise InvalidStatus("Decisions are not sent yet; look for a new version when they are.")
        return news(await self._releases.newest(), installed=self._installed, now=self._now())

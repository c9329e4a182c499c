"""A published version, as the signed manifest tells it, and when it may be mentioned.

Owns: what a manifest must hold; an older or equal version is never news, and a manifest past its date says nothing.
Never: fetches or verifies (remote/releases.py), or installs anything: the person opens a page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from regbatch_desktop.domain.errors import ManifestUnusable

_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){1,3}", re.ASCII)
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Release:
    """`page` is where a person gets it (https); `notes` one plain sentence."""

    version: str
    page: str
    notes: str
    expires_at: datetime


def ordered(version: str) -> tuple[int, ...]:
    """`0.10.1` → (0, 10, 1), without trailing zeros. ValueError for anything else."""
    if not _VERSION.fullmatch(version):
        raise ValueError("no version")
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def read_manifest(data: bytes) -> Release:
    """The release of a manifest whose signature was verified. ManifestUnusable when it is not one."""
    try:
        values = json.loads(data)
        version, page, notes = (values[name] for name in ("version", "page", "notes"))
        expires = datetime.fromisoformat(values["expires_at"])
        ordered(version)
        if expires.tzinfo is None or not str(page).startswith("https://") or not isinstance(notes, str):
            raise ValueError("a field is not what it must be")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ManifestUnusable("The news of versions cannot be read; nothing was changed.", detail=str(error)) from error
    return Release(version, page[:_LONGEST], " ".join(notes.split())[:_LONGEST], expires.astimezone(UTC))


def news(found: Release, *, installed: str, now: datetime) -> Release | None:
    """The release when it is newer than the installed version; ManifestUnusable past its date (an old one may be replayed)."""
    if found.expires_at < now:
        raise ManifestUnusable("The news of versions is out of date; look at the download page by hand.")
    return found if ordered(found.version) > ordered(installed) else None

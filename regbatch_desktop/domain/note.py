"""A note on a restaurant: a person's own words for whoever decides next; plain text, with who wrote it and when.

Owns: how long it may be, and what is kept of what was typed.
Never: is read by a step, or sent to the platform.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from regbatch_desktop.domain.errors import InputError

# Characters. The team's project refuses longer ones as well (migration 0015).
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Note:
    """`text` "" is no note; who emptied it, and when, is kept."""

    text: str = ""
    written_by: str = ""
    written_at: datetime | None = None


NO_NOTE = Note()


def note_text(typed: str) -> str:
    """What is kept: NFC, lines, no control characters, nothing around it. InputError where it is too long."""
    lines = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    kept = "\n".join(
        "".join(ch for ch in line if unicodedata.category(ch) not in ("Cc", "Cs")).rstrip() for line in lines
    ).strip()
    if len(kept) > LONGEST:
        raise InputError(f"A note has at most {LONGEST:,} characters; this one has {len(kept):,}.")
    return kept


def in_words(text: str) -> str:
    """One line for a list or a card."""
    return f"“{' ⏎ '.join(text.splitlines())}”" if text else "no note"

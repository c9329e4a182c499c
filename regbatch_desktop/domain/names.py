"""Cleaning text that comes from outside: what is stored, compared and shown.

Owns: NUL and control characters removed, white space collapsed, a folded form for comparing.
Never: drops macrons or changes letters in what is stored.
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
DISPLAY_CAP = 2_000


def cleaned(text: str) -> str:
    """NFC, no control characters (NUL included), single spaces, trimmed. Bidirectional marks stay as data."""
    kept = "".join(" " if ch in "\t\r\n\v\f" else ch for ch in text if ch in "\t\r\n\v\f" or unicodedata.category(ch) != "Cc")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def folded(text: str) -> str:
    """For comparing: lower case, macrons and accents off, apostrophes closed up, other signs to spaces."""
    plain = text
    if not text.isascii():
        plain = "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))
    plain = re.sub(r"['\u2018\u2019\u02bc`]", "", plain.casefold().replace("&", " and "))
    return _SPACES.sub(" ", re.sub(r"[^\w]+|_", " ", plain)).strip()


def shown(text: str, *, cap: int = DISPLAY_CAP) -> str:
    """For a terminal or a label: control characters and direction marks made visible, at most `cap` characters."""
    marks = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    visible = "".join("\ufffd" if unicodedata.category(ch) in ("Cc", "Cs") or ch in marks else ch for ch in text[: cap + 1])
    return visible if len(visible) <= cap else visible[:cap] + "…"


def title_case(name: str) -> str:
    """`AROHA SAMPLE-SMITH` → `Aroha Sample-Smith` (§4.4); names in mixed case stay as they are."""
    return name if name != name.upper() else re.sub(r"\w[\w'’]*", lambda m: m[0][0].upper() + m[0][1:].lower(), name)

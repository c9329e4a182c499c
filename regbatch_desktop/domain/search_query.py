"""What the register is asked for a restaurant: name, street and city, cleaned (§4.2, better).

Owns: the cleaning rules; abbreviations (St, Rd, Ave) and unit prefixes are known, which the original did not (L23).
Never: searches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regbatch_desktop.domain.names import cleaned

_TYPES = (
    "street|road|avenue|lane|place|way|crescent|drive|terrace|boulevard|court|close|parade|highway|grove|rise|mews|quay|"
    "esplanade|square|walk|path|row|st|str|rd|ave|av|ln|pl|cres|cr|dr|tce|ter|blvd|ct|pde|hwy|gr|sq|esp"
)
_TYPE = re.compile(rf"\b({_TYPES})\b\.?", re.IGNORECASE)
_UNIT = re.compile(
    r"^\s*(?:(?:unit|shop|suite|ste|level|lvl|floor|flr|flat|apt|apartment|kiosk|stall|store|tenancy|ground floor)\b[\s.#]*"
    r"[\w-]*\s*[,/&]?\s*)+(?=.*\d)",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"^\s*\d+[a-z]?\s*/\s*(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Cleaned values and the originals they came from; `contacts`: the restaurant's marks (contacts.py)."""

    restaurant_name: str
    street: str
    city: str
    original_name: str = ""
    original_address: str = ""
    contacts: tuple[str, ...] = ()


def clean_name(name: str) -> str:
    """Without every "(…)"; empty → the original. `Texas Chicken (Henderson)` → `Texas Chicken`."""
    text = cleaned(name)
    return cleaned(re.sub(r"\([^()]*\)", " ", text)) or text


def clean_street(address: str) -> str:
    """Number, street name and type. `Shop 2, 363 Colombo St Christchurch 8023` → `363 Colombo St`; no type → 3 words."""
    text = cleaned(address)
    if not text:
        return ""
    bare = _SLASHED.sub("", _UNIT.sub("", text)).strip(" ,") or text
    for match in _TYPE.finditer(bare):
        before = bare[: match.start()].strip(" ,.")
        # "St Asaph Street" and "Rise Road": a type that has no street name in front of it is part of the name.
        if re.search(r"[^\W\d_]", before):
            return bare[: match.end()].rstrip(" ,.")
    return " ".join(bare.split()[:3]).rstrip(" ,")


def search_query(name: str, address: str, city: str, contacts: tuple[str, ...] = ()) -> SearchQuery:
    """The query for one restaurant."""
    return SearchQuery(clean_name(name), clean_street(address), cleaned(city), name, address, contacts)

"""Which column of a register file holds what: an administrator's own list, or the NZBN's bulk data.

Owns: the headers that are understood, and how several address columns become one line.
Never: opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

# Field → the headers that mean it, folded; the first that is present wins. Underscores read as blanks.
ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "company_number": ("company number", "company identifier", "source register unique identifier", "number", "id", "acn", "taxpayer number", "nzbn"),
    "company_name": ("company name", "entity name", "legal name", "name", "taxpayer name", "licensee"),
    "nzbn": ("nzbn",),
    "status": ("status", "entity status", "company status", "entity status description"),
    "incorporation_date": ("incorporation date", "registration date"),
    "entity_type": ("entity type", "entity type description"),
    "trading_names": ("trading names", "trading name", "trading as"),
    "former_names": ("former names", "previous names", "previous entity names"),
    "directors": ("directors", "director"),
    "email": ("email", "email address", "e mail"),
    "phone": ("phone", "phone number", "telephone"),
    "gst_number": ("gst number", "gst"),
    "website": ("website", "url", "web site"),
})  # fmt: skip
# Each group's columns become one line, in this order; the first group with a street is the registered address.
ADDRESSES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("registered address", "registered office address", "address", "street", "taxpayer address"),
        ("suburb",), ("city", "town", "taxpayer city"), ("postcode", "post code", "postal code", "zip", "taxpayer zip"),
    ),
    tuple((f"registered office address {part}",) for part in ("1", "2", "3", "4", "postcode")),
    (("address for service",), *((f"address for service {part}",) for part in ("1", "2", "3", "4", "postcode"))),
    (("postal address",),),
)  # fmt: skip
DETAILS = ("trading_names", "former_names", "directors", "email", "phone", "gst_number", "website", "entity_type")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the known fields, and of the parts of each address."""

    fields: Mapping[str, int]
    addresses: tuple[tuple[int, ...], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What a register cannot do without."""
        return tuple(name.replace("_", " ") for name in ("company_number", "company_name") if name not in self.fields)


def columns_of(header: Sequence[object], mapped: Mapping[str, str] | None = None) -> Columns:
    """The columns of a header row. `mapped`: field → the file's own header, where a person said so."""
    at: dict[str, int] = {}
    for position, title in enumerate(header):
        at.setdefault(_NOT_WORD.sub(" ", str(title or "").casefold()).strip(), position)
    fields = {}
    for field, aliases in ALIASES.items():
        own = _NOT_WORD.sub(" ", (mapped or {}).get(field, "").casefold()).strip()
        found = next((at[title] for title in ((own,) if own else aliases) if title in at), None)
        if found is not None:
            fields[field] = found
    groups = []
    for group in ADDRESSES:
        parts = [next((at[title] for title in titles if title in at), None) for titles in group]
        if any(part is not None for part in parts[: 2 if len(parts) > 1 else 1]):
            groups.append(tuple(part for part in parts if part is not None))
    return Columns(fields, tuple(groups))


def split_list(text: str) -> tuple[str, ...]:
    """Several values in one cell: `A; B | C`."""
    if not text:
        return ()
    return tuple(part.strip() for part in re.split(r"[;|]", text) if part.strip())

"""A sales lead: one row of a leads file, what is wrong with it, and the restaurant it becomes (§4.0).

Owns: header aliases, the verdict on a row, the key by which duplicates are found, the conversion.
Never: reads a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from regbatch_desktop.domain.configuration.validation import is_email
from regbatch_desktop.domain.matching.address import spelt_street
from regbatch_desktop.domain.names import cleaned, folded
from regbatch_desktop.domain.opening_hours import OpeningHours, from_text
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.search_query import clean_street
from regbatch_desktop.domain.subdomain import derived_subdomain

MAX_NAME = 200
MAX_FIELD = 2_000

# Field → the folded headers that mean it; the first that is present wins.
HEADER_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": (
            "restaurant name",
            "trading name",
            "name",
            "restaurant",
            "store name",
            "shop name",
            "shop",
            "business name",
            "venue",
        ),
        "address": ("street address", "address", "street", "ubereats address", "google address", "premises address", "location"),
        "city": ("city", "town", "suburb city", "city town", "suburb"),
        "postcode": ("postcode", "post code", "postal code", "zip", "zip code"),
        "phone": ("phone", "phone number", "mobile", "telephone", "tel", "contact number", "ubereats phone", "google phone"),
        "email": ("email", "e mail", "email address", "mail", "user email"),
        "website_url": ("website url", "website", "web site", "web", "url", "homepage"),
        "ubereats_url": ("ubereats url", "store link", "uber eats", "ubereats", "uber eats link", "uber eats url"),
        "doordash_url": ("doordash url", "doordash", "door dash"),
        "facebook_url": ("facebook url", "facebook"),
        "instagram_url": ("instagram url", "instagram"),
        "cuisine": ("cuisine", "cuisines", "ubereats cuisine", "food type", "category"),
        "opening_hours": ("opening hours", "hours", "open hours", "trading hours"),
        "contact_name": ("contact name", "contact", "owner", "owner name", "contact person"),
        "contact_email": ("contact email", "owner email"),
        "contact_phone": ("contact phone", "owner phone", "owner mobile"),
        "external_id": ("id", "qid", "lead id", "external id", "reference"),
    }
)


class RowStatus(StrEnum):
    """The verdict on a row."""

    GOOD = "good"
    DUPLICATE = "duplicate"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Lead:
    """A row that can become a restaurant; `row_number` is what the person sees in the spreadsheet."""

    row_number: int
    name: str
    address: str = ""
    city: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    website_url: str = ""
    ubereats_url: str = ""
    doordash_url: str = ""
    facebook_url: str = ""
    instagram_url: str = ""
    cuisine: tuple[str, ...] = ()
    opening_hours: OpeningHours | None = None
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    external_id: str = ""

    @property
    def key(self) -> str:
        """The same for the same restaurant: folded name, street and city, hashed."""
        parts = (folded(self.name), spelt_street(clean_street(self.address)), folded(self.city))
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What was found about one row. `reasons` are sentences; a good row can have warnings."""

    row_number: int
    status: RowStatus
    name: str
    reasons: tuple[str, ...] = ()
    lead: Lead | None = field(default=None)


def judged(row_number: int, values: Mapping[str, str]) -> RowVerdict:
    """The verdict on one row of `{field: text}`. A bad optional value is left out with a warning, not the whole row."""
    text = {name: cleaned(value[: MAX_FIELD * 2]) for name, value in values.items()}
    raw_name = values.get("name", "")
    name = text.get("name", "")
    shown = name[:60]
    if not name:
        return RowVerdict(row_number, RowStatus.BAD, "", ("The restaurant has no name.",))
    if len(raw_name) > MAX_NAME:
        return RowVerdict(row_number, RowStatus.BAD, shown, (f"The name has {len(raw_name):,} characters; at most {MAX_NAME}.",))
    if not folded(name):
        return RowVerdict(row_number, RowStatus.BAD, shown, ("The name has no letter and no digit.",))
    warnings: list[str] = []
    kept: dict[str, str] = {}
    for field_name, value in text.items():
        if field_name in ("name", "cuisine", "opening_hours") or not value:
            continue
        problem = _problem(field_name, value)
        if problem:
            warnings.append(f"{problem}; it was left out.")
        else:
            kept[field_name] = value
    hours = None
    if text.get("opening_hours"):
        try:
            hours = from_text(text["opening_hours"])
        except ValueError:
            warnings.append("The opening hours cannot be read; they were left out.")
    cuisine = tuple(part.strip() for part in re.split(r"[,;/|]", text.get("cuisine", "")[:MAX_FIELD]) if part.strip())
    lead = Lead(row_number, name, cuisine=cuisine, opening_hours=hours, **kept)
    return RowVerdict(row_number, RowStatus.GOOD, shown, tuple(warnings), lead)


def _problem(name: str, value: str) -> str:
    label = name.replace("_url", " address").replace("_", " ")
    if len(value) > MAX_FIELD:
        return f"The {label} is too long"
    if name.endswith("email") and not is_email(value):
        return f"The {label} “{value[:40]}” is no e-mail address"
    if name.endswith("_url") and not re.match(r"https?://[^\s/]+", value):
        return f"The {label} “{value[:40]}” does not begin with http:// or https://"
    return ""


def as_restaurant(lead: Lead, *, restaurant_id: str, organisation_id: str) -> Restaurant:
    """The restaurant of a lead. Slug = name slug + "-" + the first 8 characters of the organisation's id (§4.0)."""
    address = lead.address
    if lead.postcode and lead.postcode not in address:
        address = f"{address} {lead.postcode}".strip()
    return Restaurant(
        id=restaurant_id,
        organisation_id=organisation_id,
        name=lead.name,
        slug=f"{derived_subdomain(lead.name)}-{organisation_id[:8]}",
        address=address,
        city=lead.city,
        email=lead.email,
        phone=lead.phone,
        cuisine=lead.cuisine,
        opening_hours=lead.opening_hours,
        website_url=lead.website_url,
        ubereats_url=lead.ubereats_url,
        doordash_url=lead.doordash_url,
        facebook_url=lead.facebook_url,
        instagram_url=lead.instagram_url,
        contact_name=lead.contact_name,
        contact_email=lead.contact_email,
        contact_phone=lead.contact_phone,
        lead_key=lead.key,
    )


def batch_name(day: date, count: int) -> str:
    """`Batch 2026-11-24 (30 restaurants)` (§4.0)."""
    return f"Batch {day.isoformat()} ({count} restaurant{'s' if count != 1 else ''})"

"""A restaurant: the row that everything of a registration hangs off (reference §2.6).

Owns: which fields Step 4 may fill, and that nothing is ever overwritten with emptiness.
Never: holds a password (those are sealed in the configuration) or image data (L27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from regbatch_desktop.domain.contacts import contact_marks
from regbatch_desktop.domain.note import NO_NOTE, Note
from regbatch_desktop.domain.opening_hours import OpeningHours


@dataclass(frozen=True, slots=True)
class Restaurant:
    """One restaurant. Strings are "" when not known; `version` rises with each commit."""

    id: str
    organisation_id: str
    name: str
    slug: str = ""
    address: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    cuisine: tuple[str, ...] = ()
    opening_hours: OpeningHours | None = None
    website_url: str = ""
    ubereats_url: str = ""
    doordash_url: str = ""
    facebook_url: str = ""
    instagram_url: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    user_email: str = ""
    subdomain: str = ""
    theme: str = ""
    primary_color: str = ""
    secondary_color: str = ""
    header_images: Mapping[str, str] = field(default_factory=dict)
    logos: Mapping[str, str] = field(default_factory=dict)
    company_name: str = ""
    company_number: str = ""
    nzbn: str = ""
    gst_number: str = ""
    full_legal_name: str = ""
    additional_contacts: Mapping[str, object] = field(default_factory=dict)
    onboarding_status: str = "lead"
    lead_key: str = ""
    note: Note = NO_NOTE
    version: int = 1

    @property
    def contacts(self) -> tuple[str, ...]:
        """Marks of its phones, domains and people, as a register's are made."""
        return contact_marks(
            phones=(self.phone, self.contact_phone), mails=(self.email, self.contact_email, self.user_email),
            sites=(self.website_url,), people=(self.contact_name,),
        )  # fmt: skip

    def with_changes(self, before: Restaurant, after: Restaurant) -> Restaurant:
        """A copy with what was changed from `before` to `after`; what somebody else changed meanwhile stays."""
        changed = {f.name: getattr(after, f.name) for f in fields(self) if getattr(after, f.name) != getattr(before, f.name)}
        changed.pop("version", None)
        return replace(self, **changed)

    def with_known(self, values: Mapping[str, Any]) -> Restaurant:
        """A copy with the non-empty `values` set; empty ones change nothing (§4.4). Unknown names raise KeyError."""
        known = {f.name for f in fields(self)} - {"id", "organisation_id", "note", "version"}
        if unknown := set(values) - known:
            raise KeyError(f"no such restaurant fields: {sorted(unknown)}")
        changed = {name: value for name, value in values.items() if value not in ("", None, (), {})}
        return replace(self, **changed) if changed else self

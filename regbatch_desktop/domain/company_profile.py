"""What a company's details mean for its restaurant: which value goes to which field, and what differs from what was known.

Owns: the fields of §4.4, the choice of the director with its reason.
Never: writes; an empty value never replaces anything (restaurant.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from regbatch_desktop.domain.candidate import CompanyDetails, Director
from regbatch_desktop.domain.names import folded, title_case
from regbatch_desktop.domain.restaurant import Restaurant

_WORDS = {
    "company_name": "company", "company_number": "company number", "nzbn": "NZBN", "gst_number": "GST number",
    "contact_name": "contact", "contact_email": "contact e-mail", "contact_phone": "contact phone", "full_legal_name": "legal name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """`values`: restaurant field → value, never empty; `director_because` says why this director."""

    values: Mapping[str, object]
    director: Director | None
    director_because: str


def chosen_director(details: CompanyDetails, wanted: str) -> tuple[Director | None, str]:
    """The director the person named, else the first who is current, else none (§4.4); and why."""
    current = [director for director in details.directors if director.is_current]
    missing = ""
    if wanted:
        for director in details.directors:
            if wanted.casefold() in (director.name.casefold(), director.full_legal_name.casefold()):
                return director, "chosen by a person"
        missing = f"{wanted} is not on the register; "
    if not current:
        return None, missing + ("no director is in office" if details.directors else "the register names no director")
    others = len(current) - 1
    return current[0], missing + ("the only director in office" if not others else f"the first of {others + 1} in office")


def company_profile(details: CompanyDetails, *, director: str = "") -> CompanyProfile:
    """The non-empty values that the details give."""
    person, because = chosen_director(details, director)
    values: dict[str, object] = {
        "company_name": details.company_name,
        "company_number": details.company_number,
        "nzbn": details.nzbn,
        "gst_number": next(iter(details.gst_numbers), ""),
        "contact_email": next(iter(details.email_addresses), ""),
        "contact_phone": next(iter(details.phone_numbers), ""),
        # As JSON has it, so that the value that is read again is the value that was stored.
        "additional_contacts": msgspec.json.decode(msgspec.json.encode(details)),
    }
    if person is not None:
        values["contact_name"] = title_case(person.name)
        values["full_legal_name"] = person.full_legal_name or person.name
    return CompanyProfile({name: value for name, value in values.items() if value}, person, because)


def differences(restaurant: Restaurant, profile: CompanyProfile) -> tuple[str, ...]:
    """A sentence for each field where the restaurant had something else; the register's value counts from now on."""
    told = []
    for name, words in _WORDS.items():
        before, after = str(getattr(restaurant, name)), str(profile.values.get(name, ""))
        if before and after and folded(before) != folded(after):
            told.append(f"{words}: “{before}” was known, the register says “{after}”")
    return tuple(told)

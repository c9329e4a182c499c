"""Taking a company out of the NZBN's records.

Owns: the field names of search results and full entities, which differ (matching §A.1).
Never: calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from regbatch_desktop.domain.candidate import CompanyAddress, CompanyDetails, CompanyHit, Director, Shareholder
from regbatch_desktop.remote.reading import section, text

SOURCE = "NZBN"
_KINDS = {
    "REGISTERED": "Registered office", "SERVICE": "Address for service", "POSTAL": "Postal address", "OFFICE": "Office",
    "DELIVERY": "Delivery address", "INVOICE": "Invoice address", "RECORDS": "Records", "SHAREREGISTER": "Share register",
}  # fmt: skip
Row = Mapping[str, object]


def is_nzbn(number: str) -> bool:
    """Thirteen digits whose last one checks the others (GTIN-13)."""
    if len(number) != 13 or not (number.isascii() and number.isdigit()):
        return False
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(number[:12]))
    return int(number[12]) == (10 - total % 10) % 10


def listed(row: Row, name: str) -> list[Row]:
    """A collection; one that is missing, or null, is not published (never an error)."""
    found = row.get(name)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def current(rows: Iterable[Row]) -> list[Row]:
    """Those without an end date; a future-dated one counts already."""
    return [row for row in rows if not row.get("endDate")]


def hit_of(row: Row) -> CompanyHit:
    """A search result: no address, no directors."""
    names = [text(each, "name") for each in listed(row, "tradingNames")]
    former = row.get("previousEntityNames")
    names += [each for each in former if isinstance(each, str)] if isinstance(former, list) else []
    return CompanyHit(
        company_name=text(row, "entityName"),
        company_number=text(row, "sourceRegisterUniqueId") or text(row, "nzbn"),
        nzbn=text(row, "nzbn"),
        status=text(row, "entityStatusDescription"),
        incorporation_date=text(row, "registrationDate")[:10],
        other_names=tuple(dict.fromkeys(name for name in names if name)),
        sources=(SOURCE,),
    )


def address_line(row: Row) -> str:
    """An address of the full record in one line; care-of first, as the register shows it."""
    parts = [f"c/- {care}" if (care := text(row, "careOf")) else ""]
    parts += [text(row, f"address{number}") for number in range(1, 5)]
    return ", ".join(part for part in (*parts, text(row, "postCode")) if part)


def addresses_of(entity: Row) -> tuple[CompanyAddress, ...]:
    """Current addresses, the registered one first."""
    rows = current(listed(section(entity, "addresses"), "addressList"))
    rows.sort(key=lambda row: text(row, "addressType") != "REGISTERED")
    return tuple(
        CompanyAddress(_KINDS.get(kind := text(row, "addressType"), kind.title()), address_line(row), text(row, "careOf"))
        for row in rows
    )


def details_of(entity: Row) -> CompanyDetails:
    """Everything of §4.4 that the full record has."""
    trading = current(listed(entity, "tradingNames"))
    return CompanyDetails(
        company_name=text(entity, "entityName"),
        company_number=text(entity, "sourceRegisterUniqueIdentifier") or text(entity, "nzbn"),
        nzbn=text(entity, "nzbn"),
        status=text(entity, "entityStatusDescription"),
        incorporation_date=text(entity, "registrationDate")[:10],
        entity_type=text(entity, "entityTypeDescription"),
        addresses=addresses_of(entity),
        directors=tuple(_director(row) for row in listed(entity, "roles") if "director" in text(row, "roleType").casefold()),
        shareholders=tuple(_shareholders(section(section(entity, "company-details"), "shareholding"))),
        gst_numbers=_values(entity, "gstNumbers", "gstNumber"),
        phone_numbers=tuple(phone for row in current(listed(entity, "phoneNumbers")) if (phone := _phone(row))),
        email_addresses=_values(entity, "emailAddresses", "emailAddress"),
        websites=_values(entity, "websites", "url"),
        industry_classifications=_values(entity, "industryClassifications", "classificationDescription"),
        trading_name=text(trading[0], "name") if trading else "",
        sources=(SOURCE,),
    )


def _values(entity: Row, collection: str, field: str) -> tuple[str, ...]:
    return tuple(value for row in current(listed(entity, collection)) if (value := text(row, field)))


def _phone(row: Row) -> str:
    number = text(row, "phoneNumber")
    country, area = text(row, "phoneCountryCode"), text(row, "phoneAreaCode")
    return " ".join(part for part in (f"+{country}" if country else "", area, number) if part) if number else ""


def _person(row: Row) -> str:
    return " ".join(part for name in ("firstName", "middleNames", "lastName") if (part := text(row, name)))


def _director(row: Row) -> Director:
    """A person, or the company that holds the office."""
    person = section(row, "rolePerson")
    name = _person(person) or text(section(row, "roleEntity"), "entityName") or text(section(row, "roleEntity"), "name")
    where = listed(row, "roleAddress")
    return Director(
        name=name,
        full_legal_name=name,
        position=text(row, "roleType"),
        appointment_date=text(row, "startDate")[:10],
        cessation_date=text(row, "endDate")[:10],
        address=address_line(where[0]) if where else "",
        status=text(row, "roleStatus").title(),
    )


def _shareholders(shareholding: Row) -> Iterable[Shareholder]:
    """One for each holder of each parcel; a joint parcel is stated whole for each of its holders."""
    total = shareholding.get("numberOfShares")
    for parcel in listed(shareholding, "shareAllocation"):
        shares = parcel.get("allocation")
        percentage = ""
        if isinstance(shares, int | float) and isinstance(total, int | float) and total > 0:
            percentage = f"{100 * shares / total:.2f}".rstrip("0").rstrip(".")
        for holder in listed(parcel, "shareholder"):
            single, other = section(holder, "individualShareholder"), section(holder, "otherShareholder")
            name = text(single, "fullName") or _person(single) or text(other, "currentEntityName")
            if name:
                yield Shareholder(
                    name, text(holder, "type"), str(shares or ""), percentage, address_line(section(holder, "shareholderAddress"))
                )

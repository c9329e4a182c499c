"""The practice companies register: answers searches over any register file, as strictly as the real one.

Owns: the file's column names, the index, "every word must begin a word" (matching §C.4).
Never: invents people for a register file that names none.
"""

from __future__ import annotations

import bisect
import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from regbatch_desktop.practice.exchange import Refusal

MAX_HITS = 200
_COLUMNS = {
    "company_number": ("company_number", "id", "number", "company number"),
    "company_name": ("company_name", "name", "entity_name", "legal_name"),
    "nzbn": ("nzbn",),
    "status": ("status", "entity_status"),
    "incorporation_date": ("incorporation_date", "registration_date"),
    "entity_type": ("entity_type",),
    "address": ("registered_address", "address", "street"),
    "city": ("city", "town"),
    "postcode": ("postcode", "post_code", "zip"),
    "trading_name": ("trading_name", "trading_names"),
    "directors": ("directors",),
    "email": ("email",),
    "phone": ("phone",),
    "gst_number": ("gst_number",),
    "website": ("website",),
}
_HIDDEN = ("removed", "struck off", "dissolved")


class RegisterFileError(ValueError):
    """The file cannot be a register; the text says why."""


def words(text: str) -> list[str]:
    """Folded words: macrons off, apostrophes closed up."""
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(ch))
    return re.findall(r"[a-z0-9]+", plain.replace("'", "").replace("\u2019", ""))


class _Index:
    """Word → companies, with prefixes found by bisection."""

    def __init__(self) -> None:
        self._found: dict[str, list[int]] = {}
        self._sorted: list[str] = []

    def add(self, number: int, text: str) -> None:
        for word in set(words(text)):
            self._found.setdefault(word, []).append(number)

    def close(self) -> None:
        self._sorted = sorted(self._found)

    def all_of(self, prefixes: Iterable[str]) -> list[int]:
        """Companies that have, for every prefix, a word beginning with it; in the order of the file."""
        left: set[int] | None = None
        for prefix in prefixes:
            start = bisect.bisect_left(self._sorted, prefix)
            hits: set[int] = set()
            for position in range(start, len(self._sorted)):
                word = self._sorted[position]
                if not word.startswith(prefix):
                    break
                hits.update(self._found[word])
            left = hits if left is None else left & hits
            if not left:
                return []
        return sorted(left or ())


class PracticeRegister:
    """Companies with an index over names and one over addresses."""

    def __init__(self, companies: Iterable[Mapping[str, str]]) -> None:
        self._companies = [dict(company) for company in companies]
        self._by_number = {company["company_number"]: company for company in self._companies}
        self._names, self._addresses = _Index(), _Index()
        for number, company in enumerate(self._companies):
            self._names.add(number, f"{company['company_name']} {company.get('trading_name', '')}")
            self._addresses.add(number, _address(company))
        self._names.close()
        self._addresses.close()

    def __len__(self) -> int:
        return len(self._companies)

    @classmethod
    def from_csv(cls, path: Path) -> PracticeRegister:
        """Read any register file with a number and a name column. RegisterFileError with the reason."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                header = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
                columns = {
                    field: next((header[alias] for alias in aliases if alias in header), None)
                    for field, aliases in _COLUMNS.items()
                }
                missing = [field for field in ("company_number", "company_name") if columns[field] is None]
                if missing:
                    raise RegisterFileError(f"{path.name} has no column for {' and '.join(m.replace('_', ' ') for m in missing)}")
                rows = [{f: (row.get(c) or "").strip() for f, c in columns.items() if c is not None} for row in reader]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise RegisterFileError(f"{path} cannot be read: {error}") from error
        return cls(row for row in rows if row["company_number"] and row["company_name"])

    def search(self, body: Mapping[str, object]) -> list[dict[str, str]]:
        """The reply rows of a name or an address search; removed companies are not listed (§4.2)."""
        if body.get("searchType") == "address":
            asked, index = words(f"{body.get('street', '')} {body.get('city', '')}"), self._addresses
        else:
            asked, index = words(str(body.get("restaurant_name", ""))), self._names
        found = (self._companies[number] for number in index.all_of(asked))
        listed = [company for company in found if company.get("status", "").casefold() not in _HIDDEN]
        return [
            {
                "company_name": company["company_name"],
                "company_number": company["company_number"],
                "nzbn": company.get("nzbn", ""),
                "status": company.get("status", "") or "Registered",
                "incorporation_date": company.get("incorporation_date", ""),
                "registered_address": _address(company),
            }
            for company in listed[:MAX_HITS]
        ]

    def details(self, number: str) -> dict[str, object]:
        """The details of §4.4; Refusal 404 for an unknown number."""
        company = self._by_number.get(number)
        if company is None:
            raise Refusal(404, "no such company")
        names = [name.strip() for name in company.get("directors", "").split(";") if name.strip()]
        directors = [{"name": name, "full_legal_name": name, "position": "Director", "status": "Active"} for name in names]
        shareholders = [
            {"name": name, "shareholder_type": "Individual", "shares": str(100 // len(names)), "percentage": ""} for name in names
        ]
        info = {f: company.get(f, "") for f in ("company_name", "company_number", "nzbn", "incorporation_date", "entity_type")}

        def listed(field: str) -> list[str]:
            return [company[field]] if company.get(field) else []

        return {
            "company_info": {**info, "status": company.get("status", "") or "Registered"},
            "addresses": [{"address_type": "Registered office", "full_address": _address(company)}],
            "directors": directors,
            "shareholders": shareholders,
            "nzbn_details": {
                "gst_numbers": listed("gst_number"),
                "phone_numbers": listed("phone"),
                "email_addresses": listed("email"),
                "websites": listed("website"),
                "trading_name": company.get("trading_name", ""),
                "industry_classifications": [],
            },
        }


def _address(company: Mapping[str, str]) -> str:
    return ", ".join(part for part in (company.get("address", ""), company.get("city", ""), company.get("postcode", "")) if part)

"""The evidence in words a person can check at a glance, each with its share of the score.

Owns: the sentences.
Never: adds a reason that the score does not use, or leaves one out that it does.
"""

from __future__ import annotations

from collections.abc import Mapping

from regbatch_desktop.domain.candidate import Reason
from regbatch_desktop.domain.matching.evidence import Common

_PARTS = {
    "name": (
        "same_name", "same_legal_name", "name_covered", "company_covered", "covered", "rarest_word", "shared_words", "rare_and_whole", "contained",
        "letter_threes", "first_word", "same_beginning", "other_numeral", "name_and_place",
    ),
    "premises": ("same_premises", "same_line", "misspelt_street", "other_house_letter"),
    "crowd": ("crowded_address",),
    "place": ("same_city", "same_postcode"),
}  # fmt: skip
_PART = {name: part for part, names in _PARTS.items() for name in names}
_SINGLE = {
    "same_phone": "phone number the same",
    "same_domain": "e-mail or web domain the same",
    "same_person": "a director has the contact's name",
    "initials": "initials the same",
    "street_in_name": "company named after the street",
    "number_in_name": "company named after the house number",
    "place_in_name": "company named after the place",
    "half_the_street": "house number and part of the street the same",
    "same_street": "same street",
    "same_unit": "same unit",
    "other_unit": "another unit in the building",
    "unit_on_one_side": "unit given on one side only",
    "same_building": "same building",
}


def _name_reason(common: Common) -> str:
    found = common.found
    words = ", ".join(sorted(common.words))
    if "same_legal_name" in found:
        return "name and legal form the same"
    if "same_name" in found:
        return "name the same"
    numeral = " but for the number" if "other_numeral" in found else ""
    if found.get("covered", 0.0) > 0.9:
        return f"name the same{numeral or ' but for common words'}"
    if found.get("covered", 0.0) > 0.65:
        return f"name nearly the same{numeral}"
    if common.words:
        return f"{'word' if len(common.words) == 1 else 'words'} shared: {words}"
    if "contained" in found:
        return "name contained"
    return "name begins alike" if "same_beginning" in found else "letters alike"


def _premises_reason(found: Mapping[str, float]) -> str:
    text = "same address line" if "same_line" in found else "same street number and street"
    if "misspelt_street" in found:
        text += ", spelt differently"
    return text + (", another letter" if "other_house_letter" in found else "")


def reasons_of(common: Common, points: Mapping[str, float], *, at_address: int) -> tuple[Reason, ...]:
    """Reasons with their points (log-odds): name, premises, place, then the rest by weight. `at_address`: companies at the premises."""
    found = common.found
    sums: dict[str, float] = {}
    rest: list[Reason] = []
    for name, value in found.items():
        worth = points.get(name, 0.0) * value
        if (text := _SINGLE.get(name)) is not None:
            rest.append(Reason(text, round(worth, 2)))
        elif (part := _PART.get(name)) is not None:
            sums[part] = sums.get(part, 0.0) + worth
    told: list[Reason] = []
    if "name" in sums:
        told.append(Reason(_name_reason(common), round(sums["name"], 2)))
    if "premises" in sums:
        told.append(Reason(_premises_reason(found), round(sums["premises"], 2)))
    if "crowd" in sums:
        told.append(Reason(f"{at_address} companies at this address", round(sums["crowd"], 2)))
    if "place" in sums:
        told.append(Reason("same city" if "same_city" in found else "same postcode", round(sums["place"], 2)))
    if len(rest) > 1:
        rest.sort(key=lambda reason: (-abs(reason.points), reason.text))
    return (*told, *rest)

"""The evidence in words a person can check at a glance, each with its share of the score.

Owns: the sentences.
Never: adds a reason that the score does not use, or leaves one out that it does.
"""

from __future__ import annotations

from collections.abc import Mapping

from regbatch_desktop.domain.candidate import Reason
from regbatch_desktop.domain.matching.evidence import Common

_NAME = (
    "same_name", "name_covered", "company_covered", "covered", "rarest_word", "shared_words", "rare_and_whole", "contained",
    "letter_threes", "first_word", "same_beginning", "other_numeral", "name_and_place",
)  # fmt: skip
_PREMISES = ("same_premises", "same_line", "misspelt_street", "other_house_letter")
_PLACE = ("same_city", "same_postcode")
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

    def worth(names: tuple[str, ...]) -> float:
        return round(sum(points[name] * found[name] for name in names if name in found and name in points), 2)

    told: list[Reason] = []
    if any(name in found for name in _NAME):
        told.append(Reason(_name_reason(common), worth(_NAME)))
    if common.at_premises:
        told.append(Reason(_premises_reason(found), worth(_PREMISES)))
    if "crowded_address" in found:
        told.append(Reason(f"{at_address} companies at this address", worth(("crowded_address",))))
    if any(name in found for name in _PLACE):
        told.append(Reason("same city" if "same_city" in found else "same postcode", worth(_PLACE)))
    rest = [Reason(text, worth((name,))) for name, text in _SINGLE.items() if name in found]
    return tuple(told + sorted(rest, key=lambda reason: (-abs(reason.points), reason.text)))

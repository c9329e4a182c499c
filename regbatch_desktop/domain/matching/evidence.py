"""Everything that one company and one restaurant have in common.

Owns: putting the evidence of names and addresses together; at the same premises a name made of the address says nothing new.
Never: knows a weight, or another candidate (ranking.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from regbatch_desktop.domain.matching.address import AddressParts
from regbatch_desktop.domain.matching.names import NameComparison, Rarity, named_after_address
from regbatch_desktop.domain.matching.street import street_match
from regbatch_desktop.domain.matching.wanted import Offered, Wanted

_SUBURB_WORDS = 3
_OF_THE_ADDRESS = ("street_in_name", "number_in_name", "place_in_name")


@dataclass(slots=True)
class Common:
    """The evidence by name (features.py), with the words of the name that are shared."""

    found: dict[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    @property
    def at_premises(self) -> bool:
        """The company has an address at the restaurant's door."""
        return "same_premises" in self.found


def _same_line(restaurant: Wanted, theirs: AddressParts) -> bool:
    """Every word and number of ours stands in theirs, which has no other number and at most a suburb more."""
    own = restaurant.own_line
    if not own or not own.issubset(theirs.line):
        return False
    more = {token for token in theirs.line if token != theirs.postcode and token not in restaurant.city_words} - own
    return len(more) <= _SUBURB_WORDS and not any(letter.isdigit() for token in more for letter in token)


def _address(restaurant: Wanted, theirs: AddressParts, rarity: Rarity) -> dict[str, float]:
    found: dict[str, float] = {}
    if not theirs.line:
        return {"no_address": 1.0}
    ours = restaurant.address
    city = bool(restaurant.city_text) and restaurant.city_text in theirs.text
    # A postcode that one side does not have must not cost anything.
    postcode = ours.postcode == theirs.postcode if ours.postcode and theirs.postcode else city
    if postcode:
        found["same_postcode"] = 1.0
    if city:
        found["same_city"] = 1.0
    near = postcode or city
    match = street_match(ours, theirs)
    same_line = _same_line(restaurant, theirs) and (match.level >= 3 or not ours.houses)
    if near and match.level >= 3:
        found["same_premises"] = 1.0
        if match.misspelt:
            found["misspelt_street"] = 1.0
        if match.letter_differs:
            found["other_house_letter"] = 1.0
        if ours.units & theirs.units:
            found["same_unit"] = 1.0
        elif ours.units and theirs.units:
            found["other_unit"] = 1.0
        elif ours.units or theirs.units:
            found["unit_on_one_side"] = 1.0
    elif match.level >= 3 or (near and match.level == 2):
        found["half_the_street"] = 1.0
    elif near and match.level == 1:
        found["same_street"] = 1.0
    if same_line:
        found["same_line"] = found["same_premises"] = 1.0
    elif near and "same_premises" not in found:
        building = [word for word in ours.places & theirs.places if word not in restaurant.city_words]
        if building:
            value = min(1.5, sum(rarity(word) for word in sorted(building))) if match.level == 0 else 0.0
            if ours.units & theirs.units and match.level != 1:
                value += 1.0
            if value:
                found["same_building"] = value
    return found


def common(restaurant: Wanted, company: Offered, rarity: Rarity, compared: NameComparison) -> Common:
    """The best of the company's names and the best of its addresses, put together."""
    told = [(compared.evidence(name), name) for name in company.names]
    best, best_name = max(told, key=lambda each: each[0].order) if len(told) > 1 else told[0]
    found = best.found
    found.update(named_after_address(restaurant, best_name, rarity))
    places = [_address(restaurant, address, rarity) for address in company.addresses]
    place = (
        places[0]
        if len(places) == 1
        else max(places, key=lambda each: ("same_premises" in each, "same_unit" in each, "other_unit" not in each, len(each)))
    )
    if place:
        found.update(place)
        if "same_premises" in place:
            for name in _OF_THE_ADDRESS:
                found.pop(name, None)
        if "same_postcode" in place or "same_city" in place:
            strength = max(found.get("covered", 0.0), 0.7 * found.get("rarest_word", 0.0))
            if strength:
                found["name_and_place"] = strength
    return Common(found, best.words)

"""What a register that only answers searches is asked, call by call: the sharpest questions first, then wider ones.

Owns: the order (matching §C.4, §D.1) and how a question is widened: rare words only, fewer words, run together, without the
city, by postcode, the company named after its address.
Never: asks, or decides when enough was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from regbatch_desktop.domain.matching.address import House
from regbatch_desktop.domain.matching.wanted import Wanted, wanted
from regbatch_desktop.domain.matching.weights import learned
from regbatch_desktop.domain.matching.words import folded
from regbatch_desktop.domain.search_query import SearchQuery

MOST_CALLS = 8
_COMMON = 0.55


@dataclass(frozen=True, slots=True)
class SearchCall:
    """One question: a name, an address (when `street` or `city` is set), or contacts."""

    name: str = ""
    street: str = ""
    city: str = ""
    contacts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For the person: which search it was."""
        if self.contacts:
            return "phone, e-mail or director"
        return f"name {self.name}" if self.name else f"address {self.street} {self.city}".rstrip()

    @property
    def is_address(self) -> bool:
        """An address search, not one by name or contacts."""
        return not self.name and not self.contacts


def planned_calls(query: SearchQuery) -> tuple[SearchCall, ...]:
    """The calls for one restaurant, best first, none twice. Empty for a restaurant without name and address."""
    restaurant = wanted(query.original_name or query.restaurant_name, query.original_address or query.street, query.city)
    names, addresses = _names(query, restaurant), _addresses(query, restaurant)
    order = [*names[:1], *addresses[:1], *names[1:2], *addresses[1:2], *names[2:], *addresses[2:]]
    calls: dict[tuple[str, str, str], SearchCall] = {}
    for call in order:
        calls.setdefault((folded(call.name), folded(call.street), call.city), call)
    return tuple(calls.values())[:MOST_CALLS]


def _names(query: SearchQuery, restaurant: Wanted) -> list[SearchCall]:
    rarity = learned().rarity
    # The words as they were typed: a stem would not be found by a register that compares whole words.
    typed = [word for word in folded(query.restaurant_name).replace("(", " ").replace(")", " ").split() if word]
    stems = restaurant.name.telling
    telling = [word for word in typed if any(word.startswith(stem) or stem == word for stem in stems)]
    rare = sorted(
        dict.fromkeys(telling), key=lambda word: (word in restaurant.place_words, -rarity(word.rstrip("s")), telling.index(word))
    )
    clear = [word for word in rare if rarity(word) > _COMMON and word not in restaurant.city_words]
    calls = []
    if len(clear) >= 2:
        calls.append(" ".join(word for word in typed if word in clear[:2]))
    elif clear:
        calls.append(clear[0])
    calls += rare[:1]
    house = restaurant.address.houses[0] if restaurant.address.houses else None
    if house is not None:
        calls.append(_door(house))
    calls += rare[1:2]
    if len(typed) > 1:
        calls.append("".join(telling[:2]) if len(telling) > 1 else "".join(typed[:2]))
    calls.append(query.restaurant_name)
    return [SearchCall(name=text) for text in calls if text.strip()]


def _addresses(query: SearchQuery, restaurant: Wanted) -> list[SearchCall]:
    address = restaurant.address
    if not address.houses:
        return [SearchCall(street=query.street, city=query.city)] if query.street else []
    door = _door(address.houses[0])
    calls = [SearchCall(street=door, city=query.city), SearchCall(street=door)]
    calls += [SearchCall(street=_door(house), city=query.city) for house in address.houses[1:2]]
    return calls + ([SearchCall(street=door, city=address.postcode)] if address.postcode else [])


def _door(house: House) -> str:
    """Without the street's type: registers write ST and STREET."""
    return f"{house.low} {house.street[0]}"

"""What is looked for, and what is compared with it, with names and addresses in parts.

Owns: which words of a restaurant's name are only its place (city, street, branch in brackets).
Never: compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regbatch_desktop.domain.matching.address import AddressParts, address_parts, place_tokens
from regbatch_desktop.domain.matching.words import NameParts, name_parts, word_stem


@dataclass(frozen=True, slots=True)
class Wanted:
    """A restaurant in parts. `city_text` stands between blanks, "" when not known; `own_line`: what must stand in a company's line
    for it to be the same, empty when nothing of it says where.
    """

    name: NameParts
    address: AddressParts
    city_text: str
    city_words: frozenset[str]
    street_words: frozenset[str]
    house_numbers: frozenset[str]
    place_words: frozenset[str]
    own_line: frozenset[str]
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offered:
    """A company in parts: every name and every address it has."""

    names: tuple[NameParts, ...]
    addresses: tuple[AddressParts, ...]


def one_line(street: str, city: str, postcode: str = "") -> str:
    """A line with city and postcode behind the street, unless they stand in it already."""
    known = " " + " ".join(place_tokens(street)) + " "
    missing = [part for part in (city, postcode) if part and f" {' '.join(place_tokens(part))} " not in known]
    return ", ".join([street, *missing]) if street else ", ".join(missing)


def wanted(name: str, street: str, city: str, postcode: str = "") -> Wanted:
    """A restaurant; every text may be empty or odd."""
    parts = name_parts(name)
    address = address_parts(one_line(street, city, postcode))
    tokens = place_tokens(city)
    city_words = frozenset(word_stem(token) for token in tokens)
    street_words = frozenset(word_stem(word) for word in address.places if word not in tokens)
    return Wanted(
        name=parts,
        address=address,
        city_text=f" {' '.join(tokens)} " if tokens else "",
        city_words=city_words,
        street_words=street_words,
        house_numbers=frozenset(str(number) for house in address.houses for number in (house.low, house.high)),
        place_words=city_words | street_words | frozenset(parts.branch),
        own_line=frozenset(token for token in address.line if token != address.postcode and token not in city_words)
        if address.places - city_words
        else frozenset(),
    )


def offered(names: Iterable[str], addresses: Iterable[str]) -> Offered:
    """A company; without a name or address it has empty parts."""
    return Offered(
        tuple([name_parts(name) for name in names if name]) or (NameParts(),),
        tuple([address_parts(line) for line in addresses if line]) or (AddressParts(),),
    )

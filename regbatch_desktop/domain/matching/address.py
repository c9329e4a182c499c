"""An address line in parts: house numbers with their street, units, postcode, the words of the place.

Owns: abbreviations of street types and sides, number ranges, units (1/45, Shop 3, STE 150), post boxes.
Never: scores; what differs is not evidence against anybody (matching §D.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from regbatch_desktop.domain.matching.words import folded

_MOST_TOKENS = 48
_SPELT = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "pl": "place",
    "cres": "crescent", "cr": "crescent", "dr": "drive", "drv": "drive", "tce": "terrace", "ter": "terrace",
    "blvd": "boulevard", "bvd": "boulevard", "bl": "boulevard", "ct": "court", "crt": "court", "cl": "close",
    "pde": "parade", "hwy": "highway", "gr": "grove", "gve": "grove", "sq": "square", "esp": "esplanade", "qy": "quay",
    "wy": "way", "pkwy": "parkway", "pky": "parkway", "fwy": "freeway", "expy": "expressway", "cir": "circle",
    "rte": "route", "trl": "trail", "ih": "interstate", "i": "interstate", "pk": "park", "plz": "plaza",
    "prom": "promenade", "arc": "arcade", "mt": "mount", "ft": "fort",
}  # fmt: skip
ABBREVIATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {word: tuple(short for short, full in _SPELT.items() if full == word) for word in frozenset(_SPELT.values())}
)
_SIDES = {
    "n": "north", "s": "south", "e": "east", "w": "west", "nth": "north", "sth": "south",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip
_SIDE_WORDS = frozenset(_SIDES.values())
_NAMING_TYPES = frozenset({"highway", "interstate", "avenue", "park", "mount", "fort"})
_ENDS = frozenset(_SPELT.values()) | {"rise", "mews", "walk", "path", "row", "loop", "mall", "strand", "us", "fm"}
_UNIT_WORDS = frozenset({
    "shop", "shops", "unit", "units", "suite", "ste", "level", "lvl", "floor", "flr", "flat", "apt", "apartment", "kiosk",
    "stall", "store", "tenancy", "tenancie", "ground", "bldg", "building", "room", "rm", "lot", "lobby", "portion",
})  # fmt: skip
# A number behind these is the road's own: Interstate 10, FM 1960, Loop 1604.
_NUMBERED_ROADS = frozenset({"interstate", "highway", "fm", "loop", "route", "us", "expressway", "sh", "box", "bag"})
_NO_PLACE = _ENDS | _SIDE_WORDS | _UNIT_WORDS | {"box", "bag", "care", "and", "the"}
_TOKEN = re.compile(r"[a-z0-9]+(?:[/-][a-z0-9]+)*")
_NUMBER = re.compile(r"(?P<low>\d{1,6})(?P<letter>[a-z]?)(?:-(?P<high>\d{1,6})[a-z]?)?\Z", re.ASCII)
_POSTCODE = re.compile(r"[0-9]{4,6}\Z")
_AROUND_SIGNS = re.compile(r"\s*([-/])\s*")


@dataclass(frozen=True, slots=True)
class House:
    """A house number (or range) and the three words behind it, their sides (North, W) apart."""

    low: int
    high: int
    letter: str
    street: tuple[str, ...]
    sides: frozenset[str]


@dataclass(frozen=True, slots=True)
class AddressParts:
    """`line`: every token spelt out; `text`: the same between blanks, for finding a city; `places`: words of no kind."""

    line: tuple[str, ...] = ()
    text: str = ""
    houses: tuple[House, ...] = ()
    units: frozenset[str] = frozenset()
    postcode: str = ""
    places: frozenset[str] = frozenset()
    is_box: bool = False


@dataclass(frozen=True, slots=True)
class StreetMatch:
    """`level` 0 nothing, 1 same street, 2 number and half the street, 3 numbers overlap, 4 number the same."""

    level: int = 0
    run: int = 0
    misspelt: bool = False
    letter_differs: bool = False


def place_tokens(text: str) -> tuple[str, ...]:
    """A city's or suburb's words as they stand in `AddressParts.text`."""
    return tuple(_SPELT.get(token, _SIDES.get(token, token)) for token in _TOKEN.findall(folded(text)))[:_MOST_TOKENS]


def spelt_street(street: str) -> str:
    """Folded, with the street's type spelt out: `12 Kea St.` → `12 kea street`."""
    *before, last = [*_TOKEN.findall(_AROUND_SIGNS.sub(r"\1", folded(street)))[:_MOST_TOKENS]] or [""]
    return " ".join([*before, _SPELT.get(last, last)])


def _has_digit(token: str) -> bool:
    return not token.isalpha() and any(letter.isdigit() for letter in token)


def _tokens(line: str) -> tuple[list[str], set[str]]:
    """The tokens, spelt out, and the units that stand before a stroke (1/45, M10-M13/3)."""
    text = folded(line).replace("p.o.", "po").replace("p o ", "po ").replace("#", " unit ")
    tokens: list[str] = []
    units: set[str] = set()
    if "-" in text or "/" in text:
        text = _AROUND_SIGNS.sub(r"\1", text)
    for token in _TOKEN.findall(text)[:_MOST_TOKENS]:
        if "/" not in token:
            tokens.append(token)
            continue
        *before, last = token.split("/")
        for part in before:
            if _has_digit(part):
                units.add(part)
                tokens.append("unit")
            tokens.append(part)
        tokens.append(last)
    return [_SPELT.get(token, _SIDES.get(token, token)) for token in tokens], units


def _house_at(tokens: list[str], at: int, *, strict: bool) -> House | None:
    number = _NUMBER.match(tokens[at])
    before = tokens[at - 1] if at else ""
    if number is None or before in ("box", "bag") or (at > 1 and before in _NUMBERED_ROADS) or (strict and before in _UNIT_WORDS):
        return None
    street: list[str] = []
    sides = set()
    for token in tokens[at + 1 : at + 6]:
        if token in _SIDE_WORDS and not street:
            sides.add(token)
        else:
            street.append(token)
    if not street or street[0].isdigit() or street[0] in _UNIT_WORDS or not any(c.isalpha() for c in street[0]):
        return None
    if street[0] in _ENDS and street[0] not in _NAMING_TYPES:
        return None
    low = int(number["low"])
    return House(low, max(low, int(number["high"] or low)), number["letter"], tuple(street[:3]), frozenset(sides))


@lru_cache(maxsize=2048)
def address_parts(line: str) -> AddressParts:
    """The parts of one line, city and postcode included; empty parts for a line that has none."""
    tokens, units = _tokens(line)
    last = len(tokens) - 1
    postcode = next((t for t in tokens[:-4:-1] if _POSTCODE.match(t)), "") if last > 0 else ""
    words: list[str] = []
    others: list[int] = []
    for at, token in enumerate(tokens):
        if not token.isalpha() or len(token) == 1:
            others.append(at)
        elif len(token) > 2:
            words.append(token)
    numbers = [at for at in others if tokens[at][0].isdigit() and not (tokens[at] == postcode and at >= last - 1)]
    found: dict[int, House] = {}
    # A number behind SHOP or STE is a unit's, unless the line has no other.
    for strict in (True, False) if numbers else ():
        for at in numbers:
            house = _house_at(tokens, at, strict=strict)
            if house is not None:
                found[at] = house
        if found:
            break
    for at in others:
        token = tokens[at]
        if at in found or token == postcode:
            continue
        before = tokens[at - 1] if at else ""
        if (_has_digit(token) and before not in _NUMBERED_ROADS) or (len(token) == 1 and before in _UNIT_WORDS):
            units.add(token)
    return AddressParts(
        line=tuple([each for each in tokens if each != "unit"]),
        text=f" {' '.join(tokens)} ",
        houses=tuple(found.values()),
        units=frozenset(units),
        postcode=postcode,
        places=frozenset(words).difference(_NO_PLACE),
        is_box="box" in tokens or "bag" in tokens,
    )

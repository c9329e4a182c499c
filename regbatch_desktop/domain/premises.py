"""A street address in parts: house number, street and the other numbers of the line, compared with a one-line address.

Owns: abbreviations of street types and sides, number ranges, units (1/45, Shop 3), folding of text for comparison.
Never: scores (matching.py), or says that two addresses differ; it only says what is the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_TEXT = 400
_MOST_WORDS = 48
_STREET_TYPES = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "pl": "place",
    "cres": "crescent", "cr": "crescent", "dr": "drive", "drv": "drive", "tce": "terrace", "ter": "terrace",
    "blvd": "boulevard", "bvd": "boulevard", "ct": "court", "crt": "court", "cl": "close", "pde": "parade",
    "hwy": "highway", "gr": "grove", "gve": "grove", "sq": "square", "esp": "esplanade", "qy": "quay", "wy": "way",
    "pkwy": "parkway", "pky": "parkway", "fwy": "freeway", "expy": "expressway", "cir": "circle", "rte": "route",
}  # fmt: skip
_STREET_ENDS = frozenset(_STREET_TYPES.values()) | {
    "rise", "mews", "walk", "path", "row", "loop", "plaza", "arcade", "mall", "strand",
}  # fmt: skip
_SIDES = {"n": "north", "s": "south", "e": "east", "w": "west", "nth": "north", "sth": "south"}
_NUMBER = re.compile(r"(?:(?P<unit>[a-z]?\d+[a-z]?)/)?(?P<low>\d{1,6})[a-z]?(?:-(?P<high>\d{1,6})[a-z]?)?\Z", re.ASCII)
_TOKEN = re.compile(r"[a-z0-9]+(?:[/-][a-z0-9]+)*")
_POSTCODE = re.compile(r"[0-9]{4,6}\Z")


@dataclass(frozen=True, slots=True)
class Premises:
    """House number range, street words with their type spelt out, and the other numbers of the line."""

    low: int
    high: int
    street: tuple[str, ...]
    units: frozenset[str]


@dataclass(frozen=True, slots=True)
class SameParts:
    """What a one-line address shares with the premises; each part includes the one before it."""

    street: bool = False
    number: bool = False
    unit: bool = False


def folded(text: str) -> str:
    """Lower case without marks; apostrophes closed up (Whānau → whanau, Joe's → joes); at most 400 characters."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TEXT]).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.replace("'", "").replace("\u2019", "").replace("`", "").replace("&", " and ")


def spelt_street(street: str) -> str:
    """Folded, with the street's type spelt out: `12 Kea St.` → `12 kea street`."""
    *before, last = [*_words(street)] or [""]
    return " ".join([*before, _STREET_TYPES.get(last, last)])


def _words(text: str) -> list[str]:
    return _TOKEN.findall(folded(text).replace(" - ", "-").replace(" / ", "/"))[:_MOST_WORDS]


def _spelt_out(word: str) -> str:
    return _STREET_TYPES.get(word, _SIDES.get(word, word))


def _range(number: re.Match[str]) -> tuple[int, int]:
    low = int(number["low"])
    return low, max(low, int(number["high"] or low))


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _street_after(words: list[str]) -> tuple[tuple[str, ...], bool]:
    """The street's words after a house number, and whether a street type ended them (THE TERRACE has none)."""
    line: list[str] = []
    ended = False
    for word in words[:5]:
        spelt = _spelt_out(word)
        if _NUMBER.match(word) or (ended and spelt not in _SIDES.values()):
            break
        line.append(spelt)
        ended = ended or (spelt in _STREET_ENDS and len(line) > 1)
    return tuple(line if ended else line[:2]), ended


@lru_cache(maxsize=1024)
def premises_of(street: str) -> Premises | None:
    """The house number and street of a line; None for a post box or a line without both."""
    words = _words(street)
    first: Premises | None = None
    for at, word in enumerate(words):
        number = _NUMBER.match(word)
        if not number or (at and words[at - 1] in ("box", "bag")):
            continue
        line, ended = _street_after(words[at + 1 :])
        if not line:
            continue
        units = {each for each in (*words[:at], *words[at + 1 + len(line) :]) if _has_digit(each)}
        if number["unit"]:
            units.add(number["unit"])
        found = Premises(*_range(number), line, frozenset(units))
        if ended:
            return found
        first = first or found
    return first


def same_parts(wanted: Premises, address: str) -> SameParts:
    """Look for the wanted street, with a number in front of it, anywhere in `address` (one line, with city)."""
    words = _words(address)
    spelt = tuple(_spelt_out(word) for word in words)
    length = len(wanted.street)
    best = SameParts()
    for at in range(1, len(spelt) - length + 1):
        number = _NUMBER.match(words[at - 1])
        if number is None or spelt[at : at + length] != wanted.street:
            continue
        best = SameParts(street=True)
        low, high = _range(number)
        if low <= wanted.high and wanted.low <= high:
            near = (*words[: at - 1], *words[at + length : at + length + 3])
            units = {word for word in near if _has_digit(word) and not _POSTCODE.match(word)}
            if number["unit"]:
                units.add(number["unit"])
            exact = (low, high) == (wanted.low, wanted.high) and units == wanted.units
            return SameParts(street=True, number=True, unit=exact)
    return best

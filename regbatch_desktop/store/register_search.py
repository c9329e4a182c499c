"""Searching an indexed register: by name, by address, by contacts, then wider; only a few hundred rows are ever looked at.

Owns: the full-text queries and how common a word may be to be searched by alone.
Never: ranks what it found.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from regbatch_desktop.domain.matching.address import ABBREVIATIONS, House, address_parts
from regbatch_desktop.domain.matching.wanted import Wanted, one_line, wanted
from regbatch_desktop.domain.matching.words import NUMERALS, name_parts

# Companies that a word, or a street, may have to be searched by alone; and all words of one search together, since each one found
# has to be weighed: more common ones only change the order of what the rarest has found.
_MOST_DOCUMENTS = 1_500
_MOST_TOGETHER = 600
_MOST_WORDS = 8
_LONG_WORD = 5
_STEM = 4
_PER_QUERY = 30
_FEWER = 10
_SOME_ROWS = "SELECT rowid FROM texts WHERE texts MATCH ? LIMIT ?"
_ROWS = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
_COMMON = "SELECT companies FROM spellings WHERE field = 'names' AND term = ?"
_ALIKE = "SELECT term FROM spellings WHERE field = ? AND term >= ? AND term < ? AND length(term) BETWEEN ? AND ? LIMIT 5000"
_PLAIN = re.compile(r"[^\W_]+\Z")


def _quoted(word: str, *, prefix: bool = False) -> str:
    return f'"{word}"' + ("*" if prefix else "")


def _any(words: Iterable[str]) -> str:
    return "(" + " OR ".join(words) + ")"


class RegisterSearch:
    """Queries over one connection to an index. Every answer is a list of row ids, best first."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _rows(self, match: str, limit: int) -> list[int]:
        return [row[0] for row in self._connection.execute(_ROWS, (match, limit))]

    def _how_common(self, word: str) -> int:
        row = self._connection.execute(_COMMON, (word,)).fetchone()
        return 0 if row is None else int(row[0])

    def _alike(self, word: str, column: str, *, start: int = 2) -> list[str]:
        """Words of the register one letter away: a slip is the sole evidence in one case of a hundred (matching §D.3)."""
        if len(word) < _LONG_WORD or not _PLAIN.match(word):
            return []
        low = word[:start]
        bounds = (column, low, low + "\U0010ffff", len(word) - 1, len(word) + 1)
        terms = [term for (term,) in self._connection.execute(_ALIKE, bounds)]
        near = process.extract(word, terms, scorer=Levenshtein.distance, score_cutoff=1, limit=5)
        return [term for term, distance, _ in near if distance]

    def _name_terms(self, words: Sequence[str]) -> list[tuple[int, str]]:
        """Each word with its spellings as a query, rarest first."""
        terms = []
        for word in words[:_MOST_WORDS]:
            if not _PLAIN.match(word):
                continue
            common = self._how_common(word)
            spellings = [_quoted(word, prefix=len(word) >= _STEM)]
            spellings += [_quoted(other) for other in NUMERALS.get(word, ())]
            if not common:
                spellings += [_quoted(other) for other in self._alike(word, "names")]
            terms.append((common, _any(spellings)))
        return sorted(terms)

    def by_name(self, name: str) -> list[int]:
        """Companies that share words with the name, rare ones first; run together or cut apart; one letter off."""
        parts = name_parts(name)
        if not parts.joined:
            return []
        terms = self._name_terms(parts.telling)
        found: list[int] = []
        chosen: list[str] = []
        documents = 0
        for common, term in terms:
            if chosen and documents + common > _MOST_TOGETHER:
                break
            chosen.append(term)
            documents += common
        if chosen and documents <= _MOST_DOCUMENTS:
            found += self._rows(f"names : {_any(chosen)}", _PER_QUERY)
        if len(terms) > 1:
            found += self._rows(f"names : ({' AND '.join(term for _, term in terms)})", _FEWER)
        if len(terms) > 2:
            found += self._rows(f"names : ({terms[0][1]} AND {_any(term for _, term in terms[1:])})", _FEWER)
        if len(parts.joined) > 3:
            both = {parts.joined, parts.joined_all, parts.joined[:12], parts.joined_all[:12]}
            found += self._rows(f"joined : {_any(_quoted(each, prefix=True) for each in sorted(both))}", _FEWER)
        initials = [each for each in sorted(parts.initials) if len(each) <= _LONG_WORD]
        if initials:
            found += self._rows(f"names : {_any(_quoted(each) for each in initials)}", 5)
        return list(dict.fromkeys(found))

    def by_contacts(self, contacts: Sequence[str]) -> list[int]:
        """Companies with any of these marks."""
        marks = [_quoted(mark) for mark in contacts[:_MOST_WORDS] if _PLAIN.match(mark)]
        return self._rows(f"contacts : {_any(marks)}", _FEWER) if marks else []

    def by_address(self, street: str, city: str) -> list[int]:
        """Companies at the premises, then in the building and the street, then those named after it."""
        restaurant = wanted("", street, city)
        ours = address_parts(one_line(street, city))
        places = [_quoted(ours.postcode)] if ours.postcode else []
        if city and (phrase := _phrase(city)):
            places.append(phrase)
        found: list[int] = []
        for house in ours.houses[:3]:
            found += self._at_door(house, places)
        if not ours.houses and (line := [_quoted(word) for word in ours.line[:_MOST_WORDS] if _PLAIN.match(word)]):
            found += self._rows(f"addresses : ({' AND '.join(line)})", _FEWER)
        building = sorted(word for word in ours.places if word not in restaurant.city_words and _PLAIN.match(word))
        if building and places:
            found += self._rows(f"addresses : ({_any(map(_quoted, building))} AND {places[0]})", _FEWER)
        found += self._named_after(restaurant, places[0] if ours.postcode else "")
        if ours.postcode:
            found += [row[0] for row in self._connection.execute(_SOME_ROWS, (f"addresses : {places[0]}", _FEWER))]
        return list(dict.fromkeys(found))

    def _at_door(self, house: House, places: Sequence[str]) -> list[int]:
        """The same number and street, in this place or anywhere; the same street; a street that is spelt differently."""
        number, street = _numbers(house), _spellings(house.street[0])
        found = self._rows(f"addresses : ({number} AND {street} AND {_any(places)})", _PER_QUERY) if places else []
        found += self._rows(f"addresses : ({number} AND {street})", _FEWER)
        if not places:
            return found
        if not found:
            alike = self._alike(house.street[0], "addresses", start=1)
            if alike:
                found += self._rows(f"addresses : ({number} AND {_any(map(_quoted, alike))} AND {_any(places)})", _FEWER)
        return found + self._rows(f"addresses : ({street} AND {places[0]})", _FEWER)

    def _named_after(self, restaurant: Wanted, postcode: str) -> list[int]:
        """`2401 MCKINNEY LTD` for 2401 McKinney Avenue; `CITY OF EULESS` for a place in Euless."""
        found: list[int] = []
        numbers = [_quoted(number) for number in sorted(restaurant.house_numbers) if len(number) > 1]
        streets = [
            _quoted(w) for w in sorted(restaurant.street_words) if _PLAIN.match(w) and self._how_common(w) < _MOST_DOCUMENTS
        ]
        if numbers:
            found += self._rows(f"names : {_any(numbers)}", 8)
        if streets:
            found += self._rows(f"names : {_any(streets)}", 8)
        cities = [_quoted(w) for w in sorted(restaurant.city_words) if _PLAIN.match(w)]
        if cities and postcode:
            found += self._rows(f"names : {_any(cities)} AND addresses : {postcode}", 8)
        return found


def _phrase(text: str) -> str:
    words = [word for word in re.findall(r"[^\W_]+", text) if word]
    return '"' + " ".join(words[:6]) + '"' if words else '""'


def _numbers(house: House) -> str:
    numbers = {str(house.low), str(house.high)}
    numbers |= {number + house.letter for number in tuple(numbers)}
    return _any(_quoted(number) for number in sorted(numbers))


def _spellings(word: str) -> str:
    return _any(_quoted(each) for each in (word, *ABBREVIATIONS.get(word, ())))

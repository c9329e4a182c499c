"""What two names have in common, rare words counting more than common ones.

Owns: the evidence of the name.
Never: knows a weight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from regbatch_desktop.domain.matching.street import LONG_WORD, nearly
from regbatch_desktop.domain.matching.wanted import Wanted
from regbatch_desktop.domain.matching.words import STOP_WORDS, NameParts

_PLACE_DISCOUNT = 0.25
_NEARLY = 0.8
_LEAST_THREES = 0.3
_LEAST_BEGINNING = 5
_MOST_SHARED = 2.5
_MOST_TELLING = 2.5

Rarity = Callable[[str], float]


@dataclass(slots=True)
class NameEvidence:
    """The evidence, and the words it rests on."""

    found: dict[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    @property
    def order(self) -> float:
        """Which of a company's names says most."""
        return 2 * self.found.get("covered", 0.0) + self.found.get("letter_threes", 0.0) + self.found.get("rarest_word", 0.0)


def _same_beginning(left: str, right: str) -> int:
    """How many letters; 0 for fewer than count."""
    if left[:_LEAST_BEGINNING] != right[:_LEAST_BEGINNING]:
        return 0
    length = 0
    for ours, theirs in zip(left, right, strict=False):
        if ours != theirs:
            break
        length += 1
    return length


def _spelling(ours: NameParts, theirs: NameParts, found: dict[str, float]) -> None:
    """What the letters say, however the words are cut."""
    same = "same_name" in found
    beginning = max(_same_beginning(ours.joined, theirs.joined), _same_beginning(ours.joined_all, theirs.joined_all))
    if same or beginning >= _LEAST_BEGINNING:
        found["same_beginning"] = 1.0 if same else min(1.0, (beginning + 1 - _LEAST_BEGINNING) / 8)
    both = len(ours.grams) + len(theirs.grams)
    threes = 2 * len(ours.grams & theirs.grams) / both if both else 0.0
    if threes > _LEAST_THREES:
        found["letter_threes"] = threes - _LEAST_THREES
    short, long = (ours.joined, theirs.joined) if len(ours.joined) <= len(theirs.joined) else (theirs.joined, ours.joined)
    if len(short) > 5 and short in long:
        found["contained"] = len(short) / len(long)
    if not (ours.initials.isdisjoint(theirs.telling) and theirs.initials.isdisjoint(ours.telling)):
        found["initials"] = 1.0


class _Worths(dict[str, float]):
    """How much each word tells of one restaurant: rare ones more, those of its place less."""

    def __init__(self, places: frozenset[str], rarity: Rarity) -> None:
        super().__init__()
        self._places, self._rarity = places, rarity

    def __missing__(self, word: str) -> float:
        self[word] = worth = self._rarity(word) * (_PLACE_DISCOUNT if word in self._places else 1.0)
        return worth


class NameComparison:
    """One restaurant's name, ready to be compared with many."""

    def __init__(self, restaurant: Wanted, rarity: Rarity) -> None:
        self._ours = restaurant.name
        self._worths = _Worths(restaurant.place_words, rarity)
        self._left = {word: self._worths[word] for word in restaurant.name.telling}
        self._total = sum(self._left.values()) or 1e-9
        self._long = [word for word in self._left if len(word) >= LONG_WORD]

    def _pairs(self, right: Mapping[str, float]) -> list[tuple[str, str, float]]:
        """Words of ours, theirs that are the same or nearly, and how nearly."""
        left = self._left
        pairs = [(word, word, 1.0) for word in left if word in right]
        if len(pairs) < len(left) and self._long:
            # A word that only nearly matches must not take one that another word is the same as.
            free = [word for word in right if len(word) >= LONG_WORD and word not in left]
            for word in self._long if free else ():
                if word not in right and (near := next((each for each in free if nearly(word, each)), None)) is not None:
                    free.remove(near)
                    pairs.append((word, near, _NEARLY))
        return pairs

    def evidence(self, theirs: NameParts) -> NameEvidence:
        """The evidence of one of a company's names; empty when either side has none."""
        ours = self._ours
        if not ours.joined or not theirs.joined:
            return NameEvidence()
        left, total, worths = self._left, self._total, self._worths
        right = {word: worths[word] for word in theirs.telling}
        same = ours.joined == theirs.joined
        found: dict[str, float] = {}
        pairs = self._pairs(right)
        if pairs or same:
            total_theirs = sum(right.values()) or 1e-9
            shared = sum([part * left[word] for word, _, part in pairs])
            shared_theirs = sum([part * right[other] for _, other, part in pairs])
            matched = [part * min(left[word], right[other]) for word, other, part in pairs]
            rarest = 0.0
            if same:
                found["same_name"] = 1.0
                if ours.legal and ours.legal == theirs.legal:
                    found["same_legal_name"] = 1.0
                matched = matched or list(left.values())
                rarest = min(1.0, total)
                shared, shared_theirs = total, total_theirs
            found["name_covered"] = shared / total
            found["company_covered"] = shared_theirs / total_theirs
            found["covered"] = math.sqrt(shared / total * shared_theirs / total_theirs)
            found["rarest_word"] = max(rarest, *matched)
            found["shared_words"] = min(shared, _MOST_SHARED)
            # Two rare words in common are worth more than one rare word with BAR & GRILL, the more the less else the names have.
            found["rare_and_whole"] = found["covered"] ** 2 * min(sum([each * each for each in matched]), _MOST_TELLING)
            if ours.core[0] == theirs.core[0] and ours.core[0] not in STOP_WORDS:
                found["first_word"] = left.get(ours.core[0], 0.0)
            if ours.numerals != theirs.numerals:
                found["other_numeral"] = 1.0
            if ours.legal and theirs.legal and ours.joined_all != theirs.joined_all:
                found["other_legal_name"] = 1.0
        _spelling(ours, theirs, found)
        return NameEvidence(found, tuple([other for _, other, _ in pairs]))


def named_after_address(restaurant: Wanted, theirs: NameParts, rarity: Rarity) -> dict[str, float]:
    """A company that is called by the restaurant's street, house number or city (`647 NINTH AVE CORP`)."""
    found: dict[str, float] = {}
    if restaurant.name.joined == theirs.joined:
        return found
    own = restaurant.name.telling
    if not restaurant.street_words.isdisjoint(theirs.telling):
        street = [word for word in theirs.telling if word in restaurant.street_words and word not in own]
        if street:
            found["street_in_name"] = min(1.5, sum([rarity(word) for word in street]))
    if not restaurant.house_numbers.isdisjoint(theirs.core):
        longest = max(len(word) for word in restaurant.house_numbers.intersection(theirs.core) if word.isdigit())
        if longest > 1:
            found["number_in_name"] = min(1.0, (longest - 1) / 2)
    if not restaurant.city_words.isdisjoint(theirs.telling) and restaurant.city_words.intersection(theirs.telling).difference(
        own
    ):
        found["place_in_name"] = 1.0
    return found

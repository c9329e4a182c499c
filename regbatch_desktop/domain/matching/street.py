"""Whether two addresses are the same premises, the same street, or neither.

Owns: which house numbers count as the same (equal, one end of a range, inside it), sides and misspelt streets.
Never: scores.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from regbatch_desktop.domain.matching.address import AddressParts, House, StreetMatch

LONG_WORD = 5


def nearly(left: str, right: str) -> bool:
    """Two long words that differ in one letter."""
    if len(left) < LONG_WORD or len(right) < LONG_WORD or abs(len(left) - len(right)) > 1:
        return False
    return Levenshtein.distance(left, right, score_cutoff=1) <= 1


def _compared(ours: House, theirs: House) -> StreetMatch:
    run = 0
    misspelt = False
    for left, right in zip(ours.street, theirs.street, strict=False):
        if left != right:
            if not nearly(left, right):
                break
            misspelt = True
        run += 1
    if not run:
        return StreetMatch()
    other_side = bool(ours.sides and theirs.sides and ours.sides != theirs.sides)
    whole = (run >= 2 or len(ours.street) == 1 or len(theirs.street) == 1) and not other_side
    if ours.low > theirs.high or theirs.low > ours.high:
        return StreetMatch(1 if whole else 0, run)
    if not whole:
        return StreetMatch(2, run)
    same_end = bool({ours.low, ours.high} & {theirs.low, theirs.high})
    return StreetMatch(4 if same_end else 3, run, misspelt, ours.letter != theirs.letter)


def street_match(ours: AddressParts, theirs: AddressParts) -> StreetMatch:
    """The best over every house number of either line."""
    best = StreetMatch()
    for house in ours.houses:
        for other in theirs.houses:
            found = _compared(house, other)
            if (found.level, found.run) > (best.level, best.run):
                best = found
    return best

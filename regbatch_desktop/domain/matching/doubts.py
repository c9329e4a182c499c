"""Why the best company is not taken without a person, however probable it is.

Owns: what speaks against a candidate that only points cannot weigh: they compare candidates, a doubt is about the whole answer.
Never: changes a probability.

Measured with points learned in the other region, every address in the register: without them 50 % (VIC) and 30 % (TX) of the
restaurants can be taken at 99 % precision, with them 52 and 50 % (`python -m tests.benchmarks.matching.table`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Of the words of both names together, rare ones counting more.
_LEAST_OF_BOTH_NAMES = 0.7
_WHOLE_NAME = 0.9
ELSEWHERE = "another company is registered at the restaurant's address"
BUILDING_ONLY = "only the building is the same, not the unit or the house letter, and nothing of the name"
OTHER_NUMBER = "the number in the name is another, and the address is not the same"
SEVERAL = "several companies have this name, and none has the restaurant's address"
PART_OF_THE_NAME = "only a part of the name is shared, and not the address"

_OF_A_NAME = ("covered", "contained", "letter_threes", "same_beginning")
_UNIT_OPEN = ("unit_on_one_side", "other_unit", "other_house_letter")


class Doubts:
    """About one answer: the evidence of every company that was found."""

    def __init__(self, found: Sequence[Mapping[str, float]]) -> None:
        self._somebody_at_premises = any("same_premises" in each for each in found)
        self._have_the_name = sum(each.get("name_covered", 0.0) >= _WHOLE_NAME for each in found)

    def about(self, evidence: Mapping[str, float]) -> str:
        """In words, or "", for the company with this evidence."""
        if "same_premises" in evidence:
            more = "same_line" in evidence or any(name in evidence for name in _OF_A_NAME)
            return BUILDING_ONLY if not more and any(name in evidence for name in _UNIT_OPEN) else ""
        if self._somebody_at_premises:
            return ELSEWHERE
        if "other_numeral" in evidence:
            return OTHER_NUMBER
        if self._have_the_name > 1:
            return SEVERAL
        return PART_OF_THE_NAME if evidence.get("covered", 0.0) < _LEAST_OF_BOTH_NAMES else ""

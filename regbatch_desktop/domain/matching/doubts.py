"""Why the best company is not taken without a person, however probable it is.

Owns: what speaks against a candidate that only points cannot weigh: they compare candidates, a doubt is about the whole answer.
Never: changes a probability.

Measured with points learned in the other region, every address in the register: without them 50 % (VIC) and 30 % (TX) of the
restaurants can be taken at 99 % precision, with them 52 and 50 % (`python -m tests.benchmarks.matching.table`). Among the best companies
for which one rare word and nothing of the place speaks, one in five is wrong, so that they want the certainty of a name alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regbatch_desktop.domain.matching.features import CONTACTS

# Of the words of both names together, rare ones counting more.
_LEAST_OF_BOTH_NAMES = 0.7
_WHOLE_NAME = 0.9
ELSEWHERE = "another company is registered at the restaurant's address"
BUILDING_ONLY = "only the building is the same, not the unit or the house letter, and nothing of the name"
OTHER_NUMBER = "the number in the name is another, and the address is not the same"
SEVERAL = "several companies have this name, and none has the restaurant's address"
PART_OF_THE_NAME = "only a part of the name is shared, and not the address"
OF_THIS_PLACE = "another company has the name and that of the place"
OTHER_LEGAL_NAME = "the restaurant goes by the legal name of another company"
ELSEWHERE_ONE_WORD = "only one rare word of the name is shared, and the company's address is elsewhere"
ONLY_THE_NAME = "only the name could be compared: the register gives no address"
NAMESAKE = "the address is the same, but a company whose address is not known has the name"

_OF_A_NAME = ("covered", "contained", "letter_threes", "same_beginning")
_OF_THE_PLACE = ("place_in_name", "street_in_name")
# How nearly a namesake must have what the best one has.
_AS_MUCH = 0.8
_BESIDE_THE_NAME = (
    "same_premises", "same_city", "same_postcode", "same_street", "half_the_street", "same_legal_name", *CONTACTS.values(),
)  # fmt: skip
# Of `rare_and_whole`: one word that hardly any company has, with BAR or RESTAURANT; a second rare one makes it more.
_ONE_WORD = 1.5
_UNIT_OPEN = ("unit_on_one_side", "other_unit", "other_house_letter")


def name_alone(evidence: Mapping[str, float]) -> str:
    """In words, or "": nothing but a name that others may have speaks for the company, so that more than usual is wanted of it."""
    if any(name in evidence for name in _BESIDE_THE_NAME):
        return ""
    if "no_address" in evidence:
        return ONLY_THE_NAME
    return ELSEWHERE_ONE_WORD if evidence.get("rare_and_whole", 0.0) < _ONE_WORD else ""


class Doubts:
    """About one answer: the evidence of every company that was found."""

    def __init__(self, found: Sequence[Mapping[str, float]]) -> None:
        self._found = found
        self._somebody_at_premises = any("same_premises" in each for each in found)
        self._have_the_name = [each for each in found if each.get("name_covered", 0.0) >= _WHOLE_NAME]

    def about(self, evidence: Mapping[str, float]) -> str:
        """In words, or "", for the company with this evidence."""
        if "same_premises" in evidence:
            return self._at_the_premises(evidence)
        if self._somebody_at_premises:
            return ELSEWHERE
        if "other_legal_name" in evidence:
            return OTHER_LEGAL_NAME
        if "other_numeral" in evidence:
            return OTHER_NUMBER
        if "same_legal_name" in evidence:
            return ""
        if len(self._have_the_name) > 1:
            return SEVERAL
        if evidence.get("covered", 0.0) < _LEAST_OF_BOTH_NAMES:
            return PART_OF_THE_NAME
        return OF_THIS_PLACE if self._another_for_the_place(evidence) else ""

    def _at_the_premises(self, evidence: Mapping[str, float]) -> str:
        """The door is the same; is it only the building, or has another company more of the name?"""
        if "same_line" not in evidence and not any(name in evidence for name in _OF_A_NAME):
            return BUILDING_ONLY if any(name in evidence for name in _UNIT_OPEN) else ""
        if evidence.get("name_covered", 0.0) > 0 and "same_name" not in evidence:
            open_ones = (each for each in self._have_the_name if "no_address" in each)
            if any(each["covered"] >= evidence["covered"] for each in open_ones):
                return NAMESAKE
        return ""

    def _another_for_the_place(self, evidence: Mapping[str, float]) -> bool:
        """OJEDA - DESOTO, INC. for a restaurant in DeSoto that is also called as OJEDA'S RESTAURANT, INC. is."""
        if any(name in evidence for name in _OF_THE_PLACE):
            return False
        least = _AS_MUCH * evidence.get("rarest_word", 0.0)
        return any(each.get("rarest_word", 0.0) >= least and any(name in each for name in _OF_THE_PLACE) for each in self._found)

"""The closed list of evidence: what can speak for or against a company, and how each is learned.

Owns: the names that the learned table, the evidence and the reasons share.
Never: holds a weight (weights.json does).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Each is worth at least nothing: what differs or is missing never counts against a company (matching §C.2).
FOR: Final = (
    "same_name", "name_covered", "company_covered", "covered", "rarest_word", "shared_words", "rare_and_whole", "contained",
    "letter_threes", "initials", "first_word", "same_beginning", "street_in_name", "number_in_name", "place_in_name",
    "same_line", "same_premises", "half_the_street", "same_street", "same_postcode", "same_city", "same_unit",
    "unit_on_one_side", "same_building", "name_and_place",
)  # fmt: skip
# Each is worth at most nothing: it only takes back what other evidence of the same field gave.
AGAINST: Final = ("other_numeral", "misspelt_street", "other_house_letter", "other_unit", "crowded_address")
FEATURES: Final = FOR + AGAINST
# No two companies of a register have the same name, legal form included, so that a restaurant which goes by it is that company's;
# too few do in one of the regions to learn its worth there. It is set in the table, as that of the contacts.
SET: Final = ("same_legal_name",)
# No public record to learn from publishes them; their worth is set in the table, not learned. Mark's first letter → evidence.
CONTACTS: Final = {"t": "same_phone", "d": "same_domain", "n": "same_person"}

# Weigh nothing; what is doubted depends on them.
NOTED: Final = ("no_address", "other_legal_name")

Evidence = Mapping[str, float]

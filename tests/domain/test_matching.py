"""Ranking companies for a restaurant, and when one may be taken without a person."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource
from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE, MIN_GAP, is_active, is_sure, rank
from regbatch_desktop.domain.premises import premises_of, same_parts


@dataclass(frozen=True)
class Query:
    restaurant_name: str
    street: str
    city: str


KAURI = Query("The Kauri Lane Kitchen (Henderson)", "12 Cuba St", "Wellington")


def hit(name: str, address: str = "", *, number: str = "1", status: str = "Registered") -> CompanyHit:
    return CompanyHit(name, number, status=status, registered_address=address)


def ranked(query: Query, *hits: CompanyHit) -> tuple[Candidate, ...]:
    return rank(query, [(each, MatchSource.NAME) for each in hits])


def test_name_and_address_together_are_best_and_say_why() -> None:
    candidates = ranked(
        KAURI,
        hit("Totara Road Limited", "9 Elsewhere Road, Napier", number="1"),
        hit("Kauri Lane Limited", "Level 2, 10 Sample Street, Te Aro, Wellington", number="2"),
        hit("THE KAURI LANE KITCHEN LIMITED", "12 Cuba Street, Te Aro, Wellington, 6011", number="3"),
    )
    assert [each.hit.company_number for each in candidates] == ["3", "2", "1"]
    assert candidates[0].reasons == ("name the same", "same street number and street", "same city")
    assert candidates[1].reasons == ("name the same but for common words", "same city")
    assert candidates[2].reasons == ()
    assert is_sure(candidates)


def test_the_premises_alone_are_enough_when_only_one_company_is_there() -> None:
    there = hit("FJ Sample Holdings Limited", "12 Cuba Street, Wellington 6011")
    assert is_sure(ranked(KAURI, there))
    crowd = ranked(KAURI, there, hit("Rimu Trading Limited", "12 Cuba Street, Wellington 6011", number="2"))
    assert not is_sure(crowd)
    assert crowd[0].score < ranked(KAURI, there)[0].score


def test_a_different_address_or_name_costs_nothing() -> None:
    name_only = ranked(KAURI, hit("The Kauri Lane Kitchen Limited"))[0].score
    assert ranked(KAURI, hit("The Kauri Lane Kitchen Limited", "PO Box 77, Napier"))[0].score == name_only
    address_only = ranked(replace(KAURI, restaurant_name=""), hit("X Limited", "12 Cuba St, Wellington"))[0].score
    assert ranked(KAURI, hit("Zephyr Limited", "12 Cuba St, Wellington"))[0].score == address_only


GONE = ["Removed", "In Liquidation", "Struck off", "InLiquidation", "Inactive", "In Receivership"]


@pytest.mark.parametrize("status", GONE)
def test_a_company_that_is_gone_is_lowered_says_so_and_is_never_sure(status: str) -> None:
    gone = hit("The Kauri Lane Kitchen Limited", "12 Cuba Street, Wellington", number="1", status=status)
    alive = replace(gone, company_number="2", status="Registered")
    best, second = ranked(KAURI, gone, alive)
    assert (best.hit.company_number, second.reasons[-1]) == ("2", f"status {status}")
    assert not is_sure(ranked(KAURI, gone), min_score=0.0)
    assert not is_active(status)


def test_an_unknown_status_is_not_lowered_but_never_sure() -> None:
    unknown = ranked(KAURI, hit("The Kauri Lane Kitchen Limited", "12 Cuba Street, Wellington", status=""))
    assert unknown[0].score >= DEFAULT_MIN_SCORE
    assert not is_sure(unknown)


def test_a_tie_is_never_sure_and_is_ordered_by_company_number() -> None:
    same = hit("The Kauri Lane Kitchen Limited", "12 Cuba Street, Wellington")
    twins = [replace(same, company_number=number) for number in ("30", "10", "20")]
    candidates = ranked(KAURI, *twins)
    assert [each.hit.company_number for each in candidates] == ["10", "20", "30"]
    assert not is_sure(candidates, min_score=0.0)
    assert ranked(KAURI, *reversed(twins)) == candidates


def test_is_sure_needs_the_score_and_the_gap() -> None:
    def scored(*scores: float) -> list[Candidate]:
        return [Candidate(hit("X", number=str(n)), MatchSource.NAME, score) for n, score in enumerate(scores)]

    assert not is_sure([])
    assert is_sure(scored(DEFAULT_MIN_SCORE))
    assert not is_sure(scored(DEFAULT_MIN_SCORE - 0.01))
    assert is_sure(scored(0.95, 0.95 - MIN_GAP))
    assert not is_sure(scored(0.95, 0.95 - MIN_GAP + 0.01))
    assert not is_sure(scored(0.9), min_score=0.95)


@pytest.mark.parametrize(("asked", "company"), [
    ("Whānau Kōrero", "WHANAU KORERO LIMITED"), ("Joe's & Sons Diner", "JOES AND SONS DINER LTD"),
    ("Blue Fern (Henderson)", "Blue Fern Limited"), ("K.F.C. Palace", "KFC PALACE L.L.C."),
    ("Bluefern Palace", "Blue Fern Palace (NZ) Limited"),
], ids=str)  # fmt: skip
def test_spelling_marks_and_legal_forms_do_not_matter(asked: str, company: str) -> None:
    assert ranked(Query(asked, "", ""), hit(company))[0].reasons == ("name the same",)


def test_a_plural_or_a_slip_still_counts_and_a_generic_word_does_not() -> None:
    query = Query("Agaman Palace Cafe", "", "Napier")
    near, generic = ranked(query, hit("Aagaman Palaces Limited", number="1"), hit("Cafe Holdings Limited", number="2"))
    assert near.reasons == ("name nearly the same",)
    assert (generic.hit.company_number, generic.reasons) == ("2", ())


@pytest.mark.parametrize(("street", "address", "number", "unit"), [
    ("12 Cuba St", "12 Cuba Street, Wellington", True, True),
    ("Shop 3, 12 Cuba Street", "3/12 Cuba St, Wellington", True, True),
    ("Shop 3, 12 Cuba Street", "Shop 4, 12 Cuba St, Wellington", True, False),
    ("10-14 Cuba Street", "12 Cuba Street, Wellington", True, False),
    ("12a Cuba Street", "12 Cuba Street, Wellington", True, True),
    ("12 Cuba Street", "Level 2, 12 Cuba Street, Te Aro, Wellington 6011", True, False),
    ("12 Bourke Street", "12 Little Bourke Street, Melbourne", False, False),
    ("12 Cuba Street", "112 Cuba Street, Wellington", False, False),
    ("289 Wellington Pde South", "289 WELLINGTON PARADE SOUTH, EAST MELBOURNE", True, True),
    ("12 The Terrace", "12 The Terrace, Wellington", True, True),
], ids=str)  # fmt: skip
def test_addresses_are_compared_in_parts(street: str, address: str, number: bool, unit: bool) -> None:
    wanted = premises_of(street)
    assert wanted is not None
    same = same_parts(wanted, address)
    assert (same.number, same.unit) == (number, unit)


@pytest.mark.parametrize("street", ["", "PO Box 12 Wellington", "Cuba Street", "12", "\x00", "()", "12/", "-"])
def test_a_line_without_a_house_number_and_street_is_no_premises(street: str) -> None:
    assert premises_of(street) is None


ODD = st.text(max_size=60) | st.sampled_from(["\x00" * 50, "9" * 5000, "a " * 3000, "((((", "٣ Cuba Street", "²/² St", "\ud800"])


@given(ODD, ODD, ODD, st.lists(st.tuples(ODD, ODD, st.sampled_from(["", "Registered", "Removed", "\x00"])), max_size=4))
def test_odd_input_is_ranked_like_any_other(name: str, street: str, city: str, rows: list[tuple[str, str, str]]) -> None:
    hits = [hit(company, address, number=str(n), status=status) for n, (company, address, status) in enumerate(rows)]
    candidates = ranked(Query(name, street, city), *hits)
    assert sorted(each.hit.company_number for each in candidates) == [each.company_number for each in hits]
    assert all(0.0 <= each.score <= 1.0 for each in candidates)
    assert [each.score for each in candidates] == sorted((each.score for each in candidates), reverse=True)
    assert candidates == ranked(Query(name, street, city), *reversed(hits))


def test_ten_candidates_take_about_a_millisecond() -> None:
    best_s = 1.0
    for turn in range(20):
        address = "Cuba Street, Te Aro, Wellington 6011"
        hits = [hit(f"Kauri {turn} Lane {n} Limited", f"{n} {address}", number=str(n)) for n in range(10)]
        began = time.perf_counter()
        ranked(KAURI, *hits)
        best_s = min(best_s, time.perf_counter() - began)
    assert best_s < 0.005, "five times the aim, for slow machines"

"""Ranking companies for a restaurant, and when one may be taken without a person."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource
from regbatch_desktop.domain.matching import (
    DEFAULT_MIN_SCORE,
    MIN_GAP,
    is_active,
    is_sure,
    min_score_for,
    none_of_these,
    not_sure_because,
)
from regbatch_desktop.domain.matching.address import address_parts
from regbatch_desktop.domain.matching.features import AGAINST, CONTACTS, FEATURES, FOR, SET
from regbatch_desktop.domain.matching.rows import accepts, rank_rows
from regbatch_desktop.domain.matching.street import street_match
from regbatch_desktop.domain.matching.weights import learned
from tests.domain.asked_register import KAURI, Query, hit, ranked


def test_name_and_address_together_are_best_and_say_why() -> None:
    candidates = ranked(
        KAURI,
        hit("Totara Road Limited", "9 Elsewhere Road, Napier", number="1"),
        hit("Kauri Lane Limited", "Level 2, 10 Sample Street, Te Aro, Wellington", number="2"),
        hit("THE KAURI LANE KITCHEN LIMITED", "12 Cuba Street, Te Aro, Wellington, 6011", number="3"),
    )
    assert [each.hit.company_number for each in candidates] == ["3", "2", "1"]
    assert candidates[0].reasons == ("name the same", "same address line", "same city")
    assert candidates[1].reasons == ("name nearly the same", "same city")
    assert candidates[2].reasons == ()
    assert is_sure(candidates)


def test_the_premises_alone_are_enough_when_only_one_company_is_there() -> None:
    there = hit("FJ Sample Holdings Limited", "12 Cuba Street, Wellington 6011")
    assert is_sure(ranked(KAURI, there))
    crowd = ranked(KAURI, there, hit("Rimu Trading Limited", "12 Cuba Street, Wellington 6011", number="2"))
    assert not is_sure(crowd)
    assert crowd[0].score < ranked(KAURI, there)[0].score


def test_a_word_that_many_of_the_companies_found_have_tells_less() -> None:
    query = Query("Quokkaburra Zanzibarino", "", "")
    company = hit("Quokkaburra Limited")
    others = [hit(f"Quokkaburra {word} Limited", number=word) for word in ("Abcd", "Defgh", "Hijkl", "Lmnop")]

    def points(*hits: CompanyHit) -> float:
        return next(each.weighed[0].points for each in ranked(query, *hits) if each.hit == company)

    assert points(company, *others) < points(company, others[0]) < points(company)


def test_one_word_of_a_company_is_not_shared_twice() -> None:
    (found,) = ranked(Query("Shuck Shack", "", ""), hit("Cajun Shack Limited"))
    assert found.reasons == ("word shared: shack",)
    assert found.doubt == "only a part of the name is shared, and not the address"


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
    assert generic.hit.company_number == "2"
    assert generic.score < 0.01


@pytest.mark.parametrize(("street", "address", "number", "unit"), [
    ("12 Cuba St", "12 Cuba Street, Wellington", True, True),
    ("Shop 3, 12 Cuba Street", "3/12 Cuba St, Wellington", True, True),
    ("Shop 3, 12 Cuba Street", "Shop 4, 12 Cuba St, Wellington", True, False),
    ("10-14 Cuba Street", "12 Cuba Street, Wellington", True, True),
    ("12a Cuba Street", "12 Cuba Street, Wellington", True, False),
    ("12 Cuba Street", "Level 2, 12 Cuba Street, Te Aro, Wellington 6011", True, False),
    ("12 Bourke Street", "12 Little Bourke Street, Melbourne", False, False),
    ("12 Cuba Street", "112 Cuba Street, Wellington", False, False),
    ("289 Wellington Pde South", "289 WELLINGTON PARADE SOUTH, EAST MELBOURNE", True, True),
    ("12 The Terrace", "12 The Terrace, Wellington", True, True),
], ids=str)  # fmt: skip
def test_addresses_are_compared_in_parts(street: str, address: str, number: bool, unit: bool) -> None:
    ours, theirs = address_parts(street), address_parts(address)
    found = street_match(ours, theirs)
    assert found.level >= 3 if number else found.level <= 2
    assert (number and ours.units == theirs.units and not found.letter_differs) == unit


@pytest.mark.parametrize("street", ["", "PO Box 12 Wellington", "Cuba Street", "12", "\x00", "()", "12/", "-"])
def test_a_line_without_a_house_number_and_street_is_no_premises(street: str) -> None:
    assert address_parts(street).houses == ()


ODD = st.text(max_size=60) | st.sampled_from(["\x00" * 50, "9" * 5000, "a " * 3000, "((((", "٣ Cuba Street", "²/² St", "\ud800"])


@given(ODD, ODD, ODD, st.lists(st.tuples(ODD, ODD, st.sampled_from(["", "Registered", "Removed", "\x00"])), max_size=4))
def test_odd_input_is_ranked_like_any_other(name: str, street: str, city: str, rows: list[tuple[str, str, str]]) -> None:
    hits = [hit(company, address, number=str(n), status=status) for n, (company, address, status) in enumerate(rows)]
    candidates = ranked(Query(name, street, city), *hits)
    assert sorted(each.hit.company_number for each in candidates) == [each.company_number for each in hits]
    assert all(0.0 <= each.score <= 1.0 for each in candidates)
    assert [each.score for each in candidates] == sorted((each.score for each in candidates), reverse=True)
    assert candidates == ranked(Query(name, street, city), *reversed(hits))


def test_the_probabilities_of_all_candidates_and_of_none_add_up_to_one() -> None:
    found = ranked(KAURI, hit("Kauri Lane Limited", "12 Cuba Street, Wellington"), hit("Rimu Limited", number="2"))
    assert sum(each.score for each in found) + none_of_these(found) == pytest.approx(1.0, abs=0.001)
    assert none_of_these(()) == 1.0
    assert none_of_these(ranked(KAURI, hit("Zephyr Holdings Limited", "1 Other Road, Napier"))) > 0.9


def test_every_reason_carries_its_share_of_the_score() -> None:
    (best,) = ranked(KAURI, hit("Kauri Lane Limited", "Shop 2, 12 Cuba Street, Wellington", status="Removed"))
    assert tuple(reason.text for reason in best.weighed) == best.reasons
    odds = sum(reason.points for reason in best.weighed) - learned().none
    assert best.score == pytest.approx(1 / (1 + math.exp(-odds)), abs=0.01)


def test_companies_at_one_address_with_the_same_evidence_are_never_sure() -> None:
    door = "12 Cuba Street, Wellington"
    found = ranked(KAURI, *(hit(f"{name} Limited", door, number=str(n)) for n, name in enumerate(("Rata", "Rimu", "Kowhai"))))
    assert not_sure_because(found, min_score=0.0).startswith("only 0% ahead of")
    assert "3 companies at this address" in found[0].reasons


@pytest.mark.parametrize(("asked", "company", "reason"), [
    ("The Hungry Tui", "12 CUBA LIMITED", "company named after the house number"),
    ("Big Blue Fern", "BBF Holdings Limited", "initials the same"),
    ("131 Shark Fin House", "ONE THREE ONE LIMITED", "number"),
    ("Hopscotch", "Hopscotch Wellington Limited", "name"),
], ids=str)  # fmt: skip
def test_less_direct_names_are_found_too(asked: str, company: str, reason: str) -> None:
    best, _ = ranked(
        Query(asked, "12 Cuba Street", "Wellington"), hit(company, "PO Box 1, Napier"), hit("Zed Limited", number="2")
    )
    assert best.hit.company_name == company
    assert any(reason in each for each in best.reasons) or reason == "number"


def test_trading_names_and_other_addresses_count_like_the_first_ones() -> None:
    plain = CompanyHit(
        "FJ Sample Holdings Limited", "1", status="Registered", registered_address="Level 2, 10 Sample Street, Napier"
    )
    known = replace(plain, other_names=("The Kauri Lane Kitchen",), other_addresses=("12 Cuba Street, Wellington",))
    assert ranked(KAURI, plain)[0].score < 0.1
    assert ranked(KAURI, known)[0].reasons[:2] == ("name the same", "same address line")


@pytest.mark.parametrize(
    "name", ["", "K", "k" * 10_000, "🍕🍣", "مطعم السلام", "The Cafe", "ラーメン", "(((", "12"], ids=lambda n: n[:12]
)
@pytest.mark.parametrize(
    "street", ["", "Level 2, Unit 5, 12 Cuba Street", "PO Box 12-345", "x" * 10_000, "7/", "📍"], ids=lambda s: s[:12]
)
def test_odd_restaurants_get_a_sensible_answer(name: str, street: str) -> None:
    hits = [
        hit("The Cafe Limited", "9 Cuba Street, Wellington"),
        hit("مطعم السلام", number="2"),
        hit("Rimu Limited", "PO Box 12-345", number="3"),
    ]
    found = ranked(Query(name, street, "Wellington"), *hits)
    assert len(found) == 3
    if name == "مطعم السلام":
        assert found[0].hit.company_number == "2"


def test_the_learned_table_knows_exactly_the_evidence_there_is() -> None:
    table = learned()
    assert set(table.points) == {*FEATURES, *SET, *CONTACTS.values()}
    assert all(table.points[name] >= 0 for name in FOR)
    assert all(table.points[name] <= 0 for name in AGAINST)
    assert min_score_for(0.9) <= min_score_for(0.95) <= min_score_for(0.99) <= 1.0


def test_plain_rows_are_ranked_like_hits() -> None:
    query = {"trading_name": "The Kauri Lane Kitchen", "street": "12 Cuba St", "city": "Wellington", "postcode": "6011"}
    rows: list[dict[str, object]] = [
        {"id": "a", "name": "Rimu Limited", "address": "9 Other Road", "city": "Napier", "postcode": "4110"},
        {
            "id": "b",
            "name": "KAURI LANE KITCHEN LTD",
            "address": "12 Cuba Street",
            "city": "Wellington",
            "postcode": "6011",
            "status": None,
        },
        {"id": "c", "name": "FJ Holdings Limited", "trading_names": ["The Kauri Lane Kitchen"]},
    ]
    ranked_rows = rank_rows(query, rows)
    assert [at for at, _ in ranked_rows] == [1, 2, 0]
    assert sum(score for _, score in ranked_rows) <= 1.001
    assert accepts(query, rows[:2])
    assert rank_rows({}, [{}]) == [(0, rank_rows({}, [{}])[0][1])]
    assert rank_rows(query, []) == []

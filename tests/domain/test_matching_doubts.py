"""What makes a person look at the best company, however probable it is."""

from __future__ import annotations

from dataclasses import replace

from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE, is_sure, not_sure_because
from tests.domain.asked_register import KAURI, Query, hit, ranked


def test_a_namesake_elsewhere_is_not_taken_while_another_company_is_at_the_door() -> None:
    """The probability may be high all the same: what runs the restaurant is often called otherwise."""
    namesake = hit("The Kauri Lane Kitchen Limited", "9 Elsewhere Road, Napier", number="1")
    at_the_door = hit("FJ Sample Holdings Limited", "8/99 Other Street, Wellington", number="2")
    assert not_sure_because(ranked(KAURI, namesake, at_the_door), min_score=0.0) == ""
    at_the_door = replace(at_the_door, registered_address="12 Cuba Street, Wellington 6011")
    candidates = ranked(KAURI, namesake, at_the_door)
    (doubted,) = [each for each in candidates if each.hit.company_number == "1"]
    assert doubted.doubt == "another company is registered at the restaurant's address"
    assert not_sure_because([replace(doubted, score=0.99)]) == doubted.doubt
    (there,) = [each for each in candidates if each.hit.company_number == "2"]
    assert there.doubt == ""


def test_a_part_of_a_name_is_not_enough_without_the_address() -> None:
    partly = ranked(KAURI, hit("Kauri Coast Life Saving Club Limited", "PO Box 1, Wellington 6011"))
    assert partly[0].doubt == "only a part of the name is shared, and not the address"
    assert not_sure_because(partly, min_score=0.0) == partly[0].doubt
    at_the_door = ranked(KAURI, hit("Kauri Coast Life Saving Club Limited", "12 Cuba Street, Wellington 6011"))
    assert at_the_door[0].doubt == ""


def test_another_number_in_the_name_is_another_branch_unless_it_is_at_the_door() -> None:
    third = Query("Kauri Grill No. 3", "12 Cuba Street", "Wellington")
    sixth = hit("Kauri Grill No. 6 Limited", "9 Elsewhere Road, Napier")
    assert ranked(third, sixth)[0].doubt == "the number in the name is another, and the address is not the same"
    assert ranked(third, replace(sixth, registered_address="12 Cuba Street, Wellington"))[0].doubt == ""
    assert ranked(third, replace(sixth, company_name="Kauri Grill No. 3 Limited"))[0].doubt == ""


def test_a_name_that_several_companies_have_does_not_say_which_one() -> None:
    alone = hit("The Kauri Lane Kitchen Limited", "9 Elsewhere Road, Napier")
    branch = hit("Kauri Lane Kitchen Otago Limited", "7 Other Street, Dunedin", number="2")
    assert ranked(KAURI, alone)[0].doubt == ""
    assert ranked(KAURI, alone, branch)[0].doubt == "several companies have this name, and none has the restaurant's address"
    at_the_door = replace(alone, registered_address="12 Cuba Street, Wellington")
    assert ranked(KAURI, at_the_door, branch)[0].doubt == ""


def test_a_restaurant_that_goes_by_a_legal_name_is_that_companys() -> None:
    """No two companies of a register have the same name, legal form included."""
    tavlin = Query("Tavlin Ltd", "12 Cuba Street", "Wellington")
    company, kitchen = hit("TAVLIN LIMITED"), hit("Tavlin Kitchen Limited", number="2")
    candidates = ranked(tavlin, company, kitchen)
    assert is_sure(candidates)
    assert candidates[0].reasons == ("name and legal form the same",)
    assert ranked(replace(tavlin, restaurant_name="Tavlin"), company)[0].score < candidates[0].score
    (other,) = ranked(tavlin, kitchen)
    assert other.doubt == "the restaurant goes by the legal name of another company"
    assert ranked(tavlin, replace(kitchen, registered_address="12 Cuba Street, Wellington 6011"))[0].doubt == ""


def test_one_rare_word_is_not_enough_for_a_company_elsewhere() -> None:
    grill = Query("Zanzibarino Grill", "12 Cuba Street", "Wellington")
    namesake = hit("Zanzibarino Grill Limited", "9 Elsewhere Road, Napier 4110")
    doubt = "only one rare word of the name is shared, and the company's address is elsewhere"
    assert ranked(grill, namesake)[0].doubt == doubt
    assert ranked(grill, replace(namesake, registered_address="9 Elsewhere Road, Wellington"))[0].doubt == ""
    two = replace(grill, restaurant_name="Zanzibarino Quokkaburra Grill")
    assert ranked(two, replace(namesake, company_name="Zanzibarino Quokkaburra Grill Limited"))[0].doubt == ""


def test_a_namesake_that_is_called_by_the_place_makes_the_other_doubtful() -> None:
    query = Query("Zanzibarino's Restaurant", "12 Cuba Street", "Porirua")
    company, branch = hit("Zanzibarino's Restaurant Limited"), hit("Zanzibarino - Porirua Limited", number="2")
    candidates = {each.hit.company_number: each for each in ranked(query, company, branch)}
    assert candidates["1"].doubt == "another company has the name and that of the place"


def test_where_only_the_name_can_be_compared_more_is_wanted() -> None:
    grill = Query("Zanzibarino Grill", "12 Cuba Street", "Wellington")
    bare = hit("Zanzibarino Grill Limited")
    (found,) = ranked(grill, bare)
    assert found.score > DEFAULT_MIN_SCORE
    assert found.doubt == "only the name could be compared: the register gives no address"
    assert is_sure(ranked(grill, replace(bare, registered_address="9 Elsewhere Road, Wellington")))


def test_a_namesake_without_an_address_is_not_passed_over_for_a_part_of_the_name_at_the_door() -> None:
    at_the_door = hit("Kauri Lane Kitchen On The Creek Limited", "12 Cuba Street, Wellington 6011")
    namesake = hit("The Kauri Lane Kitchen Limited", number="2")
    first = ranked(KAURI, at_the_door, namesake)[0]
    assert first.hit == at_the_door
    assert first.doubt == "the address is the same, but a company whose address is not known has the name"
    assert ranked(KAURI, at_the_door, replace(namesake, registered_address="9 Elsewhere Road, Napier"))[0].doubt == ""


def test_the_building_alone_is_not_enough_where_the_unit_is_open() -> None:
    upstairs = Query("The Kauri Lane Kitchen", "Shop 3, 12 Cuba Street", "Wellington")
    neighbour = hit("FJ Sample Holdings Limited", "12-14 Cuba Street, Wellington 6011")
    doubt = "only the building is the same, not the unit or the house letter, and nothing of the name"
    assert ranked(upstairs, neighbour)[0].doubt == doubt
    assert ranked(upstairs, replace(neighbour, registered_address="Shop 3, 12-14 Cuba Street, Wellington 6011"))[0].doubt == ""
    assert ranked(upstairs, replace(neighbour, company_name="Kauri Lane Holdings Limited"))[0].doubt == ""

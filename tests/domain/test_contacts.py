"""A phone number, a domain of one's own and a director's name are the same however they are written; what everybody has is no mark."""

from __future__ import annotations

import pytest

from regbatch_desktop.domain.contacts import contact_marks, domain_marks, person_marks, phone_marks
from regbatch_desktop.domain.restaurant import Restaurant


@pytest.mark.parametrize("text", ["04 555 0100", "+64 4 555 0100", "(04) 555-0100", "0064 4 5550100", "64 4 555 0100"])
def test_a_number_is_the_same_with_and_without_country(text: str) -> None:
    assert phone_marks([text]) == {"t45550100"}


@pytest.mark.parametrize("text", ["", "n/a", "555", "0800 55"])
def test_what_is_too_short_to_tell_is_no_number(text: str) -> None:
    assert phone_marks([text]) == frozenset()


@pytest.mark.parametrize(
    "text",
    ["hello@kaurilane.co.nz", "https://www.kaurilane.co.nz/menu?x=1", "HTTP://KauriLane.co.nz", "Aroha <a@kaurilane.co.nz>"],
)
def test_mail_and_web_site_of_one_domain_are_one_mark(text: str) -> None:
    assert domain_marks([text]) == {"dkaurilaneconz"}


@pytest.mark.parametrize(
    "text",
    [
        "kai@gmail.com",
        "kai@xtra.co.nz",
        "kai@yahoo.co.nz",
        "https://www.facebook.com/kai",
        "https://kai.wixsite.com",
        "no address",
        "",
    ],
)
def test_a_providers_or_a_platforms_domain_is_none(text: str) -> None:
    assert domain_marks([text]) == frozenset()


def test_a_person_is_known_by_first_and_last_name() -> None:
    assert person_marks(["Āroha Mere SAMPLE", "Aroha Sample", "Aroha", "", "1 2"]) == {"narohasample"}


def test_a_restaurants_contacts_are_marked_as_a_registers_are() -> None:
    kea = Restaurant(
        "r",
        "o",
        "Kea",
        phone="04 555 0100",
        contact_email="a@kea.co.nz",
        website_url="kea.co.nz/menu",
        contact_name="Hemi Sample",
    )
    assert kea.contacts == ("dkeaconz", "nhemisample", "t45550100")
    assert kea.contacts == contact_marks(phones=["+6445550100"], sites=["https://kea.co.nz"], people=["HEMI SAMPLE"])
    assert Restaurant("r", "o", "Kea").contacts == ()

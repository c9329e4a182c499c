"""What a company's details do to a restaurant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regbatch_desktop.domain.candidate import CompanyDetails, Director
from regbatch_desktop.domain.company_profile import chosen_director, company_profile, differences
from regbatch_desktop.domain.restaurant import Restaurant

OLD = Director("OLD SAMPLE", cessation_date="2019-01-01", status="Inactive")
AROHA = Director("AROHA SAMPLE", "Aroha Jane SAMPLE", status="Active")
HEMI = Director("Hemi Sample", status="Active")
DETAILS = CompanyDetails(
    "KAURI LANE LIMITED", "7000001", nzbn="9429000000017", directors=(OLD, AROHA, HEMI), gst_numbers=("100100100",),
    phone_numbers=("+64 4 555 0100",), email_addresses=("hello@kaurilane.example",),
)  # fmt: skip
KNOWN = Restaurant(
    "r", "o", "Kauri Lane", contact_email="owner@kaurilane.example", company_name="Kauri Lane Limited", gst_number="999"
)


@pytest.mark.parametrize(("directors", "wanted", "name", "because"), [
    ((OLD, AROHA, HEMI), "", "AROHA SAMPLE", "the first of 2 in office"),
    ((OLD, AROHA), "", "AROHA SAMPLE", "the only director in office"),
    ((OLD, AROHA, HEMI), "hemi sample", "Hemi Sample", "chosen by a person"),
    ((OLD, AROHA), "Somebody Else", "AROHA SAMPLE", "Somebody Else is not on the register; the only director in office"),
    ((OLD,), "", None, "no director is in office"), ((), "", None, "the register names no director"),
], ids=str)  # fmt: skip
def test_the_director_and_why(directors: tuple[Director, ...], wanted: str, name: str | None, because: str) -> None:
    found, reason = chosen_director(replace(DETAILS, directors=directors), wanted)
    assert (found.name if found else None, reason) == (name, because)


def test_values_are_those_of_the_register_and_never_empty() -> None:
    values = company_profile(DETAILS).values
    assert (values["contact_name"], values["full_legal_name"]) == ("Aroha Sample", "Aroha Jane SAMPLE")
    bare = company_profile(CompanyDetails("KAURI LANE LIMITED", "7000001"))
    assert KNOWN.with_known(bare.values).contact_email == "owner@kaurilane.example"
    assert KNOWN.with_known(bare.values).gst_number == "999"
    assert all(bare.values.values())


def test_what_differs_is_said_and_what_is_the_same_but_for_case_is_not() -> None:
    assert differences(KNOWN, company_profile(DETAILS)) == (
        "GST number: “999” was known, the register says “100100100”",
        "contact e-mail: “owner@kaurilane.example” was known, the register says “hello@kaurilane.example”",
    )
    assert differences(Restaurant("r", "o", "Kauri Lane"), company_profile(DETAILS)) == ()

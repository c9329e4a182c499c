"""The NZBN API as a register: pages, addresses, everything of a company; a limit or a wrong key is never “no match”."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.candidate import CompanyDetails, CompanyHit, united_details
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.pipeline.company_search import find_companies
from regbatch_desktop.pipeline.registers import SeveralRegisters
from regbatch_desktop.practice.exchange import PracticeReply, json_reply
from regbatch_desktop.practice.server import serving
from regbatch_desktop.remote.nzbn import NzbnRegister, nzbn_client
from regbatch_desktop.remote.nzbn_entity import is_nzbn
from regbatch_desktop.runtime.compute import here
from tests.remote.nzbn_service import BASE, KEY, NzbnService, entity, nzbn

LIMITS = replace(practice_limits(0), default_deadline_s=5.0, deadlines_s={}, breaker_calls=1000)
KAURI = entity(1, "KAURI LANE KITCHEN LIMITED")


@asynccontextmanager
async def register(service: NzbnService, key: str = KEY) -> AsyncIterator[NzbnRegister]:
    async with (
        serving(service) as port,
        nzbn_client(Secret(key), limits=LIMITS, url=f"http://127.0.0.1:{port}{BASE}") as client,
    ):
        yield NzbnRegister(client, pace_s=0)


async def test_a_search_brings_names_status_and_the_addresses_that_the_api_leaves_out() -> None:
    async with register(NzbnService([KAURI])) as found:
        (hit,) = await found.search_by_name("kauri lane")
    assert (hit.company_number, hit.nzbn, hit.status, hit.incorporation_date) == ("7000001", nzbn(1), "Registered", "2019-05-06")
    assert hit.registered_address == "c/- Ledger & Co, Level 2, 10 Sample Street, Te Aro, Wellington, 6011"
    assert hit.other_addresses == ("PO Box 12, Wellington, 6140",)
    assert hit.other_names == ("The Kauri Lane", "KL HOSPITALITY LIMITED")


async def test_every_field_of_the_record_is_read() -> None:
    async with register(NzbnService([KAURI])) as found:
        details = await found.details("7000001")
    assert (details.company_name, details.entity_type, details.trading_name) == (
        "KAURI LANE KITCHEN LIMITED", "NZ Limited Company", "The Kauri Lane",
    )  # fmt: skip
    assert [address.address_type for address in details.addresses] == ["Registered office", "Postal address"]
    assert [(d.name, d.is_current) for d in details.directors] == [("Old SAMPLE", False), ("Aroha SAMPLE", True)]
    assert [(s.name, s.shares, s.percentage) for s in details.shareholders] == [
        ("Aroha SAMPLE", "60", "60"), ("SAMPLE TRUSTEES LIMITED", "40", "40"),
    ]  # fmt: skip
    assert (details.phone_numbers, details.gst_numbers, details.websites) == (("+64 4 5550100",), ("100100100",), ())
    assert details.email_addresses == ("hello@kaurilane.example",)
    assert details.industry_classifications == ("Restaurant operation",)


async def test_pages_are_read_until_the_end() -> None:
    service = NzbnService([entity(number, f"KAURI {number} LIMITED") for number in range(120)])
    async with register(service) as found:
        hits = await found.search_by_name("kauri")
    assert len({hit.company_number for hit in hits}) == 120
    assert [asked.query["page"] for asked in service.asked if asked.path.endswith("/entities")] == ["0", "1", "2"]


LIMITED = [
    json_reply(429, {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 12 seconds."}),
    json_reply(429, {"statusCode": 429, "message": "Rate limit is exceeded."}, {"Retry-After": "12"}),
]


@pytest.mark.parametrize("reply", LIMITED, ids=["words", "header"])
async def test_a_limit_is_waited_for_as_long_as_the_gateway_says(reply: PracticeReply) -> None:
    async with register(NzbnService([KAURI], [reply])) as found:
        with pytest.raises(ServiceUnavailable) as raised:
            await found.search_by_name("kauri")
    assert raised.value.retry_after_s == 12.0


DOWN = [
    json_reply(500, {"status": "500", "errorCode": "E", "errorDescription": "Internal error"}),
    PracticeReply(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}),
    PracticeReply(404, b"<html>not here</html>", {"Content-Type": "text/html"}),
    json_reply(404, {"statusCode": 404, "message": "Resource not found"}),
    json_reply(200, {"totalItems": 0}),
    json_reply(503, {}),
]


@pytest.mark.parametrize("reply", DOWN, ids=["500", "sign-in page", "404 page", "404 of the gateway", "no items", "503"])
async def test_what_says_nothing_is_never_no_match(reply: PracticeReply) -> None:
    async with register(NzbnService([KAURI], [reply])) as found:
        with pytest.raises(ServiceUnavailable):
            await found.search_by_name("kauri")


async def test_a_wrong_key_is_refused_in_words_without_the_key() -> None:
    async with register(NzbnService([KAURI]), key="wrong-key-12345") as found:
        with pytest.raises(ServiceRefused, match="subscription key") as raised:
            await found.search_by_name("kauri")
    assert "wrong-key-12345" not in raised.value.sentence + raised.value.detail


async def test_an_unknown_company_and_a_wrong_question_are_definite() -> None:
    async with register(NzbnService([KAURI])) as found:
        for number in (nzbn(99), "1234"):
            with pytest.raises(ServiceRefused):
                await found.details(number)
        with pytest.raises(ServiceRefused, match="search-term: must not be blank"):
            await found.search_by_name("")


async def test_an_empty_answer_is_an_answer() -> None:
    async with register(NzbnService([KAURI])) as found:
        assert await found.search_by_name("zephyr") == ()


@pytest.mark.parametrize(
    ("number", "valid"), [(nzbn(1), True), (nzbn(1)[:-1] + "x", False), ("9429000000011", False), ("", False)]
)
def test_the_last_digit_checks_the_others(number: str, valid: bool) -> None:
    assert is_nzbn(number) is valid


class Fixed:
    """Another register, with what it knows."""

    most_searches, searches_addresses, searches_contacts = 2, True, True

    def __init__(self, hit: CompanyHit | None, details: CompanyDetails | None = None) -> None:
        self._hit, self._details = hit, details

    async def search_by_name(self, name: str) -> tuple[CompanyHit, ...]:
        return (self._hit,) if self._hit else ()

    async def search_by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]:
        return (self._hit,) if self._hit else ()

    async def search_by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        return ()

    async def details(self, company_number: str) -> CompanyDetails:
        if self._details is None:
            raise ServiceRefused("not here")
        return self._details


async def test_a_company_that_several_registers_know_is_one_candidate_with_all_its_sources() -> None:
    local = CompanyHit(
        "Kauri Lane Kitchen Ltd", "LOCAL-1", nzbn=nzbn(1), registered_address="12 Cuba Street, Wellington", sources=("file",)
    )
    query = search_query("The Kauri Lane", "12 Cuba Street", "Wellington")
    async with register(NzbnService([KAURI])) as official:
        found = await find_companies(SeveralRegisters([official, Fixed(local)]), query, here)
        missing = await find_companies(SeveralRegisters([official, Fixed(None)]), query, here)
    (candidate,) = found.candidates
    assert candidate.hit.sources == ("NZBN", "file")
    assert candidate.hit.company_number == "7000001"
    assert "12 Cuba Street, Wellington" in candidate.hit.other_addresses
    assert "same address line" in candidate.reasons
    assert candidate.score > missing.candidates[0].score


async def test_one_register_that_is_down_makes_the_answer_fail_and_not_shorter() -> None:
    local = CompanyHit("Kauri Lane Kitchen Ltd", "LOCAL-1", sources=("file",))
    async with register(NzbnService([KAURI], [json_reply(503, {})])) as official:
        with pytest.raises(ServiceUnavailable):
            await find_companies(SeveralRegisters([official, Fixed(local)]), search_query("Kauri Lane", "", ""), here)


async def test_details_of_several_registers_are_joined_and_what_they_disagree_on_is_said() -> None:
    other = CompanyDetails(
        "Kauri Lane Kitchen Ltd", "LOCAL-1", email_addresses=("owner@kaurilane.example",), websites=("https://kaurilane.example",)
    )
    async with register(NzbnService([KAURI])) as official:
        joined = await SeveralRegisters([official, Fixed(None, other), Fixed(None)]).details("7000001")
    assert joined.email_addresses == ("hello@kaurilane.example", "owner@kaurilane.example")
    assert joined.websites == ("https://kaurilane.example",)
    assert joined.company_number == "7000001"
    assert joined.conflicts == (
        "company name: “KAURI LANE KITCHEN LIMITED”, another register says “Kauri Lane Kitchen Ltd”",
        "company number: “7000001”, another register says “LOCAL-1”",
    )
    assert united_details([other]) is other

"""The practice platform behind the real clients, in process and over a socket: same answers, honest ledger, faults on request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from regbatch_desktop.bootstrap import PRACTICE_URL
from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.effects import CallOutcome, OutcomeKind
from regbatch_desktop.domain.errors import ServiceUnavailable
from regbatch_desktop.domain.sub_steps import SubStepKey
from regbatch_desktop.practice.faults import Fault, FaultPlan, FaultRule
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.server import serving
from regbatch_desktop.practice.transport import InProcessTransport
from regbatch_desktop.remote.companies_office import CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.platform import HttpPlatform

COMPANY = {
    "company_number": "7000001", "company_name": "KEA HOLDINGS LIMITED", "status": "Registered", "address": "12 Kea Street",
    "city": "Napier", "directors": "AROHA SAMPLE",
}  # fmt: skip
LIMITS = replace(practice_limits(0), default_deadline_s=30.0, deadlines_s={}, max_in_flight=4)
# Only where a fault is that nothing comes is the deadline waited for.
SHORT = replace(LIMITS, default_deadline_s=0.5)
SILENT = (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.SLOW_BODY)
DOORS = ("in process", "socket")


@asynccontextmanager
async def practice(door: str, fault: Fault | None = None) -> AsyncIterator[tuple[PracticePlatform, ServiceClient]]:
    limits = SHORT if fault in SILENT else LIMITS
    platform = PracticePlatform(PracticeRegister([COMPANY]), speed=0.0, failing_per_mille=0)
    if door == "socket":
        async with serving(platform) as port, ServiceClient(f"http://127.0.0.1:{port}", limits=limits) as client:
            yield platform, client
    else:
        async with ServiceClient(PRACTICE_URL, limits=limits, transport=InProcessTransport(platform)) as client:
            yield platform, client
    platform.close()


async def account(client: ServiceClient, email: str = "kea@shop.example.com") -> CallOutcome:
    body = {"restaurantId": "r1", "email": email, "password": "Kea789!", "phone": "+64215550100", "restaurantName": "Kea"}
    return await HttpPlatform(client).run_sub_step(
        SubStepKey.CLOUDWAITRESS_ACCOUNT, restaurant_id="r1", menu_id=None, body=body, idempotency_key="k1"
    )


@pytest.mark.parametrize("door", DOORS)
async def test_a_restaurant_is_found_extracted_and_registered(door: str) -> None:
    async with practice(door) as (platform, client):
        shop, register = HttpPlatform(client), CompaniesOffice(client)
        assert [hit.company_number for hit in await register.search_by_name("Kea Holdings")] == ["7000001"]
        assert [hit.company_number for hit in await register.search_by_address("12 Kea Street", "Napier")] == ["7000001"]
        assert await register.search_by_name("Nothing Like It") == ()
        assert (await register.details("7000001")).directors[0].name
        assert (await shop.put_restaurant("r1", {"name": "Kea", "address": "12 Kea Street"})).kind is OutcomeKind.SUCCEEDED
        started = await shop.start_menu_extraction("r1", url="https://ubereats.example/kea")
        assert started.reply["jobId"]
        assert [job.job_type for job in await shop.extraction_jobs("r1")] == ["menu"]
        assert (await account(client)).kind is OutcomeKind.SUCCEEDED
        assert (await shop.registration_status("r1")).account_email == "kea@shop.example.com"
        kinds = [event["kind"] for event in platform.ledger.events]
        assert kinds == ["restaurant_put", "extraction_started", "account_created"]
        assert "Kea789!" not in str(platform.ledger.events)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("fault", "kind", "created"),
    [
        (Fault.RATE_LIMITED, OutcomeKind.NOT_EXECUTED, 0),
        (Fault.ERROR_BEFORE, OutcomeKind.UNKNOWN, 0),
        (Fault.ERROR_AFTER, OutcomeKind.UNKNOWN, 1),
        (Fault.TIMEOUT_BEFORE, OutcomeKind.UNKNOWN, 0),
        (Fault.TIMEOUT_AFTER, OutcomeKind.UNKNOWN, 1),
        (Fault.DROP_BEFORE, OutcomeKind.UNKNOWN, 0),
        (Fault.DROP_AFTER, OutcomeKind.UNKNOWN, 1),
        (Fault.TRUNCATED, OutcomeKind.UNKNOWN, 1),
        (Fault.HTML, OutcomeKind.UNKNOWN, 1),
        (Fault.SLOW_BODY, OutcomeKind.UNKNOWN, 1),
        (Fault.SUCCESS_FALSE, OutcomeKind.FAILED_DEFINITE, 0),
        (Fault.DUPLICATE_EMAIL, OutcomeKind.FAILED_DEFINITE, 0),
    ],
)
async def test_each_fault_is_told_apart_and_the_ledger_knows_the_truth(
    door: str, fault: Fault, kind: OutcomeKind, created: int
) -> None:
    async with practice(door, fault) as (platform, client):
        platform.faults = FaultPlan((FaultRule(fault, "*/register-account", first=1, retry_after="7"),))
        outcome = await account(client)
        assert outcome.kind is kind, outcome
        assert len(platform.ledger.events) == created
        if fault is Fault.RATE_LIMITED:
            assert outcome.retry_after_s == pytest.approx(7, abs=0.1)
        if fault is Fault.DUPLICATE_EMAIL:
            assert outcome.already_exists


@pytest.mark.parametrize("door", DOORS)
async def test_a_register_in_trouble_is_never_an_empty_answer(door: str) -> None:
    async with practice(door) as (platform, client):
        for fault in (Fault.ERROR_BEFORE, Fault.HTML, Fault.TRUNCATED, Fault.DROP_BEFORE, Fault.RATE_LIMITED):
            platform.faults = FaultPlan((FaultRule(fault, "*/search"),))
            with pytest.raises(ServiceUnavailable):
                await CompaniesOffice(client).search_by_name("Kea")


async def test_an_e_mail_can_have_one_account_only() -> None:
    async with practice("in process") as (platform, client):
        await account(client)
        again = await account(client)
        assert (again.kind, again.already_exists) == (OutcomeKind.FAILED_DEFINITE, True)
        assert len(platform.ledger.events) == 1


async def test_a_register_that_has_to_be_made_is_made_once_at_the_first_search_however_many_search() -> None:
    made: list[int] = []

    def register() -> PracticeRegister:
        made.append(threading.get_ident())
        return PracticeRegister([COMPANY])

    platform = PracticePlatform(register, speed=0.0, failing_per_mille=0)
    async with ServiceClient(PRACTICE_URL, limits=LIMITS, transport=InProcessTransport(platform)) as client:
        shop, companies = HttpPlatform(client), CompaniesOffice(client)
        await shop.put_restaurant("r1", {"name": "Kea"})
        assert made == []
        found = await asyncio.gather(*(companies.search_by_name("Kea Holdings") for _ in range(5)))
        assert {hits[0].company_number for hits in found} == {"7000001"}
        assert (await companies.details("7000001")).directors[0].name
    # By another thread than the one that a window would be painted by.
    assert len(made) == 1
    assert made[0] != threading.get_ident()
    platform.close()

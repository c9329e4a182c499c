"""Each fault on each kind of call: what the client makes of it, and what the ledger says really happened."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from regbatch_desktop.bootstrap import PRACTICE_URL
from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.effects import CallOutcome, OutcomeKind
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.sub_steps import SubStepKey
from regbatch_desktop.practice.faults import Fault, FaultPlan, FaultRule
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.server import serving
from regbatch_desktop.practice.transport import InProcessTransport
from regbatch_desktop.remote.companies_office import CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.platform import HttpPlatform

LIMITS = replace(practice_limits(0), default_deadline_s=30.0, deadlines_s={}, breaker_calls=1000)
# Only where a fault is that nothing comes is the deadline waited for.
SHORT = replace(LIMITS, default_deadline_s=0.4)
SILENT = (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.SLOW_BODY)
NEVER, UNKNOWN, REFUSED = OutcomeKind.NOT_EXECUTED, OutcomeKind.UNKNOWN, OutcomeKind.FAILED_DEFINITE
# Fault → kind, code and HTTP status of the outcome, and whether the effect happened.
DOCUMENTED: dict[Fault, tuple[OutcomeKind, str, int | None, bool]] = {
    Fault.RATE_LIMITED: (NEVER, "RATE_LIMITED", 429, False),
    Fault.ERROR_BEFORE: (UNKNOWN, "HTTP_503", 503, False),
    Fault.ERROR_AFTER: (UNKNOWN, "HTTP_503", 503, True),
    Fault.TIMEOUT_BEFORE: (UNKNOWN, "TIMEOUT", None, False),
    Fault.TIMEOUT_AFTER: (UNKNOWN, "TIMEOUT", None, True),
    Fault.DROP_BEFORE: (UNKNOWN, "CONNECTION_LOST", None, False),
    Fault.DROP_AFTER: (UNKNOWN, "CONNECTION_LOST", None, True),
    Fault.TRUNCATED: (UNKNOWN, "CONNECTION_LOST", None, True),
    Fault.HTML: (UNKNOWN, "NOT_JSON", 200, True),
    Fault.SLOW_BODY: (UNKNOWN, "TIMEOUT", None, True),
    Fault.SUCCESS_FALSE: (REFUSED, "REFUSED", 200, False),
    Fault.DUPLICATE_EMAIL: (REFUSED, "ALREADY_EXISTS", 400, False),
}
CALLS = {
    "put": "restaurant_put",
    "onboarding": "onboarding_user_created",
    "import": "menu_imported",
    "extraction": "extraction_started",
}
READS: dict[str, Callable[[ServiceClient], Awaitable[object]]] = {
    "search": lambda client: CompaniesOffice(client).search_by_name("kea"),
    "details": lambda client: CompaniesOffice(client).details("7000001"),
    "jobs": lambda client: HttpPlatform(client).extraction_jobs("r1"),
    "menus": lambda client: HttpPlatform(client).menus("r1"),
    "status": lambda client: HttpPlatform(client).registration_status("r1"),
}
both_doors = pytest.mark.parametrize("door", ["in process", "socket"])


def made(state: Path | None = None) -> PracticePlatform:
    companies = [{"company_number": "7000001", "company_name": "KEA LIMITED", "address": "1 Kea Road"}]
    return PracticePlatform(PracticeRegister(companies), state_path=state, speed=0.0, failing_per_mille=0)


@asynccontextmanager
async def practice(door: str, fault: Fault | None = None) -> AsyncIterator[tuple[PracticePlatform, ServiceClient]]:
    platform, limits = made(), SHORT if fault in SILENT else LIMITS
    if door == "socket":
        async with serving(platform) as port, ServiceClient(f"http://127.0.0.1:{port}", limits=limits) as client:
            yield platform, client
    else:
        async with ServiceClient(PRACTICE_URL, limits=limits, transport=InProcessTransport(platform)) as client:
            yield platform, client


async def call(client: ServiceClient, name: str, *, number: int = 1) -> CallOutcome:
    shop = HttpPlatform(client)
    if name == "put":
        return await shop.put_restaurant(f"r{number}", {"name": "Kea"})
    if name == "extraction":
        return await shop.start_menu_extraction(f"r{number}", url="https://ubereats.example/kea")
    key, body = SubStepKey.MENU_IMPORT, {"menuId": "m1"}
    if name == "onboarding":
        key, body = SubStepKey.CREATE_ONBOARDING_USER, {"userName": "Kea", "userEmail": f"kea{number}@example.com"}
    if name == "account":
        key, body = SubStepKey.CLOUDWAITRESS_ACCOUNT, {"email": f"a{number}@example.com", "password": "x", "phone": "1"}
    if name == "shop":
        key, body = SubStepKey.RESTAURANT_REGISTRATION, {"email": f"a{number}@example.com", "subdomain": "kea"}
    return await shop.run_sub_step(
        key, restaurant_id=f"r{number}", menu_id=None, body={"restaurantId": f"r{number}", **body}, idempotency_key=name
    )


def times(platform: PracticePlatform, kind: str) -> int:
    return Counter(event["kind"] for event in platform.ledger.events)[kind]


def test_every_fault_is_documented_here() -> None:
    assert set(DOCUMENTED) == set(Fault)


@both_doors
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("fault", Fault)
async def test_a_call_that_meets_a_fault(door: str, fault: Fault, name: str) -> None:
    kind, code, status, happened = DOCUMENTED[fault]
    async with practice(door, fault) as (platform, client):
        await call(client, "account")
        await call(client, "shop")
        platform.faults = FaultPlan((FaultRule(fault, retry_after="7"),))
        outcome = await call(client, name)
        assert (outcome.kind, outcome.code, outcome.http_status) == (kind, code, status)
        assert outcome.retry_after_s == (7.0 if fault is Fault.RATE_LIMITED else None)
        assert outcome.already_exists is (fault is Fault.DUPLICATE_EMAIL)
        assert times(platform, CALLS[name]) == happened
        platform.faults = FaultPlan()
        again = await call(client, name)
        repeated = name in ("import", "extraction") and happened
        assert bool(platform.ledger.duplicates()) is repeated, "the ledger must show a blind call made twice"
        if name == "onboarding":
            assert again.already_exists is happened
        else:
            assert again.kind is OutcomeKind.SUCCEEDED


@both_doors
@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.DUPLICATE_EMAIL])
async def test_a_read_that_meets_a_fault_is_never_an_empty_answer(door: str, fault: Fault, name: str) -> None:
    async with practice(door, fault) as (platform, client):
        platform.faults = FaultPlan((FaultRule(fault, retry_after="7"),))
        expected = ServiceRefused if fault is Fault.SUCCESS_FALSE else ServiceUnavailable
        with pytest.raises(expected) as raised:
            await READS[name](client)
        if isinstance(raised.value, ServiceUnavailable):
            assert raised.value.retry_after_s == (7.0 if fault is Fault.RATE_LIMITED else None)
        assert platform.ledger.events == []
        platform.faults = FaultPlan()
        await READS[name](client)


@both_doors
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_every_server_error_leaves_it_unknown(door: str, status: int) -> None:
    async with practice(door) as (platform, client):
        platform.faults = FaultPlan((FaultRule(Fault.ERROR_AFTER, status=status),))
        outcome = await call(client, "put")
        assert (outcome.kind, outcome.http_status, len(platform.ledger.events)) == (UNKNOWN, status, 1)


@both_doors
async def test_retry_after_as_a_date(door: str) -> None:
    async with practice(door) as (platform, client):
        platform.faults = FaultPlan((FaultRule(Fault.RATE_LIMITED, retry_after="date:30"),))
        assert (await call(client, "put")).retry_after_s == pytest.approx(30, abs=1)


@both_doors
async def test_of_many_calls_at_once_exactly_the_struck_ones_are_missing(door: str) -> None:
    async with practice(door) as (platform, client):
        platform.faults = FaultPlan((FaultRule(Fault.RATE_LIMITED, "*/register-account", first=3),))
        outcomes = await asyncio.gather(*(call(client, "account", number=number) for number in range(20)))
        assert Counter(outcome.kind for outcome in outcomes) == {NEVER: 3, OutcomeKind.SUCCEEDED: 17}
        done = {f"r{number}" for number, outcome in enumerate(outcomes) if outcome.kind is OutcomeKind.SUCCEEDED}
        assert {event["restaurant_id"] for event in platform.ledger.events} == done
        assert [event["seq"] for event in platform.ledger.events] == list(range(1, 18))


def test_the_same_seed_strikes_the_same_calls() -> None:
    def struck(seed: int) -> list[bool]:
        plan = FaultPlan.from_json({"seed": seed, "rules": [{"fault": "html", "path": "/a*", "share": 0.3}]})
        return [plan.strike("/abc") is not None for _ in range(200)]

    assert struck(5) == struck(5) != struck(6)
    assert 30 < sum(struck(5)) < 90


async def test_the_workbench_of_a_person_over_the_socket() -> None:
    platform = made()
    async with serving(platform) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as person:
        plan = {"rules": [{"fault": "drop_after", "path": "/api/restaurants/*", "first": 1}]}
        assert (await person.put("/practice/faults", json=plan)).json() == {"success": True}
        with pytest.raises(httpx.RemoteProtocolError):
            await person.put("/api/restaurants/r1", json={"name": "Kea"})
        (event,) = (await person.get("/practice/ledger")).json()["events"]
        assert (event["kind"], event["data"]["row"]) == ("restaurant_put", {"name": "Kea"})
        assert (await person.get("/practice/health")).json() == {"success": True, "events": 1}
        assert (await person.get("/practice/duplicates")).json()["duplicates"] == []
        for wrong in (b"[]", b"{", b'{"rules": 1}', b'{"rules": [{"fault": "nonsense"}]}', b'{"rules": [{}]}'):
            assert (await person.put("/practice/faults", content=wrong)).status_code == 400
        for wrong in (b"[]", b"{", b"\xff", b"[" * 100_000):
            reply = await person.post("/api/registration/register-account", content=wrong)
            assert (reply.status_code, reply.json()["success"]) == (400, False)


async def test_the_ledger_survives_a_torn_last_line_and_the_platform_remembers(tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    for run in range(2):
        platform = made(state)
        async with ServiceClient(PRACTICE_URL, limits=LIMITS, transport=InProcessTransport(platform)) as client:
            assert (await call(client, "onboarding")).already_exists is (run == 1)
        assert times(platform, "onboarding_user_created") == 1
        platform.close()
        with state.open("ab") as file:
            file.write(b'{"seq": 2, "kind": "menu_imp')


async def test_a_platform_that_is_gone_was_not_reached() -> None:
    async with serving(made()) as port:
        pass
    async with ServiceClient(f"http://127.0.0.1:{port}", limits=LIMITS) as client:
        assert (await call(client, "put")).kind is OutcomeKind.NOT_SENT

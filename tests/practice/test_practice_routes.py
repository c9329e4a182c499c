"""Every route and every fault of the practice platform through the real clients, over a socket and in process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from regbatch_desktop.bootstrap import PRACTICE_URL
from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.effects import CallOutcome, OutcomeKind
from regbatch_desktop.domain.errors import ServiceRefused
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.domain.sub_steps import SubStepKey as Key
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.server import serving
from regbatch_desktop.practice.state import image_count, item_count, menu_id
from regbatch_desktop.practice.transport import InProcessTransport
from regbatch_desktop.remote.companies_office import CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.platform import HttpPlatform
from regbatch_desktop.remote.platform_routes import ROUTES

COMPANIES = (
    {"company_number": "7000001", "company_name": "KĀKĀ HOLDINGS LIMITED", "nzbn": "9429000000017", "status": "Registered",
     "incorporation_date": "01/02/2003", "entity_type": "NZ Limited Company", "address": "12 Tōtara Road", "city": "Napier",
     "postcode": "4110", "directors": "AROHA SAMPLE; HĒMI SAMPLE", "email": "office@kaka.example", "gst_number": "100000001"},
    {"company_number": "7000002", "company_name": "KAKA BURGERS LIMITED", "status": "Removed", "address": "1 Far Lane"},
)  # fmt: skip
LIMITS = replace(practice_limits(0), default_deadline_s=30.0, deadlines_s={}, breaker_calls=1000)
CANARY = "Hunter2-canary!"
MANY_IMAGES = next(f"r{n}" for n in range(1000) if image_count(f"r{n}") > 10)
FEW_IMAGES = next(f"r{n}" for n in range(1000) if 0 < image_count(f"r{n}") <= 10)
both_doors = pytest.mark.parametrize("door", ["in process", "socket"])


@asynccontextmanager
async def practice(door: str, *, state: Path | None = None) -> AsyncIterator[tuple[PracticePlatform, ServiceClient]]:
    platform = PracticePlatform(PracticeRegister(COMPANIES), state_path=state, speed=0.0, failing_per_mille=0)
    try:
        if door == "socket":
            async with serving(platform) as port, ServiceClient(f"http://127.0.0.1:{port}", limits=LIMITS) as client:
                yield platform, client
        else:
            async with ServiceClient(PRACTICE_URL, limits=LIMITS, transport=InProcessTransport(platform)) as client:
                yield platform, client
    finally:
        platform.close()


def body_of(key: Key, restaurant_id: str, email: str) -> Mapping[str, object]:
    menu = menu_id(restaurant_id)
    more: dict[Key, dict[str, object]] = {
        Key.CLOUDWAITRESS_ACCOUNT: {"email": email, "password": Secret(CANARY), "phone": "+64215550100"},
        Key.CREATE_ONBOARDING_USER: {"userName": "Aroha", "userEmail": email, "userPassword": Secret(CANARY)},
        Key.RESTAURANT_REGISTRATION: {"email": email, "password": Secret(CANARY), "subdomain": "kaka"},
        Key.PAYMENT_CONFIG: {"includeConnectLink": True},
        Key.MENU_IMPORT: {"menuId": menu},
        Key.SYNC_ONBOARDING_USER: {"userEmail": email},
        Key.OPTION_SETS: {"menuId": menu},
        Key.ITEM_TAGS: {"menuId": menu},
    }
    return {"restaurantId": restaurant_id, **more.get(key, {})}


async def sub_step(client: ServiceClient, key: Key, restaurant_id: str = "r1", email: str = "kaka@example.com") -> CallOutcome:
    return await HttpPlatform(client).run_sub_step(
        key, restaurant_id=restaurant_id, menu_id=menu_id(restaurant_id), body=body_of(key, restaurant_id, email),
        idempotency_key=f"key-{key.value}",
    )  # fmt: skip


def kinds(platform: PracticePlatform) -> list[str]:
    return [event["kind"] for event in platform.ledger.events]


@both_doors
@pytest.mark.parametrize("restaurant", [FEW_IMAGES, MANY_IMAGES])
async def test_every_route_of_the_contract_in_the_order_of_a_run(door: str, restaurant: str, tmp_path: Path) -> None:
    state = tmp_path / "state.jsonl"
    async with practice(door, state=state) as (platform, client):
        shop = HttpPlatform(client)
        nothing = await shop.registration_status(restaurant)
        assert (nothing.account_id, nothing.restaurant_id) == ("", "")
        assert await shop.menus(restaurant) == ()
        assert await shop.extraction_jobs(restaurant) == ()
        row = {"name": "Kākā", "primary_color": "#000000", "secondary_color": "#FFFFFF"}
        assert (await shop.put_restaurant(restaurant, row)).kind is OutcomeKind.SUCCEEDED
        menu_job = await shop.start_menu_extraction(restaurant, url="https://ubereats.example/kaka")
        branding_job = await shop.start_branding_extraction(restaurant, url="https://kaka.example")
        menu, branding = await shop.extraction_jobs(restaurant)
        assert (menu.job_id, menu.job_type, menu.status) == (menu_job.reply["jobId"], "menu", "completed")
        assert (branding.job_id, branding.job_type, branding.status) == (branding_job.reply["jobId"], "branding", "completed")
        assert {"theme", "primary_color", "secondary_color", "logo_url"} <= set(branding.result)
        (found,) = await shop.menus(restaurant)
        assert (found.menu_id, found.platform, found.item_count) == (menu_id(restaurant), "ubereats", item_count(restaurant))
        for key in Key:
            outcome = await sub_step(client, key, restaurant)
            assert (key, outcome.kind, outcome.http_status) == (key, OutcomeKind.SUCCEEDED, 200)
            expected = {field for field in ROUTES[key].reply_fields if field != "success"}
            if key is Key.UPLOAD_IMAGES:
                expected = {"batchId"} if restaurant == MANY_IMAGES else {"uploaded"}
            assert expected <= set(outcome.reply), key
            if "batchId" in outcome.reply:
                upload = await shop.upload_batch(str(outcome.reply["batchId"]))
                assert (upload.status, upload.uploaded, upload.total) == ("completed", *[image_count(restaurant)] * 2)
        status = await shop.registration_status(restaurant)
        assert (status.account_email, status.account_status, status.subdomain) == ("kaka@example.com", "completed", "kaka")
        assert status.restaurant_id.startswith("RES")
        assert sorted(kinds(platform)) == sorted([
            "restaurant_put", "extraction_started", "extraction_started", "account_created", "code_injection_saved",
            "onboarding_user_created", "images_uploaded", "restaurant_created", "settings_changed", "settings_changed",
            "settings_changed", "settings_changed", "menu_imported", "option_sets_created", "item_tags_created",
        ])  # fmt: skip
        assert platform.ledger.duplicates() == []
        keys = {event["kind"]: event.get("idempotency_key") for event in platform.ledger.events}
        assert keys["account_created"] == "key-cloudwaitressAccount"
    assert CANARY not in state.read_text(encoding="utf-8")


@both_doors
async def test_the_register_answers_as_the_real_one(door: str) -> None:
    async with practice(door) as (_, client):
        register = CompaniesOffice(client)
        (hit,) = await register.search_by_name("kaka")
        assert (hit.company_name, hit.company_number, hit.nzbn) == ("KĀKĀ HOLDINGS LIMITED", "7000001", "9429000000017")
        assert (hit.status, hit.incorporation_date) == ("Registered", "01/02/2003")
        assert hit.registered_address == "12 Tōtara Road, Napier, 4110"
        assert await register.search_by_address("12 Totara Road", "Napier") == (hit,)
        assert await register.search_by_name("kaka burgers") == (), "a removed company was listed"
        assert await register.search_by_address("1 Nowhere", "Napier") == ()
        details = await register.details("7000001")
        assert [director.name for director in details.directors] == ["AROHA SAMPLE", "HĒMI SAMPLE"]
        assert (details.email_addresses, details.gst_numbers) == (("office@kaka.example",), ("100000001",))
        assert len(details.shareholders) == 2
        with pytest.raises(ServiceRefused, match="no such company"):
            await register.details("1")


@both_doors
async def test_an_e_mail_that_is_taken_creates_nothing(door: str) -> None:
    async with practice(door) as (platform, client):
        first = await sub_step(client, Key.CLOUDWAITRESS_ACCOUNT)
        same = await sub_step(client, Key.CLOUDWAITRESS_ACCOUNT)
        other = await sub_step(client, Key.CLOUDWAITRESS_ACCOUNT, "r2", "KAKA@example.com")
        assert (same.kind, same.already_exists) == (OutcomeKind.FAILED_DEFINITE, True)
        assert (other.kind, other.already_exists) == (OutcomeKind.SUCCEEDED, True)
        await sub_step(client, Key.CREATE_ONBOARDING_USER)
        again = await sub_step(client, Key.CREATE_ONBOARDING_USER, "r2", "Kaka@Example.com")
        assert (first.already_exists, again.already_exists, again.http_status) == (False, True, 400)
        assert kinds(platform) == ["account_created", "onboarding_user_created"]


@both_doors
async def test_what_needs_something_else_first_is_refused_and_does_nothing(door: str) -> None:
    async with practice(door) as (platform, client):
        answers = {key: await sub_step(client, key) for key in Key}
        refused = {key for key, answer in answers.items() if answer.kind is OutcomeKind.FAILED_DEFINITE}
        assert refused == {Key.CODE_GENERATION, Key.WEBSITE_CONFIG}, "no colours, so no code, so no website"
        before = len(platform.ledger.events)
        lost = await client.call("POST", "/api/registration/nothing", body={"restaurantId": "r1"}, deadline_s=1)
        bare = await client.call("POST", "/api/registration/register-account", body={}, deadline_s=1)
        assert [(each.kind, each.http_status) for each in (lost, bare)] == [
            (OutcomeKind.FAILED_DEFINITE, 404),
            (OutcomeKind.FAILED_DEFINITE, 400),
        ]
        assert len(platform.ledger.events) == before

"""A register file's index follows the NZBN's change feed: what is new is found, what changed is changed, and nothing is missed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regbatch_desktop.bootstrap.register_updates import RegisterUpdate, updated_register
from regbatch_desktop.domain.errors import InvalidConfiguration, ServiceUnavailable
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.pipeline.company_search import find_companies
from regbatch_desktop.practice.exchange import json_reply
from regbatch_desktop.practice.server import serving
from regbatch_desktop.runtime.compute import here
from regbatch_desktop.store.local_register import LocalRegister
from regbatch_desktop.store.register_index import indexed
from tests.remote.nzbn_service import BASE, KEY, NzbnService, entity, nzbn


def hours_ago(hours: float) -> str:
    """As the API writes it."""
    return (datetime.now(UTC) - timedelta(hours=hours)).astimezone(ZoneInfo("Pacific/Auckland")).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REGBATCH_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "bulk.csv"
    path.write_text("Company Number,Company Name,Status\n7000001,OLD NAME LIMITED,Registered\n7000009,RATA LIMITED,Registered\n")
    made = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    os.utime(path, (made, made))
    return path


async def update(service: NzbnService, path: Path) -> RegisterUpdate:
    async with serving(service) as port:
        return await updated_register(
            path, lambda _done, _of: None, key=Secret(KEY), url=f"http://127.0.0.1:{port}{BASE}", pace_s=0
        )


async def names(path: Path, tmp_path: Path, asked: Sequence[str]) -> list[str]:
    """The best company for each name, or ""."""
    register = LocalRegister(indexed(path, tmp_path / "data" / "registers"))
    try:
        found = [(await find_companies(register, search_query(name, "", ""), here)).candidates for name in asked]
    finally:
        register.close()
    return [candidates[0].hit.company_name if candidates else "" for candidates in found]


async def test_what_is_new_or_different_is_found_and_the_next_update_asks_only_for_more(tmp_path: Path, file: Path) -> None:
    service = NzbnService([entity(1, "KAURI LANE KITCHEN LIMITED"), entity(2, "TUI PARLOUR LIMITED", status="Removed")])
    service.changes = [
        (hours_ago(200), nzbn(5), "TOO OLD"),
        (hours_ago(50), nzbn(1), "K"),
        (hours_ago(9), nzbn(2), "T"),
        (hours_ago(1), nzbn(1), "K"),
    ]
    assert (await update(service, file)).changed == 2
    assert await names(file, tmp_path, ["Kauri Lane", "Old Name", "Tui Parlour", "Rata"]) == [
        "KAURI LANE KITCHEN LIMITED", "", "TUI PARLOUR LIMITED", "RATA LIMITED",
    ]  # fmt: skip
    assert nzbn(5) not in "".join(request.path for request in service.asked)
    service.asked.clear()
    assert (await update(service, file)).changed == 2, "a day is asked for twice rather than missed"
    (first, *_) = service.asked
    assert first.query["date-time-from"] >= hours_ago(24.1)


async def test_many_changes_come_in_pages_and_one_that_is_gone_is_left_out(tmp_path: Path, file: Path) -> None:
    many = [entity(serial, f"MOA {serial} LIMITED") for serial in range(10, 130)]
    service = NzbnService(many)
    service.changes = [(hours_ago(2), str(each["nzbn"]), "x") for each in many] + [(hours_ago(2), nzbn(999), "gone")]
    assert (await update(service, file)).changed == 120
    assert await names(file, tmp_path, ["Moa 77"]) == ["MOA 77 LIMITED"]


async def test_an_update_that_breaks_off_is_made_again_from_the_same_moment(tmp_path: Path, file: Path) -> None:
    service = NzbnService([entity(1, "KAURI LANE KITCHEN LIMITED")])
    service.changes = [(hours_ago(2), nzbn(1), "K")]
    page = json_reply(200, {"pageSize": 50, "page": 0, "totalItems": 1, "items": [{"nzbn": nzbn(1)}], "links": []})
    service.next_replies = [page, json_reply(503, {})]
    with pytest.raises(ServiceUnavailable):
        await update(service, file)
    assert await names(file, tmp_path, ["Old Name"]) == ["OLD NAME LIMITED"]
    service.asked.clear()
    await update(service, file)
    assert service.asked[0].query["date-time-from"] <= hours_ago(90)
    assert await names(file, tmp_path, ["Kauri Lane"]) == ["KAURI LANE KITCHEN LIMITED"]


async def test_without_a_key_it_says_how_to_store_one(file: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="nzbn-key"):
        await updated_register(file, lambda _done, _of: None)

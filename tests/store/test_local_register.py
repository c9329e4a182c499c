"""A register file on this machine: any common form of it, searched by name and by address, kept current, never half made."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from regbatch_desktop.domain.candidate import Candidate
from regbatch_desktop.domain.errors import RegisterUnreadable, ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.matching import is_sure
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.search_query import search_query
from regbatch_desktop.pipeline.company_search import find_companies
from regbatch_desktop.runtime.compute import here
from regbatch_desktop.runtime.side_process import SideProcess
from regbatch_desktop.store.local_register import LocalRegister
from regbatch_desktop.store.register_file import RegisterRow, register_rows
from regbatch_desktop.store.register_index import apply_changes, build, indexed

HEADER = ["Company Number", "Company Name", "Status", "Address", "City", "Postcode", "Trading Names", "Directors", "Email"]
ROWS = [
    ["101", "KAURI LANE KITCHEN LIMITED", "Registered", "12 Cuba Street", "Wellington", "6011", "", "Aroha Sample; Hemi Sample", "a@x.example"],
    ["102", "WHĀNAU KŌRERO LIMITED", "Registered", "Shop 3, 45 Queen St", "Auckland", "1010", "Te Kai Café", "", ""],
    ["103", "BLUE FERN HOLDINGS LIMITED", "Removed", "PO Box 77", "Napier", "4110", "", "", ""],
    ["104", "JOE'S DINER (2019) LIMITED", "Registered", "7 Little Bourke Street", "Napier", "4110", "", "", ""],
    ["105", "647 NINTH AVENUE LIMITED", "Registered", "Level 9, 1 Accountant Road", "Hamilton", "3204", "", "", ""],
    ["106", "AGAMAN PALACE LIMITED", "Registered", "16 Maclennan Street", "Tauranga", "3110", "", "", ""],
]  # fmt: skip


def write_csv(path: Path, rows: Sequence[Sequence[str]] = ROWS, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEADER, *rows])
    return path


def search(register: LocalRegister, name: str, address: str = "", city: str = "") -> tuple[Candidate, ...]:
    return asyncio.run(find_companies(register, search_query(name, address, city), here)).candidates


def test_beside_a_window_the_index_is_read_in_another_process_with_the_same_answers(
    register: LocalRegister, tmp_path: Path
) -> None:
    async def story() -> None:
        compute = SideProcess()
        beside = LocalRegister(indexed(tmp_path / "companies.csv", tmp_path / "indexes"), compute=compute)
        assert await beside.search_by_name("Te Kai") == await register.search_by_name("Te Kai") != ()
        assert await beside.search_by_address("12 Cuba St", "") == await register.search_by_address("12 Cuba St", "") != ()
        assert await beside.search_by_contacts(("d:a",)) == await register.search_by_contacts(("d:a",))
        assert await beside.details("101") == await register.details("101")
        with pytest.raises(ServiceRefused):
            await beside.details("999")
        query = search_query("The Kauri Lane Kitchen", "12 Cuba Street", "Wellington")
        assert await find_companies(beside, query, compute) == await find_companies(register, query, here)
        compute.close()
        beside.close()

    asyncio.run(story())


@pytest.fixture
def register(tmp_path: Path) -> Iterator[LocalRegister]:
    made = LocalRegister(indexed(write_csv(tmp_path / "companies.csv"), tmp_path / "indexes"))
    yield made
    made.close()


@pytest.mark.parametrize(("name", "address", "city", "number"), [
    ("The Kauri Lane Kitchen", "", "", "101"), ("Whanau Korero Cafe (Ponsonby)", "", "", "102"), ("Te Kai Cafe", "", "", "102"),
    ("Bluefern", "", "", "103"), ("Joe's Diner", "", "", "104"), ("Joes Diners", "", "", "104"), ("Aagaman Palace", "", "", "106"),
    ("Something Else", "12 Cuba St", "Wellington", "101"), ("Something Else", "Unit 9, 45 Queen Street, Auckland 1010", "", "102"),
    ("Something Else", "647 Ninth Ave", "Hamilton", "105"), ("Something Else", "16 McLennan Street", "Tauranga", "106"),
    ("", "12 Cuba Street, Wellington 6011", "", "101"),
], ids=str)  # fmt: skip
def test_the_right_company_is_found_and_stands_first(
    register: LocalRegister, name: str, address: str, city: str, number: str
) -> None:
    assert search(register, name, address, city)[0].hit.company_number == number


CONTACTS = [
    ["201", "NORTHERN HOLDINGS NO 7 LIMITED", "Registered", "PO Box 9", "Nelson", "7010", "", "Mere Whetu; Tom Tui", "mere@rimukai.example"],
    ["202", "RIMU KAI CAFE LIMITED", "Registered", "9 Elsewhere Road", "Napier", "4110", "", "Someone Else", "info@gmail.com"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"email": "orders@rimukai.example"}, "e-mail or web domain the same"), ({"contact_name": "Mere WHETU"}, "a director has the contact's name"),
        ({"website_url": "https://www.rimukai.example/menu"}, "e-mail or web domain the same"),
    ],
)  # fmt: skip
def test_a_company_of_another_name_and_address_is_found_by_domain_and_director(
    tmp_path: Path, known: dict[str, Any], reason: str
) -> None:
    register = LocalRegister(indexed(write_csv(tmp_path / "c.csv", [*ROWS, *CONTACTS]), tmp_path))
    restaurant = Restaurant("r", "o", "Bay Parlour", address="5 Sea Road", city="Whangārei", **known)
    query = search_query(restaurant.name, restaurant.address, restaurant.city, restaurant.contacts)
    found = asyncio.run(find_companies(register, query, here))
    register.close()
    assert found.candidates[0].hit.company_number == "201"
    assert found.candidates[0].reasons == (reason,)
    assert "phone, e-mail or director" in found.searches
    assert not is_sure(found.candidates), "it may be the owner of several, or a namesake"


def test_a_phone_decides_between_two_of_the_same_name(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        "Company Number,Company Name,Phone\n1,RATA CAFE LIMITED,03 111 2222\n2,RATA CAFE LIMITED,+64 3 555 0100\n3,RATA CAFE LIMITED,\n"
    )
    register = LocalRegister(indexed(path, tmp_path))
    asked = search_query("Rata Cafe", "", "", Restaurant("r", "o", "Rata Cafe", phone="(03) 555 0100").contacts)
    best, second, _ = asyncio.run(find_companies(register, asked, here)).candidates
    register.close()
    assert (best.hit.company_number, second.hit.company_number) == ("2", "1")
    assert "phone number the same" in best.reasons


def test_another_street_of_a_similar_name_is_not_the_premises(register: LocalRegister) -> None:
    assert not is_sure(search(register, "Something Else", "7 Bourke Street", "Napier"))


ODD = [
    "",
    "K",
    "k" * 10_000,
    "🍕🍣",
    "مطعم السلام",
    "The Cafe",
    '"; DROP TABLE texts; --',
    "NEAR(a b)",
    "a* OR b",
    "(((",
    "AND",
    "\x00",
]


@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:12])
def test_odd_questions_are_answered(register: LocalRegister, text: str) -> None:
    assert isinstance(search(register, text, "", ""), tuple)
    assert isinstance(search(register, "Kauri", text, text), tuple)
    assert search(register, "Kauri Lane Kitchen", text)[0].hit.company_number == "101"


def test_details_are_those_of_the_file(register: LocalRegister) -> None:
    details = asyncio.run(register.details("101"))
    assert [director.name for director in details.directors] == ["Aroha Sample", "Hemi Sample"]
    assert (details.email_addresses, details.addresses[0].full_address) == (("a@x.example",), "12 Cuba Street, Wellington, 6011")
    with pytest.raises(ServiceRefused):
        asyncio.run(register.details("999"))


def test_every_common_form_of_a_file_gives_the_same_companies(tmp_path: Path) -> None:
    expected = list(register_rows(write_csv(tmp_path / "a.csv")))
    assert len(expected) == len(ROWS)
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    for at, row in enumerate([HEADER, *ROWS]):
        for column, value in enumerate(row):
            if at and column in (0, 5):
                sheet.write_number(at, column, int(value))
            else:
                sheet.write_string(at, column, value)
    book.close()
    objects = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    (tmp_path / "a.json").write_text(json.dumps(objects), encoding="utf-8")
    (tmp_path / "b.json").write_text("\n".join(json.dumps(each) for each in objects), encoding="utf-8")
    others = [
        write_csv(tmp_path / "b.csv", delimiter=";"), write_csv(tmp_path / "c.csv", encoding="utf-16", delimiter="\t"),
        tmp_path / "a.xlsx", tmp_path / "a.json", tmp_path / "b.json",
    ]  # fmt: skip
    for path in others:
        assert list(register_rows(path)) == expected, path.name


def test_the_columns_of_the_bulk_data_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "bulk.csv"
    path.write_text(
        "NZBN,COMPANY_IDENTIFIER,ENTITY_NAME,REGISTRATION_DATE,ENTITY_STATUS,REGISTERED_OFFICE_ADDRESS_1,REGISTERED_OFFICE_ADDRESS_2,"
        "REGISTERED_OFFICE_ADDRESS_POSTCODE\n9429000000017,7000001,KEA LIMITED,06/05/2019,Registered,Level 2,10 Sample Street,6011\n"
    )
    (row,) = register_rows(path)
    assert row[:6] == ("7000001", "KEA LIMITED", "9429000000017", "Registered", "06/05/2019", "")
    assert row.addresses == "Level 2, 10 Sample Street, 6011"


def test_a_person_may_say_which_column_is_which(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("Ref;Firma\n1;KEA LIMITED\n")
    with pytest.raises(RegisterUnreadable, match="no column for company number and company name"):
        list(register_rows(path))
    (row,) = register_rows(path, {"company_number": "Ref", "company_name": "Firma"})
    assert row.name == "KEA LIMITED"


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"{", b"[]", b"number,name\n", b"name\nKEA\n"], ids=repr
)
def test_a_file_that_is_no_register_is_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(data)
    with pytest.raises(RegisterUnreadable, match="register"):
        indexed(path, tmp_path / "indexes")
    assert not list((tmp_path / "indexes").glob("*.db")) if (tmp_path / "indexes").exists() else True


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterUnreadable, match="cannot be read"):
        indexed(tmp_path / "none.csv", tmp_path)


def test_an_index_is_made_again_only_when_its_file_has_changed_or_it_is_damaged(tmp_path: Path) -> None:
    path, made = write_csv(tmp_path / "a.csv"), list[int]()
    folder = tmp_path / "indexes"
    for _ in range(2):
        target = indexed(path, folder, told=made.append)
    assert len(made) == 1
    write_csv(path, [*ROWS, ["107", "NEW ONE LIMITED", "Registered", "", "", "", "", "", ""]])
    assert indexed(path, folder, told=made.append) == target
    assert len(made) == 2
    target.write_bytes(b"damaged")
    indexed(path, folder, told=made.append)
    assert len(made) == 3
    assert [each.name for each in folder.iterdir()] == [target.name]


def test_what_a_killed_indexing_left_is_removed_later(tmp_path: Path) -> None:
    target = indexed(write_csv(tmp_path / "a.csv"), tmp_path / "indexes")
    left, fresh = (target.with_name(f".{target.name}.{name}") for name in ("old", "new"))
    for each in (left, fresh):
        each.write_bytes(b"half")
    os.utime(left, (0, 0))
    write_csv(tmp_path / "a.csv", ROWS[:2])
    indexed(tmp_path / "a.csv", tmp_path / "indexes")
    assert sorted(each.name for each in target.parent.iterdir()) == sorted([target.name, fresh.name])


def test_who_waits_for_a_large_file_hears_how_far_it_is_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Company Number,Company Name\n" + "".join(f"{n},KEA {n} LIMITED\n" for n in range(12_000)))
    heard: list[int] = []
    indexed(path, tmp_path / "indexes", told=heard.append)
    assert heard == [0, 5_000, 10_000]
    indexed(path, tmp_path / "indexes", told=heard.append)
    assert len(heard) == 3


def test_changes_of_the_register_are_found_and_what_is_gone_is_not(tmp_path: Path) -> None:
    target = indexed(write_csv(tmp_path / "a.csv"), tmp_path)
    changed = RegisterRow("101", "RATA LANE LIMITED", "", "Registered", "", "", "12 Cuba Street, Wellington, 6011", "")
    new = RegisterRow("200", "TUI PARLOUR LIMITED", "", "Registered", "", "", "9 Tui Road, Nelson, 7010", "")
    apply_changes(target, [changed, new], removed=["104"])
    register = LocalRegister(target)
    assert search(register, "Tui Parlour")[0].hit.company_number == "200"
    assert search(register, "Rata Lane")[0].hit.company_name == "RATA LANE LIMITED"
    assert all(each.hit.company_number != "104" for each in search(register, "Joe's Diner", "7 Little Bourke Street", "Napier"))
    assert all("KAURI" not in each.hit.company_name for each in search(register, "Kauri Lane Kitchen"))
    register.close()


def test_an_index_that_cannot_be_read_is_never_no_match(tmp_path: Path) -> None:
    target = tmp_path / "x.db"
    build([RegisterRow("1", "KEA LIMITED", "", "", "", "", "", "")], target)
    with sqlite3.connect(target) as connection:
        connection.execute("DROP TABLE companies")
    register = LocalRegister(target)
    with pytest.raises(ServiceUnavailable):
        search(register, "Kea")
    register.close()
    with pytest.raises(ServiceUnavailable):
        LocalRegister(tmp_path / "nothing" / "x.db")

"""Every spreadsheet that people really send becomes leads, or a sentence that says why not."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from regbatch_desktop.domain.errors import LeadsUnreadable
from regbatch_desktop.domain.lead import RowStatus
from regbatch_desktop.services.lead_files import read_leads

HEADERS = ["Restaurant Name", "Street Address", "City", "Phone", "E-mail"]
ROWS = [
    ["Café Whānau", "12 Kea Street", "Napier", "06 555 0100", "a@kea.example.com"],
    ["Māui's", "1/3 Tui Road", "Ōtaki", "", ""],
]
PLAIN = [
    ["Cafe Kea", "12 Kea Street", "Napier", "06 555 0100", "a@kea.example.com"],
    ["Rose’s Café", "3 Tui Road", "Otaki", "", ""],
]


def text(rows: list[list[str]], sign: str) -> str:
    quoted = [[f'"{cell}"' if sign in cell or "\n" in cell else cell for cell in row] for row in rows]
    return "".join(sign.join(row) + "\r\n" for row in quoted)


def book(path: Path, rows: Sequence[Sequence[object]], *, merged: str = "") -> Path:
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet()
    first = 0
    if merged:
        sheet.merge_range(0, 0, 0, 4, merged)
        first = 2
    for number, row in enumerate(rows, start=first):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    made.close()
    return path


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_unicode_files_keep_their_macrons(tmp_path: Path, encoding: str, sign: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(text([HEADERS, *ROWS], sign).encode(encoding))
    found = read_leads(path).leads
    assert [lead.name for lead in found] == ["Café Whānau", "Māui's"]
    assert found[1].city == "Ōtaki"
    assert found[0].email == "a@kea.example.com"


@pytest.mark.parametrize("sign", [",", ";"])
def test_a_windows_file_keeps_its_accents(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(text([HEADERS, *PLAIN], sign).encode("cp1252"))
    assert [lead.name for lead in read_leads(path).leads] == ["Cafe Kea", "Rose’s Café"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Trading Name", "name"),
        ("SHOP NAME", "name"),
        ("restaurant_name", "name"),
        ("  Venue ", "name"),
        ("Business-Name", "name"),
    ],
)
def test_headers_by_other_names_are_understood(tmp_path: Path, header: str, field: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(f"{header},Town\nKea Kitchen,Napier\n", encoding="utf-8")
    found = read_leads(path)
    assert found.mapping[header] == field
    assert found.leads[0].city == "Napier"


def test_a_title_line_and_empty_rows_do_not_shift_the_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(
        "Leads for November,,\n,,\nRestaurant Name,City,Colour\n\nKea Kitchen,Napier,red\n,Otaki,\n", encoding="utf-8"
    )
    found = read_leads(path)
    assert [(v.row_number, v.status) for v in found.verdicts] == [(5, RowStatus.GOOD), (6, RowStatus.BAD)]
    assert "name" in found.verdicts[1].reasons[0]
    assert found.unused == ("Colour",)


def test_a_book_with_a_merged_title_and_numbers_for_phones(tmp_path: Path) -> None:
    path = book(
        tmp_path / "leads.xlsx",
        [HEADERS, ["Café Whānau", "12 Kea Street", "Napier", 6465550100, "a@kea.example.com"]],
        merged="Leads of November",
    )
    lead = read_leads(path).leads[0]
    assert (lead.name, lead.row_number) == ("Café Whānau", 4)
    assert "555" in lead.phone
    assert "." not in lead.phone


def test_quoted_line_breaks_stay_in_their_field(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text('Name,Address\n"Kea Kitchen","Level 1\n12 Kea Street"\nTui,1 Tui Road\n', encoding="utf-8")
    assert [lead.name for lead in read_leads(path).leads] == ["Kea Kitchen", "Tui"]


def test_duplicates_in_the_file_point_at_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Name,Address,City\nKea,12 Kea St,Napier\nTui,1 Tui Rd,Napier\nKEA,12 Kea Street,napier\n", encoding="utf-8")
    found = read_leads(path)
    assert [lead.name for lead in found.leads] == ["Kea", "Tui"]
    assert found.verdicts[2].status is RowStatus.DUPLICATE
    assert "row 2" in found.verdicts[2].reasons[0]


@pytest.mark.parametrize(
    "name",
    [
        "<b>Kea</b><script>alert(1)</script>",
        "=cmd|'/C calc'!A0",
        "\u202eevil\u202c",
        "Kea\x00Kitchen",
        "🍜 Ramen",
        "+64 Bar",
        "O'Brien's \"Pub\"",
    ],
)
def test_hostile_names_are_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / "leads.csv"
    quoted = name.replace('"', '""')
    path.write_bytes(f'Name,City\n"{quoted}",Napier\nTui,Otaki\n'.encode())
    found = read_leads(path)
    assert found.leads[-1].name == "Tui"
    assert len(found.leads) == 2
    assert "\x00" not in found.leads[0].name


def test_a_name_of_one_megabyte_is_one_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Name,City\n" + "x" * 1_000_000 + ",Napier\nTui,Otaki\n", encoding="utf-8")
    found = read_leads(path)
    assert [lead.name for lead in found.leads if len(lead.name) <= 200] == ["Tui"]
    assert all(len(verdict.name) <= 300 for verdict in found.verdicts)


def truncated_book() -> bytes:
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer)
    made.add_worksheet().write(0, 0, "Name")
    made.close()
    return buffer.getvalue()[:900]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\xef\xbb\xbf \r\n\r\n"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("torn.xlsx", truncated_book()),
        ("letter.csv", b"%PDF-1.7\n1 0 obj"),
        ("other.csv", b"Colour,Size\nred,4\n"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ],
)
def test_what_is_no_leads_file_is_refused_in_words(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(LeadsUnreadable) as raised:
        read_leads(path)
    assert raised.value.sentence.endswith(".")
    assert "Traceback" not in raised.value.sentence


def test_a_folder_and_a_missing_file_are_said_apart(tmp_path: Path) -> None:
    with pytest.raises(LeadsUnreadable, match="folder"):
        read_leads(tmp_path)
    with pytest.raises(LeadsUnreadable, match="no file"):
        read_leads(tmp_path / "nothing.csv")

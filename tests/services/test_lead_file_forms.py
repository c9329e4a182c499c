"""Encodings, delimiters, headers and damage: what one leads file can look like (the verdicts: test_lead_verdicts.py)."""

from __future__ import annotations

import codecs
import contextlib
import struct
from pathlib import Path

import pytest
import xlsxwriter

from regbatch_desktop.domain.errors import LeadsUnreadable
from regbatch_desktop.domain.lead import HEADER_ALIASES
from regbatch_desktop.services.lead_files import read_leads

SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8-sig": ("utf-8", codecs.BOM_UTF8),
    "utf-16-le with mark": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16-be with mark": ("utf-16-be", codecs.BOM_UTF16_BE),
    "utf-16-le bare": ("utf-16-le", b""),
    "utf-16-be bare": ("utf-16-be", b""),
    "cp1252": ("cp1252", b""),
}
HEADERS = ("Restaurant Name", "Street Address", "City", "E-mail")
MACRONS = ("Tūī Kāinga", "12 Ōpāwa Road", "Whangārei", "tui@kea.example.com")
ACCENTS = ("Crêperie Señor Zoë’s", "12 Kea Street", "Napier", "zoe@kea.example.com")
WINDOWS_NAMES = ("Smørrebrød", "Mañana", "Æbleskiver", "Piñata Taquería", "Zoë’s ½ price", "Rosé – Über", "Café", "Brûlée £5")


def saved(folder: Path, data: bytes | str, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def lines(*rows: tuple[str, ...], sign: str = ",") -> str:
    return "".join(sign.join(row) + "\r\n" for row in rows)


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
@pytest.mark.parametrize(("codec", "mark"), ENCODINGS.values(), ids=ENCODINGS)
def test_every_encoding_with_every_delimiter(tmp_path: Path, codec: str, mark: bytes, sign: str) -> None:
    rows = [ACCENTS] if codec == "cp1252" else [MACRONS, ACCENTS]
    found = read_leads(saved(tmp_path, mark + lines(HEADERS, *rows, sign=sign).encode(codec)))
    assert [(lead.name, lead.address, lead.city, lead.email) for lead in found.leads] == rows
    assert dict(found.mapping) == dict(zip(HEADERS, ("name", "address", "city", "email"), strict=True))


@pytest.mark.parametrize("bare", ["utf-16-le", "utf-16-be"])
def test_macrons_alone_survive_utf_16_without_a_mark(tmp_path: Path, bare: str) -> None:
    """Such bytes are valid UTF-8 too, with NULs in between; read so, "Ōtaki" would silently become "Ltaki"."""
    found = read_leads(saved(tmp_path, "Name,City\r\nTūī,Ōtaki\r\n".encode(bare)))
    assert [(lead.name, lead.city) for lead in found.leads] == [("Tūī", "Ōtaki")]


@pytest.mark.parametrize("name", WINDOWS_NAMES)
def test_one_windows_name_in_a_short_file_is_not_taken_for_another_code_page(tmp_path: Path, name: str) -> None:
    text = lines(HEADERS, (name, "12 Kea Street", "Napier", "a@kea.example.com"))
    assert read_leads(saved(tmp_path, text.encode("cp1252"))).leads[0].name == name


@pytest.mark.parametrize(("field", "alias"), [(field, alias) for field, some in HEADER_ALIASES.items() for alias in some])
def test_every_alias_in_the_ways_people_write_it(tmp_path: Path, field: str, alias: str) -> None:
    for header in (alias, alias.upper(), f"  {alias.title()} ", alias.replace(" ", "_"), alias.replace(" ", "-")):
        first = () if field == "name" else ("Restaurant Name",)
        found = read_leads(saved(tmp_path, lines((*first, header, "Colour"), ("Kea", "Kea", "red"))))
        assert found.mapping[header] == field
        assert found.unused == ("Colour",)


def test_the_better_of_two_headers_wins_and_the_other_is_said_to_be_unused(tmp_path: Path) -> None:
    found = read_leads(saved(tmp_path, "Venue,Restaurant Name\nHall,Kea\n"))
    assert [lead.name for lead in found.leads] == ["Kea"]
    assert found.unused == ("Venue",)


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_other_delimiters_inside_quotes_do_not_decide(tmp_path: Path, sign: str) -> None:
    rows = [
        (f"Kea {n}", '"' + ", ".join(["1 Kea St"] + ["Rear"] * (n % 4)) + '"', '"Mon 9:00-17:00; Tue 9:00-17:00"', '"A|B\tC|D"')
        for n in range(8)
    ]
    text = lines(("Name", "Address", "Opening Hours", "Cuisine"), *rows, sign=sign)
    found = read_leads(saved(tmp_path, text))
    assert [lead.name for lead in found.leads] == [f"Kea {n}" for n in range(8)]
    assert all(lead.opening_hours is not None and len(lead.opening_hours.intervals) == 2 for lead in found.leads)
    assert found.leads[1].address == "1 Kea St, Rear"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_all_line_ends(tmp_path: Path, end: str) -> None:
    assert len(read_leads(saved(tmp_path, end.join(("Name,City", "Kea,Napier", "Tui,Otaki")))).leads) == 2


def test_quoted_line_breaks_quotes_and_delimiters_stay_data(tmp_path: Path) -> None:
    text = 'Name,Address,City\r\n"Kea ""The"" Kitchen","Level 1\r\n12 Kea Street, Rear",Napier\r\nTui,1 Tui Road,Otaki\r\n'
    first, second = read_leads(saved(tmp_path, text)).leads
    assert (first.name, first.address) == ('Kea "The" Kitchen', "Level 1 12 Kea Street, Rear")
    assert (second.name, second.row_number) == ("Tui", 3), "the row number is the spreadsheet's, not the text line's"


def test_a_merged_line_above_the_header_of_a_csv(tmp_path: Path) -> None:
    text = "Sales leads for restaurants,,,\r\n,,,\r\n" + lines(HEADERS, MACRONS) + ",,,\r\n\r\n" + lines(ACCENTS)
    assert [(lead.name, lead.row_number) for lead in read_leads(saved(tmp_path, text)).leads] == [
        (MACRONS[0], 4),
        (ACCENTS[0], 7),
    ]


def test_a_book_with_a_merged_line_an_empty_row_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Cover").write(0, 0, "Nothing here")
    sheet = book.add_worksheet("Leads")
    sheet.merge_range(0, 0, 0, 5, "Sales leads")
    sheet.write_row(2, 1, ("Restaurant Name", "Phone", "Post code", "City", "Phone type"))
    sheet.write_row(3, 1, ("Tūī Kāinga", 6421555010, 1010, "Ōtaki", 1.5))
    sheet.write_row(5, 1, ("Kea", 64215550100.0, "0110", "Napier", True))
    sheet.write_formula(6, 1, '="Weka"', None, "Weka")
    book.close()
    found = read_leads(path)
    assert [(lead.name, lead.row_number, lead.phone, lead.postcode) for lead in found.leads] == [
        ("Tūī Kāinga", 4, "6421555010", "1010"),
        ("Kea", 6, "64215550100", "0110"),
        ("Weka", 7, "", ""),
    ]


def encrypted_book() -> bytes:
    """The container that a spreadsheet with a password is: an OLE file holding EncryptionInfo and EncryptedPackage."""
    free, end, fat, none = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF

    def entry(name: str, kind: int, *, child: int = none, right: int = none, start: int = 0, size: int = 0) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0" if name else b""
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, none, right, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    chains = [fat, end, *range(3, 10), end, *range(11, 18), end]
    directory = entry("Root Entry", 5, child=1, start=end) + entry("EncryptionInfo", 2, right=2, start=2, size=4096)
    directory += entry("EncryptedPackage", 2, start=10, size=4096) + entry("", 0)
    return header + struct.pack("<128I", *chains, *[free] * (128 - len(chains))) + directory + b"\x5a" * 8192


def test_a_book_with_a_password_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(LeadsUnreadable, match="protected by a password"):
        read_leads(saved(tmp_path, encrypted_book(), "leads.xlsx"))


def test_a_book_cut_anywhere_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet().write_row(0, 0, HEADERS)
    book.close()
    whole = path.read_bytes()
    for length in (4, 30, len(whole) // 2, len(whole) - 1):
        with pytest.raises(LeadsUnreadable, match="damaged"):
            read_leads(saved(tmp_path, whole[:length], "cut.xlsx"))
    for place in range(0, len(whole), 61):
        broken = saved(tmp_path, whole[:place] + b"\xff\xff\xff" + whole[place + 3 :], "bent.xlsx")
        # Read in spite of it, or refused in words; anything else would end the test.
        with contextlib.suppress(LeadsUnreadable):
            read_leads(broken)


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n \r\n", codecs.BOM_UTF16_LE, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400, b"\x00" * 5000, b'{"leads": []}'],
    ids=["zero bytes", "blank lines", "a mark only", "a picture", "zeros", "json"],
)
def test_what_holds_no_table_gets_a_short_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(LeadsUnreadable) as raised:
        read_leads(saved(tmp_path, data))
    assert raised.value.code == "LEADS_UNREADABLE"
    assert raised.value.sentence.isprintable()
    assert len(raised.value.sentence) < 400

"""A file as a table of texts: encodings, delimiters, sheets.

Owns: everything that differs between CSV and XLSX.
Never: knows what a column means.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import python_calamine
from charset_normalizer import from_bytes

from regbatch_desktop.domain.errors import LeadsUnreadable

MAX_BYTES = 100 * 1024 * 1024
MAX_ROWS = 100_000
MAX_RATIO = 200
# What spreadsheets here write when it is not Unicode. Free to choose, the detector takes a short Windows file for cp1250.
_LEGACY = ["cp1252", "mac_roman", "gb18030", "big5", "cp932", "cp949"]
Table = list[list[str]]


def read_table(path: Path) -> Table:
    """All rows as texts, empty ones too (their number counts). LeadsUnreadable with the reason."""
    if path.is_dir():
        raise LeadsUnreadable(f"{path.name} is a folder; give a CSV or XLSX file.")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LeadsUnreadable(f"{path.name} has {size // 1_048_576} MB; at most {MAX_BYTES // 1_048_576} MB can be read.")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise LeadsUnreadable(f"There is no file {path}.") from error
    except OSError as error:
        raise LeadsUnreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise LeadsUnreadable(f"{path.name} is empty.")
    is_book = data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    rows = _book(data, path.name) if is_book else _csv(data, path.name)
    if len(rows) > MAX_ROWS:
        raise LeadsUnreadable(f"{path.name} has more than {MAX_ROWS:,} rows; split it.")
    return rows


def _decoded(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[1:2] == b"\x00" and data[3:4] == b"\x00":
        encodings = ["utf-16-le"]
    elif data[:1] == b"\x00" and data[2:3] == b"\x00":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig"]
    guess = from_bytes(data[:200_000], cp_isolation=_LEGACY).best()
    if guess is not None:
        encodings.append(guess.encoding)
    for encoding in [*encodings, "cp1252", "latin-1"]:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise LeadsUnreadable(f"The letters in {name} cannot be read; save it as “CSV UTF-8”.")


def _csv(data: bytes, name: str) -> Table:
    text = _decoded(data, name).replace("\x00", "")
    if "%PDF-" in text[:10] or text.lstrip()[:1] == "{":
        raise LeadsUnreadable(f"{name} is not a CSV or XLSX file.")
    delimiter = _delimiter(text)
    # A name of one megabyte is one row's problem, not the file's.
    csv.field_size_limit(MAX_BYTES)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise LeadsUnreadable(f"{name} is damaged: {error}.") from error


def _delimiter(text: str) -> str:
    """The sign that splits the first lines most evenly; what stands in quotes does not count."""
    bare = re.sub(r'"[^"]*"', "", text[:20_000])
    lines = [line for line in bare.splitlines() if line.strip()][:20]

    def score(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        common = max(set(counts), key=counts.count) if counts else 0
        return (counts.count(common) if common else 0, common)

    return max((",", ";", "\t", "|"), key=score)


def _book(data: bytes, name: str) -> Table:
    if data[:4] == b"PK\x03\x04":
        try:
            unpacked = sum(item.file_size for item in zipfile.ZipFile(io.BytesIO(data)).infolist())
        except (zipfile.BadZipFile, OSError) as error:
            raise LeadsUnreadable(f"{name} is damaged; open it in the spreadsheet program and save it again.") from error
        if unpacked > MAX_BYTES * 4 or unpacked > len(data) * MAX_RATIO:
            raise LeadsUnreadable(f"{name} unpacks to an unreasonable size and was not opened.")
    protected = f"{name} is protected by a password; save it without one."
    # The reader finds an XLSX's password by the file's name only, which it is not given here.
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise LeadsUnreadable(protected)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_index(index).to_python(skip_empty_area=False) for index in range(len(book.sheet_names))]
    except python_calamine.PasswordError as error:
        raise LeadsUnreadable(protected) from error
    except Exception as error:  # the library raises several unrelated types for damaged files
        raise LeadsUnreadable(f"{name} is damaged or no spreadsheet; save it again as XLSX or CSV.") from error
    filled = [sheet for sheet in sheets if any(any(cell != "" for cell in row) for row in sheet)]
    if not filled:
        raise LeadsUnreadable(f"{name} has no filled sheet.")
    return [[_cell(cell) for cell in row] for row in max(filled, key=len)]


def _cell(value: object) -> str:
    # A phone number typed as a number comes as 64211234567.0.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)

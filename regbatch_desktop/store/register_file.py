"""Reading a register file row by row: CSV in any common encoding, XLSX, JSON (an array, or one object a line).

Owns: the forms of the file; a CSV of any size is never held in memory whole.
Never: knows what a row is searched by (register_index.py).
"""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineWorkbook

from regbatch_desktop.domain.candidate import CompanyDetails
from regbatch_desktop.domain.errors import RegisterUnreadable
from regbatch_desktop.domain.names import cleaned
from regbatch_desktop.domain.register_columns import DETAILS, Columns, columns_of

_SAMPLE_BYTES = 64 * 1024
LARGEST_JSON_BYTES = 512 * 1024 * 1024


class RegisterRow(NamedTuple):
    """One company of the file. `addresses`: the registered one first, a line each; `details`: JSON, "" without any."""

    number: str
    name: str
    nzbn: str
    status: str
    incorporation_date: str
    other_names: str
    addresses: str
    details: str


def row_of(details: CompanyDetails) -> RegisterRow:
    """A company's record as a row of a register file."""
    kept = {
        "trading_names": details.trading_name, "entity_type": details.entity_type,
        "directors": "; ".join(director.name for director in details.directors if director.is_current),
        "email": "; ".join(details.email_addresses), "phone": "; ".join(details.phone_numbers),
        "gst_number": "; ".join(details.gst_numbers), "website": "; ".join(details.websites),
    }  # fmt: skip
    return RegisterRow(
        details.company_number, details.company_name, details.nzbn, details.status, details.incorporation_date, details.trading_name,
        "\n".join(address.full_address for address in details.addresses if address.full_address),
        json.dumps({name: value for name, value in kept.items() if value}, ensure_ascii=False),
    )  # fmt: skip


def register_rows(path: Path, mapped: Mapping[str, str] | None = None) -> Iterator[RegisterRow]:
    """Every row with a number and a name. RegisterUnreadable with the reason."""
    try:
        table = _table(path)
        header = next(table, None)
        if header is None:
            raise RegisterUnreadable(f"The register cannot be used: {path.name} is empty.")
        columns = columns_of(header, mapped)
        if columns.missing:
            wanted = " and ".join(columns.missing)
            raise RegisterUnreadable(f"The register cannot be used: {path.name} has no column for {wanted}.")
        yield from _rows(table, columns)
    except (OSError, UnicodeError, csv.Error, CalamineError, json.JSONDecodeError) as error:
        raise RegisterUnreadable(f"The register cannot be used: {path.name} cannot be read ({error}).") from error


def _rows(table: Iterator[Sequence[object]], columns: Columns) -> Iterator[RegisterRow]:
    at = columns.fields
    number_at, name_at = at["company_number"], at["company_name"]
    nzbn_at, status_at, date_at = (at.get(name, -1) for name in ("nzbn", "status", "incorporation_date"))
    details_at = [(name, at[name]) for name in DETAILS if name in at]
    names_at = [at[name] for name in ("trading_names", "former_names") if name in at]
    width = max(0, *at.values(), *(part for group in columns.addresses for part in group)) + 1

    for raw in table:
        row = _texts(raw)
        if len(row) < width:
            row += [""] * (width - len(row))
        number, name = row[number_at], row[name_at]
        if not number or not name:
            continue
        lines = [
            ", ".join([part for at in group if (part := row[at])]) if len(group) > 1 else row[group[0]]
            for group in columns.addresses
        ]
        details = {field: row[position] for field, position in details_at if row[position]} if details_at else None
        yield RegisterRow(
            number,
            name,
            row[nzbn_at] if nzbn_at >= 0 else "",
            (row[status_at] if status_at >= 0 else "") or "Registered",
            row[date_at] if date_at >= 0 else "",
            "; ".join(row[each] for each in names_at if row[each]) if names_at else "",
            "\n".join(filter(None, lines)) if len(lines) != 1 else lines[0],
            json.dumps(details, ensure_ascii=False) if details else "",
        )


def _texts(raw: Sequence[object]) -> list[str]:
    """The cells as clean text; a row without any odd letter, which most are, is looked at once."""
    try:
        whole = "".join(raw)  # type: ignore[arg-type]
    except TypeError:
        return list(map(_text, raw))
    if whole.isascii() and whole.isprintable():
        return [cell.strip() for cell in raw]  # type: ignore[attr-defined]
    return list(map(_text, raw))


def _text(cell: object) -> str:
    if isinstance(cell, str) and cell.isascii() and cell.isprintable():
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = cell if isinstance(cell, str) else "" if cell is None else str(cell)
    return cleaned(text)


def _table(path: Path) -> Iterator[Sequence[object]]:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    if sample.startswith(b"PK"):
        yield from CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    elif sample.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        yield from _json_table(path)
    else:
        yield from _csv_table(path, sample)


def _encoding(sample: bytes) -> str:
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        sample[: -4 if len(sample) == _SAMPLE_BYTES else None].decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter cut in two at the end of the sample is still UTF-8.
        if error.start < len(sample) - 8:
            best = from_bytes(sample).best()
            return best.encoding if best else "cp1252"
    return "utf-8-sig"


def _csv_table(path: Path, sample: bytes) -> Iterator[Sequence[object]]:
    encoding = _encoding(sample)
    first = sample.decode(encoding, "replace").split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        yield from csv.reader(file, delimiter=delimiter)


def _json_table(path: Path) -> Iterator[Sequence[object]]:
    """Objects as rows; the header is the keys of the first thousand."""
    with path.open(encoding="utf-8-sig") as file:
        objects = _json_objects(path, file)
        first = list(itertools.islice(objects, 1000))
        header = list(dict.fromkeys(key for each in first for key in each))
        yield header
        for each in itertools.chain(first, objects):
            yield [_flat(each.get(key)) for key in header]


def _json_objects(path: Path, file: Iterator[str]) -> Iterator[Mapping[str, object]]:
    head = next((line for line in file if line.strip()), "")
    one_a_line = head.lstrip().startswith("{") and head.rstrip().endswith("}")
    if one_a_line:
        for line in itertools.chain([head], file):
            if line.strip() and isinstance(found := json.loads(line), dict):
                yield found
        return
    if path.stat().st_size > LARGEST_JSON_BYTES:
        raise RegisterUnreadable(f"{path.name} is too large for one JSON document; use CSV, or one object a line.")
    whole = json.loads(head + "".join(file))
    listed = whole if isinstance(whole, list) else next((v for v in whole.values() if isinstance(v, list)), [])
    yield from (each for each in listed if isinstance(each, dict))


def _flat(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(str(each) for each in value if isinstance(each, str | int))
    return value if isinstance(value, str | int | float) else None

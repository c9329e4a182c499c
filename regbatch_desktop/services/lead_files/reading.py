"""From a table of texts to leads: find the header line, map the columns, judge every row.

Owns: where the header is; a title or merged line above it does not matter.
Never: stores anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from regbatch_desktop.domain.errors import LeadsUnreadable
from regbatch_desktop.domain.lead import HEADER_ALIASES, Lead, RowStatus, RowVerdict, judged
from regbatch_desktop.domain.names import folded, shown
from regbatch_desktop.services.lead_files.tables import read_table

HEADER_SEARCH_ROWS = 20


@dataclass(frozen=True, slots=True)
class LeadFile:
    """What a file holds. `mapping`: header as written → field; `unused`: headers that mean nothing here."""

    verdicts: tuple[RowVerdict, ...]
    mapping: Mapping[str, str]
    unused: tuple[str, ...]

    @property
    def leads(self) -> tuple[Lead, ...]:
        """The rows that go on."""
        return tuple(v.lead for v in self.verdicts if v.status is RowStatus.GOOD and v.lead is not None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as read: its rows, which of them is the header (0-based), and which column means which field."""

    rows: Sequence[Sequence[str]]
    header_row: int
    columns: Mapping[int, str]

    @property
    def header(self) -> Sequence[str]:
        """The headers as written."""
        return self.rows[self.header_row]


def read_sheet(path: Path) -> Sheet:
    """The file and what its columns seem to mean. LeadsUnreadable when nothing can be made of it."""
    table = read_table(path)
    number, columns = _header(table)
    return Sheet(table, number, columns)


def read_leads(path: Path) -> LeadFile:
    """Read a leads file. LeadsUnreadable when nothing can be made of it; single bad rows get a verdict."""
    return judge(read_sheet(path))


def judge(
    sheet: Sheet, *, columns: Mapping[int, str] | None = None, fixes: Mapping[tuple[int, str], str] | None = None
) -> LeadFile:
    """The verdict on every row, with a person's own `columns` and `fixes` ((row number, field) → text) on top."""
    columns = sheet.columns if columns is None else columns
    header = sheet.header
    if "name" not in columns.values():
        seen = ", ".join(f"“{shown(cell, cap=30)}”" for cell in header if cell.strip()) or "none"
        raise LeadsUnreadable(f"No column looks like a restaurant name. The columns are {seen}.")
    verdicts: list[RowVerdict] = []
    first_rows: dict[str, int] = {}
    for row_number, row in enumerate(sheet.rows[sheet.header_row + 1 :], start=sheet.header_row + 2):
        if not any(cell.strip() for cell in row):
            continue
        values = {field: row[index] for index, field in columns.items() if index < len(row)}
        if fixes:
            values |= {field: text for (number, field), text in fixes.items() if number == row_number}
        verdict = judged(row_number, values)
        if verdict.lead is not None:
            earlier = first_rows.setdefault(verdict.lead.key, row_number)
            if earlier != row_number:
                reason = f"The same restaurant stands in row {earlier}."
                verdict = RowVerdict(row_number, RowStatus.DUPLICATE, verdict.name, (reason,), verdict.lead)
        verdicts.append(verdict)
    mapping = {header[index]: field for index, field in columns.items()}
    unused = tuple(cell for index, cell in enumerate(header) if cell.strip() and index not in columns)
    return LeadFile(tuple(verdicts), mapping, unused)


def _header(table: list[list[str]]) -> tuple[int, dict[int, str]]:
    """The row among the first ones with the most known headers, and its columns."""
    best, found = 0, _columns(table[0])
    for number, row in enumerate(table[1:HEADER_SEARCH_ROWS], start=1):
        columns = _columns(row)
        if len(columns) > len(found):
            best, found = number, columns
    return best, found


def _columns(row: list[str]) -> dict[int, str]:
    names = [folded(cell[:200]) for cell in row]
    columns: dict[int, str] = {}
    for field, aliases in HEADER_ALIASES.items():
        index = next((names.index(alias) for alias in aliases if alias in names and names.index(alias) not in columns), None)
        if index is not None:
            columns[index] = field
    return columns

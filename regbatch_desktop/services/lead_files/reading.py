"""From a table of texts to leads: find the header line, map the columns, judge every row.

Owns: where the header is; a title or merged line above it does not matter.
Never: stores anything.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def read_leads(path: Path) -> LeadFile:
    """Read a leads file. LeadsUnreadable when nothing can be made of it; single bad rows get a verdict."""
    table = read_table(path)
    number, columns = _header(table)
    if "name" not in columns.values():
        seen = ", ".join(f"“{shown(cell, cap=30)}”" for cell in table[number] if cell.strip()) or "none"
        raise LeadsUnreadable(f"No column looks like a restaurant name. The columns are {seen}.")
    header = table[number]
    verdicts: list[RowVerdict] = []
    first_rows: dict[str, int] = {}
    for row_number, row in enumerate(table[number + 1 :], start=number + 2):
        if not any(cell.strip() for cell in row):
            continue
        verdict = judged(row_number, {field: row[index] for index, field in columns.items() if index < len(row)})
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

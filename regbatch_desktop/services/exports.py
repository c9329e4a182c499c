"""The report of a batch: one row per restaurant.

Owns: the columns; a cell can never be a formula, a file is never half written.
Never: contains a password.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import STEPS
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey, SubStepStatus
from regbatch_desktop.pipeline.doors import Doors

# What makes a spreadsheet take a cell for a formula, full-width forms too (ASVS 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = (
    "restaurant", "city", "status", "current step", "company", "company number", "decision", "subdomain", "shop",
    *(f"step {s.number} {s.name}" for s in STEPS), "sub-steps failed", "sub-steps unknown", "sub-steps skipped", "error", "error code",
    "note", "note by",
)  # fmt: skip


def safe_cell(text: str) -> str:
    """`'` in front of what a spreadsheet would run; NUL out."""
    text = text.replace("\x00", "")
    return f"'{text}" if text.startswith(_FORMULA) else text


async def report_rows(doors: Doors, batch_ids: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the report, in the order of the leads."""
    rows = []
    for batch_id in batch_ids:
        for job in await doors.store.jobs(batch_id):
            restaurant = await doors.store.restaurant(job.restaurant_id)
            decided = await doors.store.decisions(job.id)
            last = decided[-1] if decided else None
            rows.append(
                {
                    "restaurant": restaurant.name, "city": restaurant.city, "status": status_words(job),
                    "current step": str(job.current_step), "company": restaurant.company_name,
                    "company number": restaurant.company_number,
                    "decision": f"{last.kind.value.replace('_', ' ')} by {last.decided_by}" if last else "",
                    **_shop(job), **{f"step {s.number} {s.name}": job.step(s.number).status.value for s in STEPS},
                    "sub-steps failed": _listed(job, SubStepStatus.FAILED),
                    "sub-steps unknown": _listed(job, SubStepStatus.UNKNOWN),
                    "sub-steps skipped": _listed(job, SubStepStatus.SKIPPED),
                    "error": job.error_message or job.step(job.current_step).error_message, "error code": job.error_code,
                    "note": restaurant.note.text, "note by": restaurant.note.written_by,
                }
            )  # fmt: skip
    return rows


def status_words(job: Job) -> str:
    """The job's status for people; "completed with failures" is said (L13)."""
    if job.status.value == "completed" and job.has_failures:
        return "completed with failures"
    return job.status.value.replace("_", " ")


def shop_address(job: Job) -> str:
    """Where the shop is, once the platform has given its subdomain; else ""."""
    subdomain = str(job.sub_steps[SubStepKey.RESTAURANT_REGISTRATION].result.get("subdomain", ""))
    return f"https://{subdomain}.pumpd.co.nz" if subdomain else ""


def _shop(job: Job) -> Mapping[str, str]:
    result = job.sub_steps[SubStepKey.RESTAURANT_REGISTRATION].result
    return {"subdomain": str(result.get("subdomain", "")), "shop": shop_address(job)}


def _listed(job: Job, status: SubStepStatus) -> str:
    found = [(key, sub) for key, sub in job.sub_steps.items() if sub.status is status]
    return "; ".join(f"{SUB_STEPS[key].label}: {sub.error or sub.reason or status.value}" for key, sub in found)


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """UTF-8 with BOM, replaced in one go. OSError when the place cannot be written."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    table.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    write_file(path, text.getvalue().encode("utf-8-sig", errors="replace"))


def write_xlsx(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """A book with one sheet; every cell is written as a text, so that none is a formula. OSError."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Restaurants")
    bold = book.add_format({"bold": True})
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, max(12, min(40, len(name) + 2)))
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(COLUMNS):
            sheet.write_string(number, column, row.get(name, "").replace("\x00", "")[:32_000])
    sheet.freeze_panes(1, 1)
    book.close()
    write_file(path, buffer.getvalue())


def write_file(path: Path, data: bytes) -> None:
    """Replaced in one go: a file is never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise

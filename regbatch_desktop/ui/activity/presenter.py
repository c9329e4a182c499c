"""What runs now and the log, without a window.

Owns: what a diagnostics bundle holds: versions, settings without secrets, the redacted log.
Never: imports Qt; sends anything anywhere.
"""

from __future__ import annotations

import asyncio
import io
import json
import platform
import sqlite3
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from regbatch_desktop import __version__
from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import STEPS
from regbatch_desktop.domain.sub_steps import SUB_STEPS
from regbatch_desktop.logs import redacted
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services.runs import Runs

LINES = 500
LIVE_BATCHES = 20
_LIVE = (BatchStatus.IN_PROGRESS, BatchStatus.ACTION_REQUIRED, BatchStatus.FAILED)
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call under way."""

    key: str
    restaurant: str
    name: str
    sent_at: datetime
    status_key: str = "in_progress"


@dataclass(frozen=True, slots=True)
class RetriedRow:
    """A step or sub-step that was tried more than once, or waits to be."""

    key: str
    restaurant: str
    what: str
    attempts: int
    next_at: datetime | None
    reason: str
    status_key: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log."""

    key: str
    at: str
    level: str
    message: str
    status_key: str


@dataclass(frozen=True, slots=True)
class Board:
    """The three lists."""

    calls: tuple[CallRow, ...]
    retried: tuple[RetriedRow, ...]
    log: tuple[LogRow, ...]


class ActivityPresenter:
    """The verbs of the activity pane."""

    def __init__(self, doors: Doors, runs: Runs, log_path: Path) -> None:
        self._doors = doors
        self._runs = runs
        self._log_path = log_path

    async def board(self) -> Board:
        """Calls under way, and the last lines of the log, newest first."""
        calls = tuple(
            CallRow(f"{call.job_id}:{call.name}", call.restaurant_name, call.name, call.sent_at) for call in self._runs.in_flight
        )
        return Board(calls, await self._retried(), await asyncio.to_thread(self._lines))

    async def _retried(self) -> tuple[RetriedRow, ...]:
        """In the newest batches that have not ended; what is tried next comes first."""
        live = [row for row in await self._doors.store.batch_rows() if row.status in _LIVE][-LIVE_BATCHES:]
        found: list[RetriedRow] = []
        for batch in live:
            names = {each.id: each.name for each in await self._doors.store.batch_restaurants(batch.key)}
            for job in await self._doors.store.jobs(batch.key):
                found += retried_rows(job, names[job.restaurant_id])
        return tuple(sorted(found, key=lambda row: (row.next_at is None, row.next_at or _FIRST, row.restaurant.casefold())))

    def _lines(self) -> tuple[LogRow, ...]:
        found = []
        for number, line in enumerate(_tail(self._log_path)):
            try:
                data = json.loads(line)
            except ValueError:
                continue
            level = str(data.get("level", ""))
            key = {"ERROR": "failed", "CRITICAL": "failed", "WARNING": "action_required"}.get(level, "completed")
            found.append(LogRow(f"{number}:{data.get('at')}", str(data.get("at", "")), level, str(data.get("message", "")), key))
        return tuple(reversed(found))

    async def bundle(self, settings: Mapping[str, object]) -> dict[str, str]:
        """Name → text of everything that a bundle would hold, to be looked at before it is written."""
        rows = await self._doors.store.batch_rows()
        facts = {
            "version": __version__, "python": platform.python_version(), "system": platform.platform(), "sqlite": sqlite3.sqlite_version,
            "batches": len(rows), "statuses": sorted(row.status.value for row in rows),
        }  # fmt: skip
        plain = {key: value for key, value in settings.items() if not key.startswith(("recent", "configuration.templates"))}
        return {
            "facts.json": json.dumps(facts, indent=2),
            "settings.json": json.dumps(redacted(plain), indent=2, default=str),
            "log.jsonl": await asyncio.to_thread(redacted_log, self._log_path),
        }

    async def write(self, path: str, parts: Mapping[str, str]) -> str:
        """Write the bundle that was looked at."""
        return await asyncio.to_thread(write_parts, path, parts)


def write_parts(path: str, parts: Mapping[str, str]) -> str:
    """An archive with one file per part; the sentence that says so. OSError when the place cannot be written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    Path(path).write_bytes(buffer.getvalue())
    return f"Written to {path}."


def redacted_log(path: Path) -> str:
    """The last lines of the log without secrets."""
    return str(redacted("\n".join(_tail(path))))


def retried_rows(job: Job, restaurant: str) -> list[RetriedRow]:
    """Every part of one restaurant's registration that needed more than one try."""
    found = [
        RetriedRow(
            f"{job.id}:{step.number}", restaurant, f"{step.number}. {STEPS[step.number - 1].name}", step.attempt,
            step.next_attempt_at, step.error_message, step.status.value,
        )
        for step in job.steps
        if step.attempt > 1 or step.next_attempt_at is not None
    ]  # fmt: skip
    found += [
        RetriedRow(
            f"{job.id}:{key}", restaurant, SUB_STEPS[key].label, sub.attempt, sub.next_attempt_at, sub.error, sub.status.value
        )
        for key, sub in job.sub_steps.items()
        if sub.attempt > 1 or sub.next_attempt_at is not None
    ]
    return found


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 200_000))
            return file.read().decode("utf-8", "replace").splitlines()[-LINES:]
    except OSError:
        return []

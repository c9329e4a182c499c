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
from datetime import datetime
from pathlib import Path

from regbatch_desktop import __version__
from regbatch_desktop.logs import redacted
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services.runs import Runs

LINES = 500


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call under way."""

    key: str
    restaurant: str
    name: str
    sent_at: datetime
    status_key: str = "in_progress"


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
    """Both lists."""

    calls: tuple[CallRow, ...]
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
        return Board(calls, await asyncio.to_thread(self._lines))

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
        log = "\n".join(await asyncio.to_thread(_tail, self._log_path))
        rows = await self._doors.store.batch_rows()
        facts = {
            "version": __version__, "python": platform.python_version(), "system": platform.platform(), "sqlite": sqlite3.sqlite_version,
            "batches": len(rows), "statuses": sorted(row.status.value for row in rows),
        }  # fmt: skip
        plain = {key: value for key, value in settings.items() if not key.startswith(("recent", "configuration.templates"))}
        return {
            "facts.json": json.dumps(facts, indent=2),
            "settings.json": json.dumps(redacted(plain), indent=2, default=str),
            "log.jsonl": str(redacted(log)),
        }

    async def write(self, path: str, parts: Mapping[str, str]) -> str:
        """Write the bundle that was looked at."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                archive.writestr(name, text)
        await asyncio.to_thread(Path(path).write_bytes, buffer.getvalue())
        return f"Written to {path}."


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 200_000))
            return file.read().decode("utf-8", "replace").splitlines()[-LINES:]
    except OSError:
        return []

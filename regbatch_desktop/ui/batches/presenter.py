"""Batches without a window: the list, start, cancel, retry, rename, export.

Owns: what a bulk action will touch, said before it happens.
Never: imports Qt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.fate import Fate
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import OF_A_BATCH
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.read_models import BatchPlaces, BatchRow
from regbatch_desktop.services import batches
from regbatch_desktop.services.boards import batch_time_left
from regbatch_desktop.services.exports import report_rows, write_csv, write_xlsx
from regbatch_desktop.services.fates import FateReader, FateTable, withdrawn
from regbatch_desktop.services.runs import Runs


class BatchesPresenter:
    """The verbs on whole batches."""

    def __init__(self, doors: Doors, runs: Runs) -> None:
        self._doors = doors
        self._runs = runs
        self._fates = FateReader(doors)
        self._places: Mapping[str, BatchPlaces] = {}
        # By id: the row as it was read and as it is shown; what did not change stays the same object.
        self._completed_from: Mapping[str, tuple[BatchRow, BatchRow]] = {}

    async def rows(self) -> tuple[BatchRow, ...]:
        """Every batch, newest first, with where its restaurants are and the time left."""
        store = self._doors.store
        found, seconds, fates = await asyncio.gather(store.batch_rows(), store.step_seconds(), self._fates.read())
        if any(row.key not in self._places for row in found):
            self._places = await store.batch_places()
        # Ten thousand of them are completed off the loop.
        return await asyncio.to_thread(self._completed, found, seconds, fates)

    def _completed(self, found: Sequence[BatchRow], seconds: Mapping[int, float], fates: FateTable) -> tuple[BatchRow, ...]:
        nowhere, completed = BatchPlaces(), {}
        for row in reversed(found):
            places, left = self._places.get(row.key, nowhere), batch_time_left(row, seconds)
            read, known = self._completed_from.get(row.key, (None, row))
            fate = fates.pending(row.key, OF_A_BATCH)
            if read is not row or known.places is not places or known.time_left != left or known.fate != fate:
                known = replace(row, places=places, time_left=left, fate=fate)
            completed[row.key] = (row, known)
        self._completed_from = completed
        return tuple(row for _, row in completed.values())

    async def start(self, ids: Sequence[str]) -> str:
        """Start those that were not; what happened in a sentence."""
        return await self._each(ids, "started", batches.start_batch)

    async def cancel(self, ids: Sequence[str]) -> str:
        """Cancel for good."""
        return await self._each(ids, "cancelled", batches.cancel_batch)

    async def failed_jobs(self, ids: Sequence[str]) -> tuple[tuple[str, Job], ...]:
        """(restaurant's name, job) of everything that a retry would touch."""
        found: list[tuple[str, Job]] = []
        for batch_id in ids:
            names = {each.id: each.name for each in await self._doors.store.batch_restaurants(batch_id)}
            found += [(names[j.restaurant_id], j) for j in await self._doors.store.jobs(batch_id) if batches.is_retryable(j)]
        return tuple(found)

    async def retry(self, jobs: Sequence[Job]) -> str:
        """Retry each from its first open step."""
        done = 0
        problems: list[str] = []
        for job in jobs:
            try:
                await batches.retry_job(self._doors, job.id)
                done += 1
            except RegBatchError as error:
                problems.append(error.sentence)
        for batch_id in {job.batch_id for job in jobs}:
            self._runs.retried(batch_id)
        return f"{done} restaurant{'s go' if done != 1 else ' goes'} on." + (f" {problems[0]}" if problems else "")

    async def withdraw(self, fate: Fate) -> str:
        """Take back what was not sent."""
        return "Taken back." if await withdrawn(self._doors, fate) else "It was sent a moment ago, so it is with your team now."

    async def rename(self, batch_id: str, name: str) -> None:
        """MissingSelections for an empty name."""
        await batches.rename_batch(self._doors, batch_id, name)

    async def export(self, ids: Sequence[str], path: str) -> str:
        """CSV or XLSX by the file's ending; where it went."""
        rows = await report_rows(self._doors, ids)
        write = write_xlsx if path.lower().endswith(".xlsx") else write_csv
        await asyncio.to_thread(write, Path(path), rows)
        return f"Exported {len(rows)} restaurants to {path}."

    async def report(self, batch_id: str) -> list[dict[str, str]]:
        """The rows of the report, for a printed one."""
        return await report_rows(self._doors, [batch_id])

    async def _each(self, ids: Sequence[str], verb: str, act: object) -> str:
        done, problem = 0, ""
        for batch_id in ids:
            try:
                await act(self._doors, batch_id)  # type: ignore[operator]
                done += 1
            except RegBatchError as error:
                problem = error.sentence
        return f"{done} batch{'es' if done != 1 else ''} {verb}." + (f" {problem}" if problem else "")


def can_start(row: BatchRow) -> bool:
    """Not started yet."""
    return row.status is BatchStatus.PENDING


def can_cancel(row: BatchRow) -> bool:
    """Something in it has not ended."""
    return row.status in (BatchStatus.PENDING, BatchStatus.IN_PROGRESS, BatchStatus.ACTION_REQUIRED, BatchStatus.FAILED)

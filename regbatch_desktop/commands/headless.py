"""Running batches without a window: engine, reviewer and progress side by side, stopped in order.

Owns: Ctrl-C (first: stop in order; second: say what is uncertain and leave), requests from other processes, the exit code.
Never: wires adapters (bootstrap).
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from regbatch_desktop.bootstrap import Session
from regbatch_desktop.commands import requests
from regbatch_desktop.commands.ask import TerminalQuestion
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.progress import Progress, counted
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.batch import BatchStatus, ExecutionMode
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.pipeline.engine import Engine, can_move
from regbatch_desktop.runtime.garbage import collect_seldom
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services import batches
from regbatch_desktop.services.exports import report_rows, write_csv
from regbatch_desktop.services.reviewer import Reviewer, Selection


class HeadlessRun:
    """One command's run over one or more batches."""

    def __init__(
        self,
        session: Session,
        screen: Screen,
        *,
        selection: Selection,
        min_score: float,
        overrides: Mapping[str, object],
        mode: ExecutionMode | None = None,
        report: Path | None = None,
    ) -> None:
        self._session = session
        self._screen = screen
        self._doors = session.doors
        self._engine = Engine(session.doors, mode=mode)
        self._scope = TaskScope("headless")
        ask = TerminalQuestion(session.doors, screen) if selection is Selection.ASK else None
        self._reviewer = Reviewer(
            session.doors,
            selection=selection,
            min_score=min_score,
            overrides=overrides,
            ask=ask,
            practice_contacts=session.is_practice,
        )
        self._report = report
        self._interrupts = 0
        self._left = False
        self._main: asyncio.Task[None] | None = None

    async def run(self, batch_ids: Sequence[str]) -> Exit:
        """Run the batches one after the other; summary and report at the end."""
        for notice in self._session.notices:
            self._screen.line(notice)
        collect_seldom()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self._interrupted)
        self._scope.spawn(requests.serve(self._session.path, self._requested), name="requests")
        self._main = self._scope.spawn(self._run_all(batch_ids), name="batches")
        with contextlib.suppress(asyncio.CancelledError):
            await self._main
        await self._engine.aclose()
        await self._scope.aclose()
        return await self._summary(batch_ids)

    async def _run_all(self, batch_ids: Sequence[str]) -> None:
        for batch_id in batch_ids:
            if self._interrupts:
                return
            progress = Progress(self._doors, self._screen, batch_id)
            # A question in the terminal and a table that redraws itself would write over each other.
            scope = TaskScope("batch")
            shown = scope.spawn(progress.run(), name="progress")
            scope.spawn(self._reviewer.run(batch_id), name="reviewer")
            try:
                await self._run_one(batch_id)
            finally:
                shown.cancel()
                await scope.aclose()
            if not self._screen.is_live:
                await progress.print_changes()

    async def _run_one(self, batch_id: str) -> None:
        while True:
            await self._engine.run_batch(batch_id)
            if self._interrupts:
                return
            if self._reviewer.is_idle:
                progress = await self._doors.store.batch_progress(batch_id)
                ended = progress.status in (BatchStatus.CANCELLED, BatchStatus.FAILED, BatchStatus.COMPLETED)
                if ended or not any(can_move(job) for job in await self._doors.store.jobs(batch_id)):
                    return
            # Decisions are being made; the engine is called again for what they release.
            await asyncio.sleep(0.02)

    def _interrupted(self) -> None:
        self._interrupts += 1
        if self._interrupts == 1:
            calls = len(self._engine.in_flight)
            self._screen.line(
                f"Stopping: {calls} call{'s' if calls != 1 else ''} under way will finish and be recorded. Press Ctrl-C again to leave now."
            )
            self._engine.request_stop()
            return
        self._left = True
        uncertain = self._engine.abandon()
        if uncertain:
            self._screen.line("Left at once. Not known, and settled at the next `regbatch resume`:")
            for call in uncertain:
                self._screen.line(f"  {call.restaurant_name}: {call.name}, sent at {call.sent_at:%H:%M:%S} UTC")
        if self._main is not None:
            self._main.cancel()

    async def _requested(self, request: Mapping[str, object]) -> str:
        target = str(request["id"])
        if request["verb"] == "cancel":
            count = await batches.cancel_batch(self._doors, target)
            return f"Cancelled: {count} restaurant{'s' if count != 1 else ''}. Calls under way are still recorded."
        if request["verb"] == "retry":
            step = request.get("from_step")
            await batches.retry_job(
                self._doors, target, from_step=int(str(step)) if step else None, reset_config=bool(request.get("reset_config"))
            )
            return "The restaurant goes on."
        raise InvalidStatus("This process does not know that request.")

    async def _summary(self, batch_ids: Sequence[str]) -> Exit:
        jobs: list[Job] = []
        cancelled = False
        for batch_id in batch_ids:
            jobs += await self._doors.store.jobs(batch_id)
            cancelled |= (await self._doors.store.batch(batch_id)).cancelled_at is not None
        names = {r.id: r.name for r in await self._doors.store.restaurants()}
        rows = await report_rows(self._doors, batch_ids)
        if self._report is not None:
            write_csv(self._report, rows)
        self._screen.line("")
        for words, count in sorted(counted(jobs).items()):
            self._screen.line(f"{count:4} {words}")
        for job, row in zip(jobs, rows, strict=True):
            reason = self._reviewer.open_questions.get(job.id, "") if job.waits_for_person else ""
            reason = reason or row["error"] or row["sub-steps unknown"] or row["sub-steps failed"]
            if job.status is not JobStatus.COMPLETED or job.has_failures:
                text = f"  {names.get(job.restaurant_id, '')}: {row['status']}, step {job.current_step}. {reason}"
                self._screen.line(text.rstrip())
        if self._report is not None:
            self._screen.line(f"Report: {self._report}")
        code = self._exit_code(jobs, cancelled=cancelled)
        if code in (Exit.WAITS, Exit.CANCELLED) and not cancelled:
            self._screen.line("`regbatch resume` goes on from here; `regbatch cancel` ends it for good.")
        self._screen.result({"exit_code": int(code), "counts": counted(jobs), "batches": list(batch_ids), "report": rows})
        return code

    def _exit_code(self, jobs: Sequence[Job], *, cancelled: bool) -> Exit:
        if self._left:
            return Exit.ABANDONED
        if cancelled or self._interrupts:
            return Exit.CANCELLED
        if any(job.status is JobStatus.FAILED or job.has_failures for job in jobs):
            return Exit.FAILURES
        if all(job.status is JobStatus.COMPLETED for job in jobs):
            return Exit.OK
        return Exit.WAITS if any(job.waits_for_person for job in jobs) else Exit.FAILURES

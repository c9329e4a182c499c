"""`regbatch resume | status | retry | cancel`: what comes after a run.

Owns: finding the batch or restaurant a person means.
Never: writes a workspace that another process holds; it asks that process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from regbatch_desktop.bootstrap import Session, opened, opened_for_reading
from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.commands import requests
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.headless import HeadlessRun
from regbatch_desktop.commands.options import (
    json_option,
    read_overrides,
    run_options,
    service_options,
    services,
    workspace_option,
    workspace_path,
)  # fmt: skip
from regbatch_desktop.commands.progress import counted, doing
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.batch import BatchStatus, ExecutionMode
from regbatch_desktop.domain.errors import BatchNotFound, JobNotFound, WorkspaceLocked
from regbatch_desktop.ports import BatchStore
from regbatch_desktop.services import batches
from regbatch_desktop.services.reviewer import Selection

_LIVE = (BatchStatus.PENDING, BatchStatus.IN_PROGRESS, BatchStatus.ACTION_REQUIRED, BatchStatus.FAILED)


@click.command()
@click.argument("batch", required=False)
@workspace_option
@service_options
@run_options
@json_option
def resume(
    batch: str | None, workspace: Path | None, register: Path | None, platform_url: str, speed: float, onboarding_sync: bool | None, faults: Path | None,
    selection: str, min_score: float, config: Path | None, mode: str | None, report: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Go on with every batch that has not ended, or with BATCH, also after a crash."""
    path = workspace_path(workspace)
    overrides = read_overrides(config)
    chosen = services(register=register, platform_url=platform_url, speed=speed, faults=faults, onboarding_sync=onboarding_sync)
    screen = Screen(as_json=as_json, asks=selection == Selection.ASK.value)

    async def work() -> Exit:
        async with opened(path, chosen, create=False) as session:
            ids = await _open_batches(session.doors.store, batch)
            if not ids:
                screen.line("There is nothing to resume: every batch has ended.")
                return Exit.OK
            for batch_id in ids:
                if (await session.doors.store.batch(batch_id)).started_at is None:
                    await batches.start_batch(session.doors, batch_id)
            stored = (await session.doors.store.batch(ids[0])).settings.get("overrides")
            merged = dict(stored) if isinstance(stored, Mapping) and not overrides else overrides
            return await HeadlessRun(
                session, screen, selection=Selection(selection), min_score=min_score, overrides=merged,
                mode=ExecutionMode(mode) if mode else None, report=report or path.with_name(f"{path.stem}-report.csv"),
            ).run(ids)  # fmt: skip

    return asyncio.run(work())


async def _open_batches(store: BatchStore, wanted: str | None) -> list[str]:
    rows = await store.batch_rows()
    if wanted is None:
        return [row.key for row in rows if row.progress.status in _LIVE]
    found = [row.key for row in rows if row.key.startswith(wanted) or row.name == wanted]
    if len(found) != 1:
        raise BatchNotFound(f"{'No' if not found else 'More than one'} batch is called “{wanted}”; see `regbatch status`.")
    return found


@click.command()
@workspace_option
@json_option
def status(workspace: Path | None, as_json: bool) -> int:
    """Show batches and what waits, also while another process runs them."""
    screen = Screen(as_json=as_json)

    async def work() -> Exit:
        with opened_for_reading(workspace_path(workspace)) as store:
            for row in await store.batch_rows():
                jobs = await store.jobs(row.key)
                progress = row.progress
                screen.line(
                    f"{row.key[:8]}  {row.name}: {progress.status.value.replace('_', ' ')}, {progress.percent} % ended",
                    style="bold",
                )
                screen.line(f"          {', '.join(f'{n} {words}' for words, n in sorted(counted(jobs).items()))}")
                names = {r.id: r.name for r in await store.restaurants([j.restaurant_id for j in jobs])}
                for job in jobs:
                    if not job.is_ended or job.has_failures or job.error_message:
                        screen.line(
                            f"          {job.id[:8]}  {names.get(job.restaurant_id, '')}: step {job.current_step}, {doing(job)}"
                        )
                screen.event(
                    event="batch", id=row.key, name=row.name, status=progress.status.value, percent=progress.percent,
                    counts=dict(counted(jobs)),
                )  # fmt: skip
        return Exit.OK

    return asyncio.run(work())


@click.command()
@click.argument("target", required=False)
@click.option("--from-step", type=click.IntRange(1, 6), default=None, help="Step to start again from. Default: where it failed.")
@click.option("--reset-config", is_flag=True, help="Drop the configuration; Step 5 is made anew.")
@workspace_option
def retry(target: str | None, from_step: int | None, reset_config: bool, workspace: Path | None) -> int:
    """Reopen failed restaurants: those of a batch, one restaurant by its id, or all. `resume` then runs them."""
    path, screen = workspace_path(workspace), Screen()

    async def targets(store: BatchStore) -> list[str]:
        rows = await store.batch_rows()
        jobs = [job for row in rows for job in await store.jobs(row.key)]
        if target and any(job.id.startswith(target) for job in jobs):
            return [job.id for job in jobs if job.id.startswith(target)]
        wanted = set(await _open_batches(store, target)) if target else {row.key for row in rows}
        return [job.id for job in jobs if job.batch_id in wanted and batches.is_retryable(job)]

    async def directly() -> int:
        async with opened(path, Services(), create=False) as session:
            ids = await targets(session.doors.store)
            for job_id in ids:
                await batches.retry_job(session.doors, job_id, from_step=from_step, reset_config=reset_config)
            return len(ids)

    async def listed() -> list[str]:
        with opened_for_reading(path) as store:
            return await targets(store)

    try:
        count = asyncio.run(directly())
    except WorkspaceLocked:
        ids = asyncio.run(listed())
        for job_id in ids:
            screen.line(_asked(path, {"verb": "retry", "id": job_id, "from_step": from_step, "reset_config": reset_config}))
        count = len(ids)
    if not count:
        raise JobNotFound("There is no failed restaurant to retry.")
    screen.line(f"{count} reopened; `regbatch resume` runs them.")
    return Exit.OK


@click.command()
@click.argument("batch", required=False)
@workspace_option
def cancel(batch: str | None, workspace: Path | None) -> int:
    """Cancel a batch (or all that have not ended) for good. What exists at the platform stays there."""
    path, screen = workspace_path(workspace), Screen()

    async def directly() -> list[str]:
        async with opened(path, Services(), create=False) as session:
            return await _cancelled(session, batch)

    async def listed() -> list[str]:
        with opened_for_reading(path) as store:
            return await _open_batches(store, batch)

    try:
        lines = asyncio.run(directly())
    except WorkspaceLocked:
        lines = [_asked(path, {"verb": "cancel", "id": batch_id}) for batch_id in asyncio.run(listed())]
    for line in lines or ["There is nothing to cancel: every batch has ended."]:
        screen.line(line)
    return Exit.OK


async def _cancelled(session: Session, batch: str | None) -> list[str]:
    lines = []
    for batch_id in await _open_batches(session.doors.store, batch):
        count = await batches.cancel_batch(session.doors, batch_id)
        lines.append(f"Cancelled: {count} restaurant{'s' if count != 1 else ''}.")
    return lines


def _asked(path: Path, request: Mapping[str, object]) -> str:
    answer = requests.ask(path, request)
    if answer is None:
        raise WorkspaceLocked("Another process holds this workspace and did not answer; try again in a moment.")
    return answer

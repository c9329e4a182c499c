"""`regbatch run`: from a leads file to finished shops.

Owns: what is said about the file before anything starts, and splitting into batches of 50.
Never: runs the batches (headless.py).
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from regbatch_desktop.bootstrap import Session, opened
from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.headless import HeadlessRun
from regbatch_desktop.commands.options import (
    FilePath,
    json_option,
    read_overrides,
    run_options,
    service_options,
    services,
    workspace_option,
    workspace_path,
)  # fmt: skip
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.batch import MAX_RESTAURANTS, ExecutionMode
from regbatch_desktop.domain.errors import NoUsableLeads
from regbatch_desktop.domain.lead import RowStatus
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.services import batches
from regbatch_desktop.services.lead_files import LeadFile, read_leads
from regbatch_desktop.services.leads import create_batch, import_leads, split
from regbatch_desktop.services.reviewer import Selection

VERDICTS_SHOWN = 20


@click.command()
@click.argument("leads", type=FilePath)
@workspace_option
@service_options
@run_options
@json_option
def run(
    leads: Path, workspace: Path | None, register: Path | None, platform_url: str, speed: float, onboarding_sync: bool | None, faults: Path | None,
    selection: str, min_score: float, config: Path | None, mode: str | None, report: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Import LEADS (CSV or XLSX) and run every restaurant through all six steps."""
    path = workspace_path(workspace)
    overrides = read_overrides(config)
    chosen = services(register=register, platform_url=platform_url, speed=speed, faults=faults, onboarding_sync=onboarding_sync)
    screen = Screen(as_json=as_json, asks=selection == Selection.ASK.value)
    return asyncio.run(
        run_leads(
            leads, path, chosen, screen, selection=Selection(selection), min_score=min_score, overrides=overrides,
            mode=ExecutionMode(mode) if mode else ExecutionMode.SEQUENTIAL, report=report,
        )
    )  # fmt: skip


async def run_leads(
    leads: Path,
    path: Path,
    chosen: Services,
    screen: Screen,
    *,
    selection: Selection,
    min_score: float,
    overrides: dict[str, object],
    mode: ExecutionMode,
    report: Path | None = None,
) -> Exit:
    """The whole run; also used by the demo."""
    file = read_leads(leads)
    say_verdicts(screen, file)
    async with opened(path, chosen) as session:
        restaurants = await _restaurants(session, screen, file)
        settings: dict[str, object] = {
            "selection": selection.value,
            "min_score": min_score,
            "overrides": _without_secrets(overrides),
        }
        parts = split(restaurants)
        if len(parts) > 1:
            screen.line(f"More than {MAX_RESTAURANTS} restaurants: split into {len(parts)} batches, run one after the other.")
        ids = [(await create_batch(session.doors, part, mode=mode, settings=settings)).id for part in parts]
        for batch_id in ids:
            await batches.start_batch(session.doors, batch_id)
        return await HeadlessRun(
            session, screen, selection=selection, min_score=min_score, overrides=overrides, mode=mode,
            report=report or path.with_name(f"{path.stem}-report.csv"),
        ).run(ids)  # fmt: skip


def _without_secrets(overrides: dict[str, object]) -> dict[str, object]:
    """What may stand in a row: a resumed run takes passwords from the sealed configuration or from --config again."""
    kept: dict[str, object] = {}
    for section, values in overrides.items():
        if isinstance(values, dict):
            kept[section] = {name: value for name, value in values.items() if "password" not in name}
    return kept


async def _restaurants(session: Session, screen: Screen, file: LeadFile) -> list[Restaurant]:
    imported = await import_leads(session.doors, file.leads)
    active = await session.doors.store.active_restaurant_ids()
    again = [restaurant for restaurant in imported.known if restaurant.id not in active]
    busy = len(imported.known) - len(again)
    if again:
        screen.line(f"{len(again)} of them are in this workspace already and are used again.")
    if busy:
        screen.line(f"{busy} of them are in a batch that has not ended and are left out; `regbatch resume` goes on with it.")
    restaurants = [*imported.added, *again]
    if not restaurants:
        raise NoUsableLeads("No restaurant of this file is left to start.")
    return restaurants


def say_verdicts(screen: Screen, file: LeadFile) -> None:
    """How the file was read: columns, good rows, and every row that has a remark (the first ones in full)."""
    mapped = ", ".join(f"{header} → {field}" for header, field in file.mapping.items())
    screen.line(f"Columns: {mapped}")
    if file.unused:
        screen.line(f"Not used: {', '.join(file.unused)}")
    counts = {status: sum(v.status is status for v in file.verdicts) for status in RowStatus}
    screen.line(
        f"{counts[RowStatus.GOOD]} good rows, {counts[RowStatus.DUPLICATE]} duplicates, {counts[RowStatus.BAD]} that cannot be used"
    )
    remarks = [verdict for verdict in file.verdicts if verdict.reasons]
    for verdict in remarks[:VERDICTS_SHOWN]:
        screen.line(f"  row {verdict.row_number}: {verdict.status.value}: {' '.join(verdict.reasons)} {verdict.name}")
    if len(remarks) > VERDICTS_SHOWN:
        screen.line(f"  … and {len(remarks) - VERDICTS_SHOWN} more rows with remarks")
    for verdict in file.verdicts:
        screen.event(event="row", row=verdict.row_number, status=verdict.status.value, name=verdict.name, reasons=verdict.reasons)

"""Gaps in the window while long lists are filtered, sorted and scrolled: 10,000 batches, 100,000 leads, and one batch's detail."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import Qt

from regbatch_desktop.ui.application import Application
from regbatch_desktop.ui.kit.table import RowsTable
from tests.benchmarks.big_workspace import BATCHES, PER_BATCH, make
from tests.benchmarks.gaps import idle, measured
from tests.benchmarks.window import play, until

Figures = dict[str, dict[str, float]]
Type = Callable[[str], None]


async def settled(table: RowsTable) -> None:
    """The wish was heard (a typed letter waits a moment) and everything wanted is shown."""
    await asyncio.sleep(0.2)
    await until(lambda: table.rows_model.is_settled)


async def scroll(table: RowsTable) -> None:
    """From end to end in jumps, then down by lines, as a wheel does; each is painted."""
    bar = table.verticalScrollBar()
    for part in range(21):
        bar.setValue(round(bar.maximum() * part / 20))
        await asyncio.sleep(0.01)
    bar.setValue(0)
    for line in range(60):
        bar.setValue(line * 3)
        await asyncio.sleep(0.01)


async def measure(into: Figures, pane: str, table: RowsTable, type_: Type, words: tuple[str, ...]) -> None:
    """Filter, sort and scroll one pane."""

    async def filtered() -> None:
        for each in (*words, ""):
            type_(each)
            await settled(table)

    async def sorted_() -> None:
        for column, order in ((0, Qt.SortOrder.DescendingOrder), (3, Qt.SortOrder.AscendingOrder)):
            table.sortByColumn(column, order)
            await settled(table)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        await settled(table)

    works: dict[str, Callable[[], Awaitable[None]]] = {"filter": filtered, "sort": sorted_, "scroll": lambda: scroll(table)}
    for name, work in works.items():
        with measured(into, f"{pane}: {name}"):
            await work()


def main(folder: Path) -> None:
    workspace, figures = folder / "big.db", Figures()
    make(workspace)

    async def part(application: Application) -> None:
        bench = application.workbench
        figures["idle"] = await idle(5)
        leads, batches, batch = bench.leads.table, bench.batches.table, bench.batch.table
        with measured(figures, "leads: open"):
            bench.go("leads")
            await until(lambda: leads.shown_count() == BATCHES * PER_BATCH and leads.rows_model.is_settled)
        leads.selectAll()
        with measured(figures, "leads: sort with all chosen"):
            leads.sortByColumn(3, Qt.SortOrder.AscendingOrder)
            await settled(leads)
        leads.clearSelection()
        await measure(figures, "leads", leads, bench.leads.search.setText, ("k", "kea", "kea kit", "cafe 99"))
        with measured(figures, "batches: open"):
            bench.go("batches")
            bench.batches._tab_buttons["All"].click()
            await until(lambda: batches.shown_count() == BATCHES and batches.rows_model.is_settled)
        await measure(figures, "batches", batches, bench.batches.search.setText, ("n", "napier", "batch 77"))
        with measured(figures, "batch: open"):
            bench.go("batch", batches.rows_model.shown[0].key)
            await until(lambda: batch.shown_count() == PER_BATCH)
        await measure(figures, "batch", batch, bench.batch.search.setText, ("k", "kea"))

    play(folder, workspace, part)
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

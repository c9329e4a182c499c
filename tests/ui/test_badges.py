"""The numbers beside the panes are those of now, also when counting takes longer than the changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton

from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.ui.workbench import BADGE_MS
from tests.pipeline.workbench import bench
from tests.ui.qt_bench import on_qt, until, workbench


class SlowLists:
    """The real store; an answered list is held back until `go_on`."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.go_on = asyncio.Event()
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def batch_rows(self) -> tuple[BatchRow, ...]:
        found: tuple[BatchRow, ...] = await self._store.batch_rows()
        self.asked += 1
        await self.go_on.wait()
        return found


@on_qt
async def test_what_changes_while_it_is_counted_is_counted_too(tmp_path: Path) -> None:
    async with bench(tmp_path) as made:
        store = SlowLists(made.doors.store)
        made.doors = replace(made.doors, store=store)
        async with workbench(made, tmp_path) as opened:
            await until(lambda: store.asked > 0)
            batch = await made.batch(2)
            while not all(job.waits_for_person for job in await made.jobs(batch)):  # noqa: ASYNC110 - asked of the file
                await asyncio.sleep(0.02)
            # Twice the rhythm of counting, and the count under way is still not answered.
            await asyncio.sleep(2 * BADGE_MS / 1000)
            assert store.asked == 1
            store.go_on.set()

            def shown() -> bool:
                return any(button.text() == "Company selection (2)" for button in opened.window.findChildren(QPushButton))

            await until(shown, "the badge stays as it was")

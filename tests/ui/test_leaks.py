"""A workspace that was closed leaves nothing behind, however often it was opened and looked at."""

from __future__ import annotations

import asyncio
import gc
import weakref
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.preferences import Preferences
from regbatch_desktop.ui.workbench import Workbench
from tests.pipeline.workbench import bench
from tests.ui.qt_bench import Opened, active_timers, on_qt, other_tasks, settle, shows_something, until, workbench

OPENINGS, WARM_UP = 20, 6
SHOWS = 200
MOST_GROWTH = 15 * 1024 * 1024


def running_timers() -> list[QTimer]:
    """Of every timer that Python knows."""
    return [each for each in gc.get_objects() if isinstance(each, QTimer) and isValid(each) and each.isActive()]


async def look_at_everything(opened: Opened, batch_id: str, *, times: int) -> None:
    """Every pane comes to the front and is loaded; then all of them quickly, one after the other."""
    for name, pane in opened.window.panes.items():
        opened.workbench.go(name, batch_id if name in ("batch", "selection") else "")
        if hasattr(pane, "states"):
            await shows_something(pane.states)
    for _ in range(times - 1):
        for name in opened.window.panes:
            opened.window.show_pane(name)
            await asyncio.sleep(0)
    await until(lambda: not other_tasks(), "a load does not end")


@on_qt
async def test_opening_and_closing_a_workspace_leaves_nothing(tmp_path: Path, qt: QApplication) -> None:
    process, rss, threads, children = psutil.Process(), [], [], []
    timers_before = running_timers()
    async with bench(tmp_path) as made:
        batch = await made.batch(3)
        await made.run(batch)
        window = MainWindow(Preferences(tmp_path / "preferences.json")).furnish()
        window.show()
        before = len(qt.topLevelWidgets())
        gone: list[weakref.ref[Workbench]] = []
        for _ in range(OPENINGS):
            async with workbench(made, tmp_path, window) as opened:
                await look_at_everything(opened, batch.id, times=SHOWS // OPENINGS)
                gone.append(weakref.ref(opened.workbench))
            del opened
            assert other_tasks() == []
            await until(lambda: not window.panes)
            settle()
            gc.collect()
            assert active_timers(window) == []
            assert len(qt.topLevelWidgets()) == before
            children.append(len(window.findChildren(QObject)))
            threads.append(process.num_threads())
            rss.append(process.memory_info().rss)
        assert running_timers() == timers_before
        assert made.doors.changes._listeners == []
        assert [each for each in gone if each() is not None] == []
        assert len(set(children)) == 1, children
        assert len(set(threads[1:])) == 1, threads
        assert rss[-1] - rss[WARM_UP - 1] < MOST_GROWTH, [number >> 10 for number in rss]
        window.close_for_good()


@on_qt
async def test_an_open_workspace_looked_at_for_long_grows_no_further(tmp_path: Path) -> None:
    process = psutil.Process()
    async with bench(tmp_path) as made:
        batch = await made.batch(3)
        await made.run(batch)
        async with workbench(made, tmp_path) as opened:
            await look_at_everything(opened, batch.id, times=20)
            widgets, rss = len(opened.window.findChildren(QObject)), process.memory_info().rss
            await look_at_everything(opened, batch.id, times=60)
            settle()
            gc.collect()
            assert len(opened.window.findChildren(QObject)) == widgets
            assert process.memory_info().rss - rss < MOST_GROWTH

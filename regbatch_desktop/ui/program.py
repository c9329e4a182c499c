"""The program behind the painted window: event loop, crash reports, what a second start or a link brings to the front.

Owns: the order of everything after the first paint, and that nothing of it is left at the end.
Never: opens a workspace itself (application.py).
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

import regbatch_desktop
from regbatch_desktop import logs
from regbatch_desktop.crash_reports import CrashReports
from regbatch_desktop.ui.application import Application
from regbatch_desktop.ui.crash_notice import CrashNotice
from regbatch_desktop.ui.kit.window_loop import WindowLoop
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.second_start import SecondStart
from regbatch_desktop.ui.single_instance import SingleInstance

UNEXPECTED = "Unexpected problem, reference {}. Nothing was lost; the log has the rest."
_NEEDED_LATER = ("alembic.config", "alembic.runtime.environment", "alembic.script", "alembic.op", "xlsxwriter", "python_calamine")


def run_painted(
    qt: QApplication, window: MainWindow, data_dir: Path, single: SingleInstance, *, path: Path | None, link: str, speed: float
) -> None:
    """Stay until the person leaves."""
    loop = WindowLoop(qt)
    log = logs.configure(data_dir / "logs")
    reports = CrashReports(data_dir)
    with loop:
        application = Application(qt, data_dir, practice={"speed": speed}, window=window)
        reports.watch(told=lambda reference: application.window.say(UNEXPECTED.format(reference)))
        notice = CrashNotice(application, reports, log)
        second = SecondStart(application)
        single.asked.connect(second.asked)

        async def story() -> None:
            notice.begin()
            if link:
                second.asked(link)
            if getattr(sys, "frozen", False):
                application.scope.spawn(_load_the_rest(application), name="load-the-rest")
            await application.run(path)

        played(loop, qt, application, story())
    reports.close()


def played(loop: asyncio.AbstractEventLoop, qt: QApplication, application: Application, story: Coroutine[Any, Any, None]) -> None:
    """Run the loop until the story ends; nothing that belongs to it is left behind."""

    async def told() -> None:
        try:
            await story
        finally:
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            asyncio.get_running_loop().set_exception_handler(None)

    try:
        loop.run_until_complete(told())
    finally:
        application.window.deleteLater()
        qt.processEvents()


async def _load_the_rest(application: Application) -> None:
    """Load what the frozen program would load later: an update replaces its files under it, and what is loaded is safe from that."""
    await application.ready.wait()
    names = [found.name for found in pkgutil.walk_packages(regbatch_desktop.__path__, "regbatch_desktop.")]
    for name in (*names, *_NEEDED_LATER):
        importlib.import_module(name)
        # One module at a time, so that the window never waits for more than one.
        await asyncio.sleep(0.02)

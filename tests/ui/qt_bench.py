"""What tests of the window share: the application, a loop per test, waiting for conditions, a workbench on a real workspace."""

from __future__ import annotations

import asyncio
import functools
import logging
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services.runs import Runs
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.states import States
from regbatch_desktop.ui.kit.window_loop import WindowLoop
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.panes import made_panes
from regbatch_desktop.ui.preferences import Preferences
from regbatch_desktop.ui.workbench import Workbench
from tests.pipeline.workbench import Bench

DEADLINE_S = 10.0
P = ParamSpec("P")


def application() -> QApplication:
    """Made once, as the program makes it."""
    qt = QApplication.instance() or QApplication(["regbatch"])
    assert isinstance(qt, QApplication)
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    return qt


def settle() -> None:
    """Deliver what is queued, and delete what is to be deleted."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


@contextmanager
def thrown() -> Iterator[list[BaseException]]:
    """Collects what slots raise."""
    errors: list[BaseException] = []
    before = sys.excepthook

    def keep(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        errors.append(error)

    sys.excepthook = keep
    try:
        yield errors
    finally:
        sys.excepthook = before


def on_qt(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test on Qt's loop; a fresh one per test, and none of its tasks may be left."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        qt = application()

        async def whole() -> None:
            lost: list[dict[str, Any]] = []
            asyncio.get_running_loop().set_exception_handler(lambda _loop, context: lost.append(context))
            await test(*args, **kwargs)
            await until(lambda: not other_tasks(), "tasks are left")
            assert lost == []

        with asyncio.Runner(loop_factory=lambda: WindowLoop(qt)) as runner:
            runner.run(whole())

    return run


def other_tasks() -> list[str]:
    """The names of the tasks of this loop but the one that asks."""
    return [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def until(condition: Callable[[], object], what: str = "", *, deadline_s: float = DEADLINE_S) -> None:
    """Let the loop go on until `condition` holds; AssertionError after the deadline."""
    give_up_at = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < give_up_at, what or "it did not come"
        await asyncio.sleep(0.005)


async def turns(number: int = 20) -> None:
    """Everything that is due now gets its turn."""
    for _ in range(number):
        await asyncio.sleep(0)


async def shows_something(states: States) -> None:
    """The first load of a pane has ended well."""
    await until(lambda: states.state in ("content", "empty"), states.notice.text or "it is still loading")


def wait_until(condition: Callable[[], object], *, deadline_s: float = DEADLINE_S) -> None:
    """The same without a loop of asyncio."""
    give_up_at = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < give_up_at, "it did not come"
        QCoreApplication.processEvents()


def active_timers(root: QObject) -> list[str]:
    """Who owns the timers that run below `root`."""
    return [type(timer.parent()).__name__ for timer in root.findChildren(QTimer) if timer.isActive()]


def thread_names() -> set[str]:
    """The threads that live."""
    return {thread.name for thread in threading.enumerate()}


@contextmanager
def logged(name: str) -> Iterator[list[logging.LogRecord]]:
    """What one logger is told, whatever pytest shows."""
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    logger, handler = logging.getLogger(name), Keep()
    logger.addHandler(handler)
    try:
        yield records
    finally:
        logger.removeHandler(handler)


@dataclass
class Opened:
    """An open workbench; its window is shown."""

    bench: Bench
    desk: Desk
    window: MainWindow
    workbench: Workbench


@asynccontextmanager
async def workbench(made: Bench, folder: Path, window: MainWindow | None = None) -> AsyncIterator[Opened]:
    """Opens and closes in the order of application.py."""
    preferences = Preferences(folder / "preferences.json")
    shown = window or MainWindow(preferences).furnish()
    shown.show()
    runs = Runs(made.doors)
    desk = Desk(made.doors, runs, TaskScope("workspace"), preferences, folder / "w.db", True, person="Ann")
    panes = await made_panes(shown, desk, folder / "regbatch.log")
    opened = Opened(made, desk, shown, Workbench(shown, desk, panes, ()))
    shown.show_pane("leads")
    try:
        yield opened
    finally:
        await runs.aclose()
        opened.workbench.close()
        assert await desk.scope.aclose() == ()
        if window is None:
            shown.close_for_good()
            shown.deleteLater()

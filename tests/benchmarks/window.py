"""The real application offscreen on its own loop, with a workspace open and a part of a benchmark played on it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.application import Application
from regbatch_desktop.ui.kit.window_loop import WindowLoop

Part = Callable[[Application], Awaitable[None]]


async def until(condition: Callable[[], object], *, seconds: float = 300) -> None:
    """Wait; RuntimeError when it takes too long."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not condition():
        if loop.time() > end:
            raise RuntimeError("it did not come in time")
        await asyncio.sleep(0.005)


def play(folder: Path, workspace: Path, part: Part, *, practice: dict[str, Any] | None = None) -> None:
    """Open the application on a workspace, run the part, and leave in order."""
    os.environ["REGBATCH_DATA_DIR"] = str(folder / "data")
    qt = QApplication.instance() or QApplication([])
    assert isinstance(qt, QApplication)
    qt.setStyle("Fusion")
    qt.setQuitOnLastWindowClosed(False)
    loop = WindowLoop(qt)
    with loop:
        application = Application(qt, folder / "data", practice=practice)

        async def run() -> None:
            running = asyncio.ensure_future(application.run(workspace))
            try:
                await application.ready.wait()
                await until(lambda: application.workbench is not None and not application._open.is_busy)
                await part(application)
            finally:
                application.leaving.begun.set()
                await running

        loop.run_until_complete(run())

"""`regbatch-desktop --smoke`: does this build work, on this machine? The real window, every pane, one restaurant to its end.

Owns: what is tried; each check has a name, so that a report says which part of a build is missing.
Never: touches the person's own data (the caller names an empty folder) or anything outside this machine.
"""

from __future__ import annotations

import asyncio
import platform
import sqlite3
import ssl
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from regbatch_desktop import __version__
from regbatch_desktop.ui.application import Application
from regbatch_desktop.ui.kit.window_loop import WindowLoop
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.program import played
from regbatch_desktop.ui.resources import RESOURCES
from regbatch_desktop.ui.start import has_font

LIMIT_S = 240.0
PANE_S = 60.0


class SmokeFailure(Exception):
    """A check did not hold."""


def run_smoke(qt: QApplication, window: MainWindow, folder: Path, *, picture: Path | None = None) -> dict[str, Any]:
    """Play everything in an empty folder behind a painted window; the report has `ok`, one entry per check, and times in seconds."""
    report: dict[str, Any] = {
        "version": __version__, "frozen": bool(getattr(sys, "frozen", False)), "python": platform.python_version(),
        "qt": qVersion(), "platform": qt.platformName(), "sqlite": sqlite3.sqlite_version, "checks": {}, "panes": [], "ok": False,
    }  # fmt: skip
    loop = WindowLoop(qt)
    with loop:
        application = Application(qt, folder / "data", practice={"speed": 0.002, "failing_per_mille": 0}, window=window)
        played(loop, qt, application, _watched(_Smoke(application, folder, report, picture)))
    report["ok"] = bool(report["checks"]) and all(said == "ok" for said in report["checks"].values())
    return report


async def _watched(smoke: _Smoke) -> None:
    application = smoke.application
    running = asyncio.ensure_future(application.run())
    try:
        async with asyncio.timeout(LIMIT_S):
            await smoke.play()
    except TimeoutError:
        smoke.report["checks"]["played to the end"] = f"not done after {LIMIT_S:.0f} s"
    finally:
        application.leaving.begin()
        await running


class _Smoke:
    def __init__(self, application: Application, folder: Path, report: dict[str, Any], picture: Path | None) -> None:
        self.application = application
        self.report = report
        self.workspace = folder / "smoke.db"
        self._folder = folder
        self._picture = picture
        self._began = time.monotonic()

    async def play(self) -> None:
        """The checks, in the order in which a day would meet them."""
        await self._check("window", self._window)
        await self._check("icons and fonts", self._look)
        await self._check("workspace", self._opened)
        await self._check("one restaurant from lead to shop", self._restaurant)
        await self._check("every pane", self._panes)
        await self._check("files", self._files)
        await self._check("cryptography and certificates", self._cryptography)

    async def _check(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            # Every missing part of a build shows here, whatever it raises.
            self.report["checks"][name] = f"{type(error).__name__}: {error}"[:300]
        else:
            self.report["checks"][name] = "ok"
        self.report.setdefault("seconds", {})[name] = round(time.monotonic() - self._began, 2)

    async def _until(self, condition: Callable[[], object], what: str, *, seconds: float = PANE_S) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise SmokeFailure(f"not seen within {seconds:.0f} s: {what}")
            await asyncio.sleep(0.02)

    async def _window(self) -> None:
        await self._until(self.application.window.isVisible, "the window")
        await self.application.ready.wait()

    async def _look(self) -> None:
        if QIcon(str(RESOURCES / "regbatch.svg")).pixmap(32, 32).isNull():
            raise FileNotFoundError("the program's icon cannot be painted")
        if not has_font():
            raise FileNotFoundError("no font is installed")

    async def _opened(self) -> None:
        from regbatch_desktop.practice import sample

        await asyncio.to_thread(sample.write, self._folder, sample.generate(restaurants=1, companies=200))
        self.application.open(self.workspace)
        await self._until(lambda: self.application.desk is not None, "the opened workspace")
        await self._until(lambda: "leads" in self.application.window.panes, "the panes")

    async def _restaurant(self) -> None:
        from regbatch_desktop.domain.steps import JobStatus
        from regbatch_desktop.services import batches, leads
        from regbatch_desktop.services.lead_files import read_leads
        from regbatch_desktop.services.reviewer import Reviewer, Selection

        doors = self.application.desk.doors
        found = await asyncio.to_thread(read_leads, self._folder / "leads.csv")
        imported = await leads.import_leads(doors, found.leads)
        batch = await leads.create_batch(doors, imported.added, name="Smoke")
        reviewer = Reviewer(doors, selection=Selection.BEST, practice_contacts=True)
        deciding = asyncio.ensure_future(reviewer.run(batch.id))
        try:
            await batches.start_batch(doors, batch.id)
            end = time.monotonic() + LIMIT_S
            while not (job := (await doors.store.jobs(batch.id))[0]).is_ended:
                if time.monotonic() > end:
                    raise SmokeFailure(f"the restaurant stopped at step {job.current_step}: {job.status.value}")
                await asyncio.sleep(0.05)
        finally:
            deciding.cancel()
            await asyncio.gather(deciding, return_exceptions=True)
        if job.status is not JobStatus.COMPLETED:
            raise SmokeFailure(f"the restaurant ended as {job.status.value}: {job.error_message}")
        self.report["batch"] = batch.id

    async def _panes(self) -> None:
        window, bench = self.application.window, self.application.workbench
        for name, pane in tuple(window.panes.items()):
            if name in ("batch", "selection", "configuration"):
                bench.go(name, self.report["batch"])
            else:
                bench.go(name)
            await self._until(lambda pane=pane: pane.isVisible(), f"the pane {name}")  # type: ignore[misc]
            states = getattr(pane, "states", None)
            if states is not None:
                await self._until(lambda states=states: states.state != "loading", f"content in {name}")  # type: ignore[misc]
                if states.state == "failed":
                    raise SmokeFailure(f"the pane {name} shows a failure")
            if window.grab().isNull():
                raise SmokeFailure(f"the pane {name} cannot be painted")
            self.report["panes"].append(name)
        if self._picture is not None:
            bench.go("batch", self.report["batch"])
            await self._until(lambda: bench.batch.states.state == "content", "the batch")
            # Not processEvents(): the loop would step into another task in the middle of this one, which ends there.
            await asyncio.sleep(0.1)
            if not window.grab().save(str(self._picture)):
                raise OSError(f"the picture {self._picture} cannot be written")

    async def _files(self) -> None:
        from regbatch_desktop.services.exports import report_rows, write_csv, write_xlsx
        from regbatch_desktop.services.lead_files import read_leads
        from regbatch_desktop.ui.printed_report import write_pdf

        rows = await report_rows(self.application.desk.doors, [self.report["batch"]])
        write_csv(self._folder / "report.csv", rows)
        write_xlsx(self._folder / "report.xlsx", rows)
        write_pdf(str(self._folder / "report.pdf"), "Smoke", "1 restaurant", rows)
        again = await asyncio.to_thread(read_leads, self._folder / "report.xlsx")
        if len(again.leads) != len(rows):
            raise SmokeFailure("a report that was written cannot be read again")

    async def _cryptography(self) -> None:
        import certifi
        import keyring

        ssl.create_default_context(cafile=certifi.where())
        self.report["keychain"] = type(keyring.get_keyring()).__module__
        self.report["openssl"] = ssl.OPENSSL_VERSION

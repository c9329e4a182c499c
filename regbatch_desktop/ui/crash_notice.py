"""The start after a crash: says that it happened, and offers the report with everything that it would hold.

Owns: the question and the preview.
Never: sends anything; the person writes a file, or does not.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from regbatch_desktop.crash_reports import CrashReports
from regbatch_desktop.ui.application import Application
from regbatch_desktop.ui.kit.async_action import AsyncAction


class CrashNotice:
    """`begin` once; nothing happens when the last end was an orderly one."""

    def __init__(self, application: Application, reports: CrashReports, log_path: Path) -> None:
        self._application = application
        self._reports = reports
        self._log_path = log_path
        self._ask = AsyncAction(application.scope, self._asked, name="crash-notice", parent=application.window)
        self._ask.succeeded.connect(lambda text: application.window.say(text) if text else None)
        self._ask.failed.connect(lambda error: application.window.say(str(error)))

    def begin(self) -> None:
        """Ask as soon as the window is ready."""
        self._ask.trigger()

    async def _asked(self) -> str:
        from regbatch_desktop.ui.activity.pane import BundleDialog
        from regbatch_desktop.ui.activity.presenter import redacted_log, write_parts
        from regbatch_desktop.ui.kit.questions import answered, ask, ask_file

        await self._application.ready.wait()
        found = await asyncio.to_thread(self._reports.unseen)
        if not found:
            return ""
        window = self._application.window
        references = ", ".join(report.reference for report in found)
        text = (
            f"RegBatch stopped unexpectedly (reference {references}). Nothing was lost, and nothing was sent. "
            "You can look at the report and write it into a file for whoever helps you."
        )
        wanted = await ask(window, "It stopped unexpectedly", text, yes="See the report…", no="Not now")
        self._reports.shown(found)
        if not wanted:
            return ""
        parts = {report.path.name: report.text for report in found}
        parts["log.jsonl"] = await asyncio.to_thread(redacted_log, self._log_path)
        if not await answered(BundleDialog(window, parts)):
            return ""
        path = await ask_file(window, "Write the report", filters="Archive (*.zip)", save=f"regbatch-{found[0].reference}.zip")
        return await asyncio.to_thread(write_parts, path, parts) if path else ""

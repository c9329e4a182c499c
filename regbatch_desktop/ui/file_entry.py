"""The way into a workspace of one's own: a file, or a new practice workspace with the sample leads.

Owns: what is remembered of files that were open.
Never: shows a pane itself; imports anything heavy before something is opened.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from regbatch_desktop.ui.kit.garbage import put_aside

if TYPE_CHECKING:
    from regbatch_desktop.ui.application import Application


class FileEntry:
    """One per program."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def recent(self) -> list[str]:
        """Files that were open and still exist, the last one first."""
        return [path for path in self._application.preferences.get("recent", []) if Path(path).exists()]

    async def open(self, path: Path | None, sample: bool) -> None:
        """Open this file, or with `sample` a new practice workspace with its leads chosen."""
        from regbatch_desktop.bootstrap import opened
        from regbatch_desktop.bootstrap.services import Services, limits_for
        from regbatch_desktop.domain.errors import InvalidConfiguration
        from regbatch_desktop.practice.sample import PRACTICE_NAME
        from regbatch_desktop.ui.workspace_settings import settings_of

        application = self._application
        if application.desk is not None and path == application.desk.path:
            return
        if sample or path is None:
            path = await asyncio.to_thread(_new_practice, application.data_dir / "practice" / time.strftime(PRACTICE_NAME))
        chosen = settings_of(application.preferences, path)
        if problem := chosen.problem():
            raise InvalidConfiguration(problem)
        register = Path(chosen.register_file) if chosen.register_file else path.with_name("register.csv")
        services = Services(
            chosen.platform_url,
            register if register.exists() else None,
            onboarding_sync=chosen.onboarding_sync,
            indexing=application.say_indexing,
            beside_window=True,
            **application.practice,
        )
        limits = chosen.limited(limits_for(services))
        stack = AsyncExitStack()
        try:
            session = await stack.enter_async_context(opened(path, services, limits=limits))
        except BaseException:
            await stack.aclose()
            raise
        await application.close_workspace()
        desk = await application.show_workspace(stack, session.doors, path, session.is_practice, session.notices)
        application.preferences.put("open", str(path))
        application.preferences.put(
            "recent", [str(path), *(each for each in application.preferences.get("recent", []) if each != str(path))][:8]
        )
        if sample:
            from regbatch_desktop.services import leads
            from regbatch_desktop.services.lead_files import read_leads

            found = await asyncio.to_thread(read_leads, path.with_name("leads.csv"))
            await leads.import_leads(session.doors, found.leads)
        await desk.runs.begin()
        put_aside()
        application.window.show_pane("leads" if sample else application.preferences.get("window.pane", "leads"))
        if sample:
            application.workbench.leads.choose_all_when_loaded()


def _new_practice(folder: Path) -> Path:
    from regbatch_desktop.practice import sample

    sample.write(folder, sample.generate())
    return folder / "workspace.db"

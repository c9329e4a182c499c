"""What a second start, a file or a `regbatch://` link brings to the front of the window that is already there.

Owns: that a link only shows a batch of the workspace at hand, and that an open workspace is never exchanged behind a person's back.
Never: starts, changes or decides anything.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt

from regbatch_desktop.domain.batch_link import batch_id_of, is_link
from regbatch_desktop.domain.errors import BatchNotFound, RegBatchError
from regbatch_desktop.ui.application import Application
from regbatch_desktop.ui.kit.async_action import AsyncAction


class SecondStart(QObject):
    """`asked(text)`: a path, a link, or "" for the window alone."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.window)
        self._application = application
        self._follow = AsyncAction(application.scope, self._show_batch, name="follow-link", on_retrigger="restart", parent=self)
        self._follow.failed.connect(self._say)

    def asked(self, what: str) -> None:
        """Come to the front and show what was named."""
        window = self._application.window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if is_link(what):
            self._follow.trigger(what)
        elif what:
            self._open(Path(what))

    def _open(self, path: Path) -> None:
        desk = self._application.desk
        if desk is None:
            self._application.open(path)
        elif path != desk.path:
            self._application.window.say(f"Close this workspace (Ctrl+W) to open {path.name}.")

    async def _show_batch(self, link: str) -> None:
        await self._application.ready.wait()
        batch_id = batch_id_of(link)
        if self._application.desk is None:
            await self._application.open_most_recent()
        desk = self._application.desk
        if desk is None:
            raise BatchNotFound("Open the workspace that has this batch first, then follow the link again.")
        await desk.doors.store.batch(batch_id)
        self._application.workbench.go("batch", batch_id)

    def _say(self, error: object) -> None:
        sentence = error.sentence if isinstance(error, RegBatchError) else str(error)
        application = self._application
        if application.workbench is None:
            pane = application.window.panes.get("welcome")
            if pane is not None:
                pane.notice.say(sentence)  # type: ignore[attr-defined]
        else:
            application.window.show_pane("batches")
            application.workbench.batches.states.notice.say(sentence)
        application.window.say(sentence)

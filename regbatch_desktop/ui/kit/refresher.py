"""The one way back into a pane: change or timer → one load at a time → rows.

Owns: when a pane loads: while it is visible, after a settle time, one at a time; a timer heals a missed change.
Never: knows what is loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.runtime.tasks import TaskScope

_log = logging.getLogger(__name__)
SETTLE_MS = 150
# Loading takes at most a fifth of the time: a list of 100,000 is not loaded again and again while a batch runs.
REST = 4


class Refresher(QObject):
    """`loaded` carries what `load` returned; `failed` an error, with the old rows kept by the pane."""

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        scope: TaskScope,
        pane: QWidget,
        load: Callable[[], Coroutine[Any, Any, Any]],
        *,
        name: str,
        poll_s: Callable[[], float | None],
    ) -> None:
        super().__init__(pane)
        self._scope = scope
        self._pane = pane
        self._load = load
        self._name = name
        self._poll_s = poll_s
        self._dirty = True
        self._stopped = False
        self._began = 0.0
        self._task: asyncio.Task[Any] | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._begin)
        self._poll = QTimer(self, singleShot=True)
        self._poll.timeout.connect(self.mark)
        pane.installEventFilter(self)

    def mark(self) -> None:
        """Something may have changed; loads soon if the pane can be seen, else when it is shown."""
        self._dirty = True
        if self._may_load() and not self._settle.isActive():
            self._settle.start()

    def now(self) -> None:
        """Load at once."""
        self._dirty = True
        self._begin()

    async def rehearse(self) -> None:
        """Load once before anybody looks, for what only a first load costs: statements, caches, rows. Nothing of it is shown."""
        if not self._dirty or self._stopped or self._task is not None or self._pane.isVisible() or self._scope.is_closed:
            return
        self._task = self._scope.spawn(self._load(), name=f"{self._name}:rehearse")
        self._task.add_done_callback(self._on_rehearsed)
        await asyncio.wait((self._task,))

    def stop(self) -> None:
        """No more loads, and none of one that is under way."""
        self._stopped = True
        self._settle.stop()
        self._poll.stop()
        self._pane.removeEventFilter(self)
        if self._task is not None:
            self._task.cancel()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shown: load when dirty. Hidden: nothing runs."""
        if watched is self._pane:
            if event.type() == QEvent.Type.Show:
                QTimer.singleShot(0, self, self._on_shown)
            elif event.type() == QEvent.Type.Hide:
                self._settle.stop()
                self._poll.stop()
        return False

    def _on_shown(self) -> None:
        # Whoever showed it at something has begun already.
        if self._task is None:
            self.now()

    def _may_load(self) -> bool:
        return not self._stopped and self._task is None and self._pane.isVisible() and not self._scope.is_closed

    def _begin(self) -> None:
        if not self._dirty or not self._may_load():
            return
        self._dirty = False
        self._poll.stop()
        self._began = time.monotonic()
        self._task = self._scope.spawn(self._load(), name=f"{self._name}:refresh")
        self._task.add_done_callback(self._on_done)

    def _on_rehearsed(self, task: asyncio.Task[Any]) -> None:
        self._task = None
        if task.cancelled() or self._stopped:
            return
        if (error := task.exception()) is not None:
            # Said where the person looks, if it is still so then.
            _log.debug("%s could not be loaded before its first look: %s", self._name, type(error).__name__)
        with contextlib.suppress(RuntimeError):
            # Shown meanwhile.
            self._begin()

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._task = None
        if task.cancelled() or self._stopped:
            return
        try:
            self._settle.setInterval(max(SETTLE_MS, round(1000 * REST * (time.monotonic() - self._began))))
            error = task.exception()
            if error is None:
                self.loaded.emit(task.result())
            else:
                if not isinstance(error, RegBatchError):
                    _log.error("%s could not be loaded", self._name, exc_info=error)
                self.failed.emit(error)
            if not self._pane.isVisible():
                return
            if self._dirty:
                self._settle.start()
            elif (seconds := self._poll_s()) is not None:
                self._poll.start(round(seconds * 1000))
        except RuntimeError:
            _log.debug("%s was deleted while it loaded", self._name)

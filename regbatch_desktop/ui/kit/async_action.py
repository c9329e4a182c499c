"""The one way from a click to a coroutine: owned, busy while it runs, cancellable, its error shown where it arose.

Owns: the busy state of one action.
Never: shows anything; a pane connects the signals.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Literal
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.runtime.tasks import TaskScope

_log = logging.getLogger(__name__)


class Unexpected(RegBatchError):
    """Something nobody foresaw; the log has it under the reference."""

    code = "UNEXPECTED"


class AsyncAction(QObject):
    """`on_retrigger`: what a second trigger does while the first runs: `ignore` it, or `restart` with the new arguments."""

    busy_changed = Signal(bool)
    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        scope: TaskScope,
        work: Callable[..., Coroutine[Any, Any, Any]],
        *,
        name: str,
        on_retrigger: Literal["ignore", "restart"] = "ignore",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scope = scope
        self._work = work
        self._name = name
        self._on_retrigger = on_retrigger
        self._task: asyncio.Task[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """A task is under way."""
        return self._task is not None

    def trigger(self, *args: Any) -> None:
        """Start, or do what `on_retrigger` says; nothing while the workspace is being closed."""
        if self._scope.is_closed:
            return
        if self._task is not None:
            if self._on_retrigger == "ignore":
                return
            self._task.remove_done_callback(self._on_done)
            self._task.cancel()
            self._task = None
        task = self._scope.spawn(self._work(*args), name=self._name)
        self._task = task
        self.busy_changed.emit(True)
        # A task that is cancelled before its first step never runs its `finally`: busy ends here.
        task.add_done_callback(self._on_done)

    def cancel(self) -> None:
        """Stop what is under way, silently."""
        if self._task is not None:
            self._task.cancel()

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        if task is not self._task:
            return
        self._task = None
        try:
            self.busy_changed.emit(False)
            if task.cancelled():
                return
            error = task.exception()
            if error is None:
                self.succeeded.emit(task.result())
            elif isinstance(error, RegBatchError):
                self.failed.emit(error)
            else:
                reference = uuid4().hex[:4].upper()
                _log.error("unexpected problem %s in %s", reference, self._name, exc_info=error)
                self.failed.emit(
                    Unexpected(f"Unexpected problem, reference {reference}. Nothing was lost; the log has the rest.")
                )
        except RuntimeError:
            # The pane was deleted while the task ran; there is nobody left to tell.
            _log.debug("%s ended after its pane", self._name)

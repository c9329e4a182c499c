"""The outbox as the whole window sees it: a line in the status bar, a number in the navigation, a word when a conflict comes in.

Owns: what was said last.
Never: reads more than the summary, which costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from regbatch_desktop.domain.fate import OutboxSummary
from regbatch_desktop.ports import Outbox
from regbatch_desktop.services.fates import summary_mark, summary_words
from regbatch_desktop.ui.main_window import MainWindow

# Decisions are sent by the dozen; the line is written a few times a second at most.
SETTLE_MS = 120
TIP = "Kept on this machine until your team's project has them; a click shows each."


class OutboxWatch(QObject):
    """`tell` (title, text) notifies the person."""

    def __init__(self, window: MainWindow, outbox: Outbox, tell: Callable[[str, str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._outbox, self._tell = window, outbox, tell
        self._looks = 0
        self._parked = 0
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self.show_now)
        self.show_now()

    def mark(self) -> None:
        """Something may have changed."""
        if not self._soon.isActive():
            self._soon.start()

    @property
    def notice(self) -> str:
        """A sentence about the files, the account or the clock, or ""."""
        return self._outbox.summary.notice

    def show_now(self) -> None:
        """Write the line."""
        now = self._outbox.summary
        tip = f"{now.notice} {TIP}" if now.notice else TIP
        self._window.say_outbox(summary_words(now), summary_mark(now), tip, now.waiting + now.look)
        self._speak(now)

    def _speak(self, now: OutboxSummary) -> None:
        if now.look > self._looks:
            self._tell(
                "A decision was not taken",
                "Somebody else was first, or it is not possible any more. The outbox shows both sides.",
            )
        elif now.parked and not self._parked:
            self._tell("Decisions are parked", "They cannot be sent just now; the outbox says why. Nothing is lost.")
        self._looks, self._parked = now.look, now.parked

    def close(self) -> None:
        """The workspace is closed."""
        self._soon.stop()
        self._window.say_outbox("", "queued", "", 0)

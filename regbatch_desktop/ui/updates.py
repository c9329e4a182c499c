"""News of versions in the settings: a switch, a button, and one line that says what was found.

Owns: its widgets, and the daily look while the program is open.
Never: downloads, installs or interrupts; the person opens the page.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFormLayout, QGroupBox, QHBoxLayout

from regbatch_desktop import __version__
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.release import Release
from regbatch_desktop.services.updates import Updates, origin
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.resources import RESOURCES

TICK_MS = 15 * 60 * 1000
SWITCH, LOOKED = "updates.daily", "updates.looked_at"


class UpdatesBox(QGroupBox):
    """`look_button`, `daily`, `said` (the line); none of them where another keeps the program up to date."""

    def __init__(self, desk: Desk, updates: Updates | None = None) -> None:
        super().__init__("New versions")
        self._desk = desk
        self._found: Release | None = None
        self._asked_by_hand = False
        came = origin(RESOURCES)
        if updates is None and came.may_look:
            from regbatch_desktop.bootstrap import updates_from

            updates = updates_from(came, desk.doors.clock)
        self._updates = updates
        form = QFormLayout(self)
        if updates is None:
            keeper = came.kept_by or "nobody: this build does not know where its makers publish"
            form.addRow("Installed", Label(f"{__version__}; kept up to date by {keeper}.", wrap=True))
            return
        self.daily = QCheckBox("Look for a new version once a day, when nothing runs")
        self.daily.setChecked(bool(desk.preferences.get(SWITCH, True)))
        self.daily.toggled.connect(lambda on: desk.preferences.put(SWITCH, on))
        self.look_button = button("Look now")
        self.page_button = button("Open its page…")
        self.page_button.hide()
        self.said = Label("", wrap=True)
        self._look = AsyncAction(desk.scope, self._looked, name="updates", parent=self)
        self._look.succeeded.connect(self._on_found)
        self._look.failed.connect(self._on_failed)
        self._look.busy_changed.connect(self.look_button.setDisabled)
        self.look_button.clicked.connect(self._on_button)
        self.page_button.clicked.connect(self._open_page)
        row = QHBoxLayout()
        row.addWidget(self.look_button)
        row.addWidget(self.page_button)
        row.addStretch()
        form.addRow("Installed", Label(__version__))
        form.addRow("", self.daily)
        form.addRow("", row)
        form.addRow("", self.said)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()
        QTimer.singleShot(0, self, self._on_tick)

    def _on_tick(self) -> None:
        if self._updates is not None and self.daily.isChecked() and self._updates.is_due(self._desk.preferences.get(LOOKED, "")):
            self._asked_by_hand = False
            self._look.trigger()

    def _on_button(self) -> None:
        self._asked_by_hand = True
        self._look.trigger()

    async def _looked(self) -> Release | None:
        assert self._updates is not None  # noqa: S101 - the button is only there with it
        found = await self._updates.look(await self._desk.doors.store.batch_rows(), unsent=self._unsent())
        self._desk.preferences.put(LOOKED, self._desk.doors.clock.now().isoformat())
        return found

    def _on_found(self, found: Release | None) -> None:
        self._found = found
        self.page_button.setVisible(found is not None)
        if found is None:
            self.said.setText("This is the newest version.")
            return
        self.said.setText(f"Version {found.version} is there. {found.notes} Install it when it suits you.")

    def _on_failed(self, error: object) -> None:
        # What nobody asked for says nothing when it cannot be done; it is tried again later.
        if self._asked_by_hand:
            self.said.setText(error.sentence if isinstance(error, RegBatchError) else "This could not be found out just now.")

    def _unsent(self) -> int:
        outbox = self._desk.doors.outbox
        return outbox.summary.waiting if outbox is not None else 0

    def _open_page(self) -> None:
        if self._unsent():
            # Found earlier; since then something was decided that is not sent.
            self.said.setText("Decisions are not sent yet; install it when they are.")
        elif self._found is not None:
            QDesktopServices.openUrl(QUrl(self._found.page))

"""Where this workspace's services are and how hard they may be used.

Owns: its fields.
Never: opens or closes the workspace; `reopen_wanted` asks for it.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.questions import ask_file
from regbatch_desktop.ui.kit.states import Notice, button
from regbatch_desktop.ui.workspace_settings import BOUNDS, WorkspaceSettings, keep_settings, settings_of

_SYNC_WORDS = {
    "As usual: synchronised in practice, not at the platform": None,
    "The platform lets us synchronise them": True,
    "The platform does not let us": False,
}


class ServicesGroup(QGroupBox):
    """`reopen_wanted`: what was set counts from then on."""

    reopen_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("This workspace and its services")
        self._desk = desk
        kept = settings_of(desk.preferences, desk.path)
        self.notice = Notice()
        form = QFormLayout(self)
        form.addRow(self.notice)
        form.addRow("File", Label(str(desk.path), wrap=True))
        words = "practice services on this machine; nothing real is touched" if desk.is_practice else "the platform"
        form.addRow("Connected to", Label(words, wrap=True))
        self.platform_url = QLineEdit(kept.platform_url, placeholderText="empty: practice services on this machine")
        self.platform_url.setAccessibleName("Address of the platform")
        form.addRow("Platform", self.platform_url)
        self.register_file = QLineEdit(kept.register_file, placeholderText="empty: the file that came with the workspace")
        self.register_file.setAccessibleName("Register file")
        browse = button("Browse…", name="Choose a register file")
        row = QHBoxLayout()
        row.addWidget(self.register_file, 1)
        row.addWidget(browse)
        form.addRow("Register file", row)
        self.numbers: dict[str, QSpinBox] = {}
        now = {
            "max_in_flight": desk.doors.limits.max_in_flight, "account_spacing_s": round(desk.doors.limits.account_spacing_s),
            "max_retries": desk.doors.limits.max_retries, "parallel_cap": BOUNDS["parallel_cap"][2],
        }  # fmt: skip
        for name, (label, low, high) in BOUNDS.items():
            box = QSpinBox()
            # One below the lowest stands for "as it comes with the services".
            box.setRange(low - 1, high)
            box.setSpecialValueText(f"usual ({now[name]})" if getattr(kept, name) is None else "usual")
            value = getattr(kept, name)
            box.setValue(low - 1 if value is None else value)
            box.setAccessibleName(label)
            self.numbers[name] = box
            form.addRow(label, box)
        self.onboarding_sync = QComboBox()
        self.onboarding_sync.setAccessibleName("Onboarding records")
        for words, value in _SYNC_WORDS.items():
            self.onboarding_sync.addItem(words, value)
        self.onboarding_sync.setCurrentIndex(list(_SYNC_WORDS.values()).index(kept.onboarding_sync))
        form.addRow("Onboarding records", self.onboarding_sync)
        self.apply_button = button("Keep, and open the workspace again")
        form.addRow("", self._left(self.apply_button))
        self._browse = AsyncAction(desk.scope, self._ask_register, name="settings:register", parent=self)
        self._apply = AsyncAction(desk.scope, self._keep, name="settings:services", parent=self)
        self._apply.failed.connect(self.notice.fail)
        self._apply.succeeded.connect(self._on_kept)
        browse.clicked.connect(lambda: self._browse.trigger())
        self.apply_button.clicked.connect(lambda: self._apply.trigger())

    @staticmethod
    def _left(widget: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(widget)
        row.addStretch()
        return row

    def chosen(self) -> WorkspaceSettings:
        """What the fields say."""
        numbers = {name: box.value() if box.value() >= BOUNDS[name][1] else None for name, box in self.numbers.items()}
        sync: bool | None = self.onboarding_sync.currentData()
        return WorkspaceSettings(
            self.platform_url.text().strip(), self.register_file.text().strip(), onboarding_sync=sync, **numbers
        )

    async def _ask_register(self) -> None:
        path = await ask_file(self, "Register file", filters="Companies (*.csv *.xlsx *.json);;All files (*)")
        if path:
            self.register_file.setText(path)

    async def _keep(self) -> str:
        """A sentence that says why not, or ""."""
        wanted = self.chosen()
        if problem := wanted.problem():
            return problem
        before = settings_of(self._desk.preferences, self._desk.path)
        if wanted.platform_url != before.platform_url and any(
            row.started_at is not None for row in await self._desk.doors.store.batch_rows()
        ):
            return "Batches of this workspace have begun on its platform. For another platform create another workspace."
        keep_settings(self._desk.preferences, self._desk.path, wanted)
        return ""

    def _on_kept(self, problem: object) -> None:
        if problem:
            self.notice.say(str(problem))
        else:
            self.reopen_wanted.emit()

"""The sign-in pane: project, e-mail and password, organisation.

Owns: its widgets; the password leaves the field the moment it is sent.
Never: opens a workspace (application.py), or says whether it was the e-mail or the password that was wrong.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.questions import ask_file
from regbatch_desktop.ui.kit.states import Notice, button
from regbatch_desktop.ui.sign_in.presenter import SignInPresenter


class SignInPane(QWidget):
    """`open_wanted` (Organisation); `back_wanted`."""

    open_wanted = Signal(object)
    back_wanted = Signal()

    def __init__(self, presenter: SignInPresenter, scope: TaskScope) -> None:
        super().__init__()
        self._presenter = presenter
        self._found: tuple[Organisation, ...] = ()
        self.notice = Notice()
        self._make_widgets()
        self._lay_out()
        self.sign_in = AsyncAction(scope, self._sign_in, name="sign-in", parent=self)
        self.resume = AsyncAction(scope, presenter.resume, name="resume-session", parent=self)
        self.sign_out = AsyncAction(scope, presenter.sign_out, name="sign-out", parent=self)
        self._file = AsyncAction(scope, self._ask_file, name="project-file", parent=self)
        for action in (self.sign_in, self.resume):
            action.succeeded.connect(self._on_signed_in)
        self.sign_out.succeeded.connect(lambda _: self._on_signed_out())
        for action in (self.sign_in, self.sign_out, self._file):
            action.failed.connect(self.notice.fail)
        self._file.succeeded.connect(lambda _: self._show_project())
        for action in (self.sign_in, self.resume, self.sign_out):
            action.busy_changed.connect(self._on_busy)
        self.file_button.clicked.connect(lambda: self._file.trigger())
        self.sign_in_button.clicked.connect(lambda: self.sign_in.trigger())
        self.password.returnPressed.connect(lambda: self.sign_in.trigger())
        self.sign_out_button.clicked.connect(lambda: self.sign_out.trigger())
        self.open_button.clicked.connect(self._on_open)
        self.back_button.clicked.connect(self.back_wanted)
        self._show_project()
        if presenter.notice:
            self.notice.say(presenter.notice)
        if presenter.project is not None and presenter.email:
            self.resume.trigger()

    def _make_widgets(self) -> None:
        self.url, self.key, self.email, self.password = (QLineEdit() for _ in range(4))
        for edit, name in (
            (self.url, "Project address"), (self.key, "Publishable key"), (self.email, "E-mail"), (self.password, "Password"),
        ):  # fmt: skip
            edit.setAccessibleName(name)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.file_button = button("Open the project file…")
        self.sign_in_button = button("Sign in", role="primary")
        self.sign_out_button = button("Sign out", tip="Ends the session and removes what of the team lies on this machine")
        self.back_button = button("Back")
        self.organisation = QComboBox()
        self.organisation.setAccessibleName("Organisation")
        self.open_button = button("Open the team's workspace", role="primary")

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setMaximumWidth(620)
        box = QVBoxLayout(middle)
        box.addWidget(Label("Your team", role="title"))
        box.addWidget(self.notice)
        group = QGroupBox("Project, once")
        form = QFormLayout(group)
        form.addRow("Address", self.url)
        form.addRow("Publishable key", self.key)
        form.addRow("", self.file_button)
        box.addWidget(group)
        self._person = QGroupBox("You")
        form = QFormLayout(self._person)
        form.addRow("E-mail", self.email)
        form.addRow("Password", self.password)
        form.addRow("", self.sign_in_button)
        box.addWidget(self._person)
        self._choice = QGroupBox("Organisation")
        form = QFormLayout(self._choice)
        form.addRow("Work for", self.organisation)
        row = QHBoxLayout()
        row.addWidget(self.open_button)
        row.addWidget(self.sign_out_button)
        form.addRow("", row)
        self._choice.hide()
        box.addWidget(self._choice)
        box.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch()
        outer = QHBoxLayout(self)
        outer.addStretch()
        outer.addWidget(middle, 10)
        outer.addStretch()

    def _show_project(self) -> None:
        known = self._presenter.project
        self.url.setText(known.url if known else "")
        self.key.setText(known.publishable_key if known else "")
        self.email.setText(self.email.text() or self._presenter.email)
        (self.email if known else self.url).setFocus()

    async def _ask_file(self) -> None:
        path = await ask_file(self, "Open the project file", filters="Project files (*.json);;All files (*)")
        if path:
            await self._presenter.use_file(Path(path))

    async def _sign_in(self) -> tuple[Organisation, ...]:
        password = Secret(self.password.text())
        self.password.clear()
        self.notice.hide()
        self._presenter.use_project(self.url.text(), self.key.text())
        return await self._presenter.sign_in(self.email.text(), password)

    def _on_signed_in(self, found: tuple[Organisation, ...]) -> None:
        self._found = found
        self.organisation.clear()
        for each in found:
            self.organisation.addItem(each.name, each.id)
        preferred = self._presenter.preferred(found)
        if preferred is not None:
            self.organisation.setCurrentIndex(found.index(preferred))
        self._person.hide()
        self._choice.show()
        self.open_button.setFocus()

    def _on_signed_out(self) -> None:
        self._choice.hide()
        self._person.show()
        self.email.clear()
        self.notice.say("You are signed out; nothing of the team lies on this machine any more.")

    def _on_open(self) -> None:
        organisation = self._found[self.organisation.currentIndex()]
        self._presenter.chosen(organisation)
        self.open_wanted.emit(organisation)

    def _on_busy(self, busy: bool) -> None:
        for each in (self.sign_in_button, self.open_button, self.sign_out_button, self.file_button):
            each.setDisabled(busy)

    def set_busy(self, busy: bool) -> None:
        """While the workspace is being opened."""
        self._on_busy(busy)

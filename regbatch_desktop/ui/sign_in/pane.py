"""The sign-in pane: project, e-mail and password, organisation.

Owns: its widgets; the password leaves the field the moment it is sent.
Never: opens a workspace (application.py), or says whether it was the e-mail or the password that was wrong.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.errors import RegBatchError, ServiceError, SignInNeeded
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services.fates import counted
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.questions import ask_file, ask_which
from regbatch_desktop.ui.kit.states import Notice, button
from regbatch_desktop.ui.sign_in.loading import Loading
from regbatch_desktop.ui.sign_in.presenter import SignInPresenter

PATIENCE_MS = 400
AWAY = "Your team's project is not reached. What is on this machine opens all the same, and what you decide is sent later."
HERE = "What is on this machine can still be opened: to look at it, and to export what was not sent."
KEEP, EXPORT = "Sign out, keep them here", "Export and sign out…"


class SignInPane(QWidget):
    """`open_wanted` (Organisation); `back_wanted`; `stop_wanted`: the workspace that is being opened shall not be."""

    open_wanted = Signal(object)
    back_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, presenter: SignInPresenter, scope: TaskScope) -> None:
        super().__init__()
        self._presenter = presenter
        self._found: tuple[Organisation, ...] = ()
        self.notice = Notice()
        self.loading = Loading()
        self.loading.stop_button.clicked.connect(self.stop_wanted)
        self._make_widgets()
        self._lay_out()
        self.sign_in = AsyncAction(scope, self._sign_in, name="sign-in", parent=self)
        self.resume = AsyncAction(scope, presenter.resume, name="resume-session", parent=self)
        self.kept = AsyncAction(scope, presenter.kept, name="kept-session", parent=self)
        self.kept.succeeded.connect(self._on_kept)
        self.resume.failed.connect(self._on_not_resumed)
        self.sign_out = AsyncAction(scope, self._ask_sign_out, name="sign-out", parent=self)
        self._file = AsyncAction(scope, self._ask_file, name="project-file", parent=self)
        for action in (self.sign_in, self.resume):
            action.succeeded.connect(self._on_signed_in)
        self.sign_out.succeeded.connect(self._on_signed_out)
        # A click while the session is being renewed waits a moment for it, and goes on without it where the project is silent.
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._open_now)
        for action in (self.sign_in, self.sign_out, self._file):
            action.failed.connect(self.notice.fail)
        self._file.succeeded.connect(lambda _: self._show_project())
        for action in (self.sign_in, self.sign_out):
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
            self.kept.trigger()

    def _make_widgets(self) -> None:
        self.url, self.key, self.email, self.password = (QLineEdit() for _ in range(4))
        for edit, name in (
            (self.url, "Project address"), (self.key, "Publishable key"), (self.email, "E-mail"), (self.password, "Password"),
        ):  # fmt: skip
            edit.setAccessibleName(name)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.file_button = button("Open the project file…")
        self.sign_in_button = button("Sign in", role="primary")
        self.sign_out_button = button(
            "Sign out",
            tip="Ends the session and removes what of your team lies on this machine; what was not sent is named first",
        )
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
        box.addWidget(self.loading)
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
        last = self.organisation.currentData()
        self.organisation.clear()
        for each in found:
            self.organisation.addItem(each.name, each.id)
        preferred = next((each for each in found if each.id == last), None) or self._presenter.preferred(found)
        if preferred is not None:
            self.organisation.setCurrentIndex(found.index(preferred))
        self._person.hide()
        self._choice.show()
        self.open_button.setFocus()
        if not self._presenter.reached and not self.resume.is_busy and not self.kept.is_busy:
            self.notice.say(AWAY)
        if self._patience.isActive():
            self._open_now()

    def _on_kept(self, found: tuple[Organisation, ...]) -> None:
        """What is here can be opened at once; whether the session still stands is asked meanwhile."""
        if found:
            self._on_signed_in(found)
        self.resume.trigger()

    def _on_not_resumed(self, error: object) -> None:
        if not self._choice.isVisibleTo(self):
            # Nothing is here to be opened: the form is what there is, and trying it says what is wrong.
            return
        if isinstance(error, ServiceError):
            self.notice.say(AWAY)
            return
        self._person.setVisible(isinstance(error, SignInNeeded))
        told = error.sentence if isinstance(error, RegBatchError) else "The session could not be renewed."
        self.notice.say(f"{told} {HERE}")

    async def _ask_sign_out(self) -> str:
        work = await self._presenter.unsent()
        if not work:
            await self._presenter.sign_out()
            return "You are signed out; nothing of the team lies on this machine any more."
        number = sum(len(each.fates) for each in work)
        text = "Signing out removes what of the team lies on this machine. Your team has not taken these:"
        choice = await ask_which(
            self,
            f"{counted(number)} not sent",
            text,
            rows=self._presenter.named(work),
            choices=(KEEP, EXPORT),
            no="Stay signed in",
        )
        if choice == EXPORT:
            path = await ask_file(self, "Export decisions", filters="JSON (*.json)", save="regbatch-decisions.json")
            if path:
                await self._presenter.export(work, path)
                await self._presenter.sign_out(unsent="discard")
                return f"You are signed out; nothing of the team lies on this machine any more. What was not sent is in {path}."
        elif choice == KEEP:
            await self._presenter.sign_out(unsent="keep")
            return f"You are signed out. {counted(number)} not sent stay on this machine for this account; they go on when it signs in again."
        return ""

    def _on_signed_out(self, sentence: str) -> None:
        if not sentence:
            return
        self._choice.hide()
        self._person.show()
        self.email.clear()
        self.notice.say(sentence)

    def _on_open(self) -> None:
        if self.resume.is_busy:
            self._on_busy(True)
            self._patience.start()
            return
        self._open_now()

    def _open_now(self) -> None:
        self._patience.stop()
        self.resume.cancel()
        self._on_busy(False)
        organisation = self._found[self.organisation.currentIndex()]
        self._presenter.chosen(organisation)
        self.open_wanted.emit(organisation)

    def _on_busy(self, busy: bool) -> None:
        for each in (self.sign_in_button, self.open_button, self.sign_out_button, self.file_button):
            each.setDisabled(busy)

    def set_busy(self, busy: bool) -> None:
        """While the workspace is being opened."""
        self._on_busy(busy)
        if not busy:
            self.loading.hide()

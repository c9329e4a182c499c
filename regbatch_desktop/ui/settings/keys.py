"""Keys of services that a person has an account with: kept in the keychain, never shown again.

Owns: its field, which is emptied as soon as the keychain has the key.
Never: keeps a key itself.
"""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QFormLayout, QGroupBox, QHBoxLayout, QLineEdit

from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.states import Notice, button
from regbatch_desktop.vault.service_keys import NZBN, store_key, stored_key


class KeysGroup(QGroupBox):
    """The subscription key of the NZBN API."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Keys of services")
        self.notice = Notice()
        form = QFormLayout(self)
        form.addRow(self.notice)
        words = "With a key, companies are also searched in the official NZBN register when this workspace works on the platform."
        form.addRow(Label(words, role="muted", wrap=True))
        self.nzbn = QLineEdit(echoMode=QLineEdit.EchoMode.Password, placeholderText="Subscription key")
        self.nzbn.setAccessibleName("Subscription key of the NZBN API")
        self.keep_button = button("Keep in the keychain")
        self.forget_button = button("Forget", name="Forget the key of the NZBN API")
        row = QHBoxLayout()
        for widget in (self.nzbn, self.keep_button, self.forget_button):
            row.addWidget(widget)
        form.addRow("NZBN API", row)
        self._store = AsyncAction(desk.scope, self._stored, name="settings:nzbn-key", parent=self)
        self._store.failed.connect(self.notice.fail)
        self._store.succeeded.connect(self._on_stored)
        self._look = AsyncAction(desk.scope, self._is_known, name="settings:nzbn-known", parent=self)
        self._look.succeeded.connect(self._on_known)
        self.keep_button.clicked.connect(lambda: self._store.trigger(self.nzbn.text().strip()))
        self.forget_button.clicked.connect(lambda: self._store.trigger(""))
        self.nzbn.textChanged.connect(lambda text: self.keep_button.setEnabled(bool(text.strip())))
        self.keep_button.setEnabled(False)
        self._look.trigger()

    async def _stored(self, text: str) -> bool:
        # A keychain may ask its person to unlock it.
        await asyncio.to_thread(store_key, NZBN, Secret(text))
        return bool(text)

    async def _is_known(self) -> bool:
        return await asyncio.to_thread(stored_key, NZBN) is not None

    def _on_stored(self, kept: object) -> None:
        self.nzbn.clear()
        self._on_known(kept)
        self.notice.say("The key is in the keychain; it counts when a workspace is opened." if kept else "The key was forgotten.")

    def _on_known(self, known: object) -> None:
        self.nzbn.setPlaceholderText("A key is kept; type another to replace it" if known else "Subscription key")
        self.forget_button.setEnabled(bool(known))

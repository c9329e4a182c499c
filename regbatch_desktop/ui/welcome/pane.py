"""Welcome: three ways in, and the workspaces that were open before.

Owns: its widgets.
Never: opens a workspace (application.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.kit.states import Notice, button
from regbatch_desktop.ui.kit.words import workspace_words


class WelcomePane(QWidget):
    """`try_wanted`; `open_wanted` (path, or "" to ask for one); `create_wanted`; `team_wanted`."""

    try_wanted = Signal()
    open_wanted = Signal(str)
    create_wanted = Signal()
    team_wanted = Signal()

    def __init__(self, recent: Sequence[str]) -> None:
        super().__init__()
        self.notice = Notice()
        middle = QWidget()
        middle.setMaximumWidth(960)
        box = QVBoxLayout(middle)
        box.setSpacing(14)
        box.addStretch()
        box.addWidget(self.notice)
        box.addWidget(Label("RegBatch", role="title"))
        box.addWidget(
            Label(
                "Takes restaurants from sales lead to live shop, up to 50 at a time. It does the six steps, asks you for two "
                "decisions, and never makes a call twice without asking.",
                wrap=True,
            )
        )
        cards = QHBoxLayout()
        self.try_button = button("Try it now", role="primary")
        self.open_button = button("Open a workspace…")
        self.create_button = button("Create a workspace…")
        self.team_button = button("Sign in…")
        self.team_button.clicked.connect(self.team_wanted)
        self.try_button.clicked.connect(self.try_wanted)
        self.open_button.clicked.connect(lambda: self.open_wanted.emit(""))
        self.create_button.clicked.connect(self.create_wanted)
        cards.addWidget(
            self._card(
                "Try it now",
                "A practice workspace with 30 sample restaurants, a practice platform and a companies register on this machine. "
                "Nothing real is touched.",
                self.try_button,
            ),
            1,
        )
        cards.addWidget(
            self._card(
                "Open or create a workspace",
                "A workspace is one file on this machine. It holds leads, batches and decisions, and works without a network.",
                self.open_button,
                self.create_button,
            ),
            1,
        )
        cards.addWidget(
            self._card(
                "Work with your team",
                "Several people and workers share leads, batches and decisions in your organisation's Supabase project.",
                self.team_button,
            ),
            1,
        )
        box.addLayout(cards)
        if recent:
            box.addWidget(Label("Open before", role="muted"))
        for path in recent[:5]:
            row = QHBoxLayout()
            opener = button("Open", name=f"Open {path}")
            opener.clicked.connect(lambda _=False, path=path: self.open_wanted.emit(path))
            row.addWidget(opener)
            row.addWidget(ElidedLabel(f"{workspace_words(Path(path))}   {path}"), 1)
            box.addLayout(row)
        box.addStretch()
        outer = QHBoxLayout(self)
        outer.addStretch()
        outer.addWidget(middle, 10)
        outer.addStretch()
        self.try_button.setFocus()

    @staticmethod
    def _card(title: str, text: str, *buttons: QPushButton) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        # As tall as the wrapped words need in the width that there is.
        policy.setHeightForWidth(True)
        card.setSizePolicy(policy)
        box = QVBoxLayout(card)
        box.setContentsMargins(18, 16, 18, 16)
        box.addWidget(Label(title, role="subtitle"))
        words = Label(text, role="muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        box.addWidget(words, 1)
        row = QHBoxLayout()
        for each in buttons:
            row.addWidget(each)
        row.addStretch()
        box.addLayout(row)
        return card

    def set_busy(self, busy: bool) -> None:
        """While a workspace is being opened."""
        for each in (self.try_button, self.open_button, self.create_button, self.team_button):
            each.setDisabled(busy)

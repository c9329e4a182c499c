"""One of the 12 sub-steps: its mark, facts and reason, the question when its outcome is not known, the menu of manual statuses.

Owns: its widgets.
Never: changes anything itself; it asks by signal.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from regbatch_desktop.read_models import SubStepRow
from regbatch_desktop.ui.kit.marks import Mark
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.kit.words import clock, duration


class SubStepCard(QFrame):
    """`chosen`: (verb, key); verbs: happened, not_happened, check, completed, failed, skipped, again."""

    chosen = Signal(str, str)

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._row: SubStepRow | None = None
        self.setProperty("role", "card")
        self.mark = Mark()
        self.name = ElidedLabel("", role="strong")
        self.facts = Label("", role="muted")
        self.reason = Label("", wrap=True)
        self.more = QToolButton()
        self.more.setText("⋯")
        self.more.setAutoRaise(True)
        self.more.clicked.connect(self._menu)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 2, 4, 2)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(self.mark)
        head.addWidget(self.name, 1)
        head.addWidget(self.facts)
        head.addWidget(self.more)
        box.addLayout(head)
        box.addWidget(self.reason)
        self._answers = QWidget()
        row = QHBoxLayout(self._answers)
        row.setContentsMargins(0, 2, 0, 2)
        for text, verb in (("It happened", "happened"), ("It did not", "not_happened"), ("Check again", "check")):
            made = button(text)
            made.clicked.connect(lambda _=False, verb=verb: self.chosen.emit(verb, self._key))
            row.addWidget(made)
        row.addStretch()
        box.addWidget(self._answers)
        # As most of them will be: what is laid out before the first look need not be laid out again.
        self.reason.hide()
        self._answers.hide()

    def show_row(self, row: SubStepRow) -> None:
        """Laid out anew only when something in it changed."""
        if row == self._row:
            return
        self._row = row
        self.mark.set_status(row.status_key)
        self.name.set_whole(row.label)
        facts = [row.status_key.replace("_", " ")]
        if row.duration_s is not None:
            facts.append(duration(row.duration_s))
        if row.attempt > 1:
            facts.append(f"{row.attempt} attempts")
        if row.next_attempt_at is not None:
            facts.append(f"again at {clock(row.next_attempt_at)}")
        self.facts.setText(" · ".join(facts))
        self.reason.setText(row.reason[:300])
        self.reason.setVisible(bool(row.reason))
        self._answers.setVisible(row.status_key == "unknown")
        self.setToolTip(row.repeat)
        self.setAccessibleName(f"{row.label}: {', '.join(facts)}. {row.reason}")
        self.more.setAccessibleName(f"Change {row.label}")
        self.more.setEnabled(row.status_key != "in_progress")

    def _menu(self) -> None:
        row = self._row
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, verb in (
            ("Set to completed", "completed"), ("Set to failed", "failed"), ("Set to skipped", "skipped"),
            ("Do it again, with what needs it…", "again"),
        ):  # fmt: skip
            if verb == row.status_key:
                continue
            menu.addAction(text).triggered.connect(lambda _=False, verb=verb: self.chosen.emit(verb, self._key))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

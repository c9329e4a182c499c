"""The six steps of a batch side by side: mark, counts, typical duration, what waits.

Owns: its six cards.
Never: loads.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from regbatch_desktop.read_models import StepSummary
from regbatch_desktop.ui.kit.marks import Mark
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.kit.words import duration

_PANES = {2: "selection", 3: "selection", 5: "configuration"}


class _Card(QFrame):
    wanted = Signal(str)

    def __init__(self, number: int) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._number = number
        self._shown: StepSummary | None = None
        self.mark = Mark()
        self.name = Label("", role="strong", wrap=True)
        self.counts = ElidedLabel("", role="muted")
        self.act: QPushButton | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 6, 8, 6)
        box.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.name, 1)
        box.addLayout(head)
        box.addWidget(self.counts)
        box.addStretch()
        if number in _PANES:
            self.act = button("Decide")
            self.act.setProperty("role", "primary")
            self.act.clicked.connect(lambda: self.wanted.emit(_PANES[number]))
            # Its room is kept, so that nothing below moves when a decision is due.
            policy = self.act.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            self.act.setSizePolicy(policy)
            self.act.hide()
            box.addWidget(self.act)

    def show_summary(self, step: StepSummary) -> None:
        if step == self._shown:
            return
        self._shown = step
        self.mark.set_status(step.status_key)
        self.name.setText(f"{step.number}. {step.name}")
        parts = [f"{step.done}/{step.total} done"]
        parts += [f"{n} {word}" for n, word in ((step.running, "running"), (step.waiting, "wait"), (step.failed, "failed")) if n]
        if step.median_s is not None:
            parts.append(f"≈ {duration(step.median_s)}")
        self.counts.set_whole(" · ".join(parts))
        self.setAccessibleName(f"Step {step.number}, {step.name}: {', '.join(parts)}")
        if self.act is not None:
            self.act.setVisible(step.waiting > 0)
            self.act.setText(f"Decide {step.waiting}")


class StepStrip(QWidget):
    """`wanted` names the pane where a person decides."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._cards = [_Card(number) for number in range(1, 7)]
        for card in self._cards:
            card.wanted.connect(self.wanted)
            row.addWidget(card, 1)

    def show_steps(self, steps: Sequence[StepSummary]) -> None:
        """Show the summaries."""
        for card, step in zip(self._cards, steps, strict=True):
            card.show_summary(step)

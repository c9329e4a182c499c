"""Opening hours: seven days, several intervals a day, past midnight.

Owns: reading what was typed for each day.
Never: stores it.
"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from regbatch_desktop.domain.opening_hours import DAYS, OpeningHours, clock, from_text
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.states import button


def day_words(hours: OpeningHours | None, day: int) -> str:
    """`11:00-14:30, 17:00-22:00`, or "" for closed."""
    return ", ".join(f"{clock(i.opens)}-{clock(i.closes)}" for i in (hours.intervals if hours else ()) if i.day == day)


def hours_words(hours: OpeningHours | None) -> str:
    """All days in one line, for the form's button."""
    days = [f"{DAYS[day][:3]} {words}" for day in range(7) if (words := day_words(hours, day))]
    return "; ".join(days) or "Not known"


class HoursDialog(QDialog):
    """`text` after it was accepted: what from_text reads."""

    def __init__(self, parent: QWidget, hours: OpeningHours | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Opening hours")
        self.setMinimumWidth(480)
        box = QVBoxLayout(self)
        box.addWidget(Label("Opening hours", role="subtitle"))
        box.addWidget(
            Label("Several intervals with commas: 11:00-14:30, 17:00-01:00. Empty means closed.", role="muted", wrap=True)
        )
        grid = QGridLayout()
        self.days: list[QLineEdit] = []
        for number, day in enumerate(DAYS):
            line = QLineEdit(day_words(hours, number))
            line.setAccessibleName(day)
            line.setPlaceholderText("closed")
            line.textChanged.connect(self._check)
            grid.addWidget(Label(day), number, 0)
            grid.addWidget(line, number, 1)
            self.days.append(line)
        same = button("Monday's hours every day")
        same.clicked.connect(self._on_same)
        box.addLayout(grid)
        box.addWidget(same)
        self._problem = Label("", role="error", wrap=True)
        box.addWidget(self._problem)
        buttons = QDialogButtonBox()
        self._ok = buttons.addButton("Use these", QDialogButtonBox.ButtonRole.AcceptRole)
        self._ok.setProperty("role", "primary")
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)

    @property
    def text(self) -> str:
        """`Monday 11:00-14:30; Tuesday …`."""
        return "; ".join(f"{day} {line.text()}" for day, line in zip(DAYS, self.days, strict=True) if line.text().strip())

    def _on_same(self) -> None:
        for line in self.days[1:]:
            line.setText(self.days[0].text())

    def _check(self) -> None:
        try:
            from_text(self.text)
        except ValueError as error:
            self._problem.setText(f"This cannot be read: {error}")
            self._ok.setEnabled(False)
        else:
            self._problem.setText("")
            self._ok.setEnabled(True)

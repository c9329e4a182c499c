"""What the list of batches is narrowed by: step, city, cuisine, age.

Owns: its four choices; they are remembered, none is set by default (L24).
Never: filters a row by its words (pane.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from regbatch_desktop.domain.steps import STEPS
from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.preferences import Preferences

_AGES = (("Any date", 0), ("Today", 1), ("Last 7 days", 7), ("Last 30 days", 30), ("Last 12 months", 365))
_CHOICES = {"step": "current step", "city": "city", "cuisine": "cuisine", "age": "date"}


class BatchFilters(QWidget):
    """`changed` when another choice was made."""

    changed = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.boxes: dict[str, QComboBox] = {}
        for name, words in _CHOICES.items():
            box = QComboBox()
            box.setAccessibleName(f"Filter by {words}")
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(9)
            self.boxes[name] = box
            row.addWidget(box, 1)
        self.clear_button = button("Clear", name="Clear the filters")
        self.clear_button.clicked.connect(self.clear)
        row.addWidget(self.clear_button)
        self._fill("step", [("Every step", 0), *((f"{step.number}. {step.name}", step.number) for step in STEPS)])
        self._fill("age", _AGES)
        self._fill("city", [("Every city", "")])
        self._fill("cuisine", [("Every cuisine", "")])
        for box in self.boxes.values():
            box.currentIndexChanged.connect(self._on_chosen)
        self.clear_button.setVisible(self.is_active)

    @property
    def is_active(self) -> bool:
        """Some batch may be hidden by a choice."""
        return any(box.currentData() for box in self.boxes.values())

    def show_choices(self, rows: Iterable[BatchRow]) -> None:
        """Offer the cities and cuisines of these batches; a choice made before stays."""
        cities: set[str] = set()
        cuisines: set[str] = set()
        for row in rows:
            cities.update(row.places.cities)
            cuisines.update(row.places.cuisines)
        self._fill("city", [("Every city", ""), *((word[:40], word) for word in sorted(cities, key=str.casefold))])
        self._fill("cuisine", [("Every cuisine", ""), *((word[:40], word) for word in sorted(cuisines, key=str.casefold))])

    def choice(self, now: datetime) -> Callable[[BatchRow], bool]:
        """Whether a batch is within every choice that is made now."""
        step, city, cuisine, age = (self.boxes[name].currentData() for name in _CHOICES)
        since = _since(now, age) if age else None

        def accepts(row: BatchRow) -> bool:
            if step and row.current_step != step:
                return False
            if (city and city not in row.places.cities) or (cuisine and cuisine not in row.places.cuisines):
                return False
            return since is None or row.created_at is None or row.created_at > since

        return accepts

    def clear(self) -> None:
        """Show everything."""
        for box in self.boxes.values():
            box.setCurrentIndex(0)

    def _fill(self, name: str, choices: Sequence[tuple[str, object]]) -> None:
        box = self.boxes[name]
        kept = box.currentData() or self._preferences.get(f"batches.{name}", None)
        if kept and all(value != kept for _, value in choices):
            # The only batch with it may come back; nothing is hidden by a choice that cannot be seen.
            choices = [*choices, (str(kept)[:40], kept)]
        if [(box.itemText(n), box.itemData(n)) for n in range(box.count())] == list(choices):
            return
        box.blockSignals(True)
        box.clear()
        for words, value in choices:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(kept)))
        box.blockSignals(False)

    def _on_chosen(self) -> None:
        for name, box in self.boxes.items():
            self._preferences.put(f"batches.{name}", box.currentData())
        self.clear_button.setVisible(self.is_active)
        self.changed.emit()


def _since(now: datetime, days: int) -> datetime:
    """Midnight in the person's time zone, `days` ago; 1 = the beginning of today."""
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)

"""Everything about one restaurant of a batch: six step tiles, the 12 sub-steps by phase with what can be done, its log.

Owns: its widgets; they are made once and filled again, so that the focus stays.
Never: changes anything itself; it asks by signal.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from regbatch_desktop.domain.note import NO_NOTE
from regbatch_desktop.domain.sub_steps import PHASE_LABELS, SUB_STEPS
from regbatch_desktop.read_models import JobRow
from regbatch_desktop.ui.batch.presenter import EventRow
from regbatch_desktop.ui.batch.sub_step_card import SubStepCard
from regbatch_desktop.ui.kit.fate_strip import FateStrip
from regbatch_desktop.ui.kit.flow import FlowLayout
from regbatch_desktop.ui.kit.marks import Mark
from regbatch_desktop.ui.kit.note_box import NoteBox
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.kit.table import RowsTable
from regbatch_desktop.ui.kit.words import clock, duration

_EVENTS = (
    Column("When", lambda row: clock(row.at), sort=lambda row: row.at, width=80),
    Column("What", lambda row: row.what, width=220),
    Column("Detail", lambda row: row.detail, width=0),
)


class RestaurantView(QWidget):
    """`sub_step_chosen` (verb, key); `retry_wanted`, `open_wanted`."""

    sub_step_chosen = Signal(str, str)
    retry_wanted = Signal()
    resume_wanted = Signal()
    decide_wanted = Signal()
    skip_wanted = Signal()
    enter_wanted = Signal()
    open_wanted = Signal()
    take_wanted = Signal()

    def __init__(self, *, is_practice: bool) -> None:
        super().__init__()
        self._is_practice = is_practice
        self.setMinimumWidth(330)
        self._name = ElidedLabel("Choose a restaurant", role="subtitle")
        self._state = ElidedLabel("", role="muted")
        self._error = Label("", role="error", wrap=True)
        self.retry_button = button("Retry from…")
        self.resume_button = button("Resume")
        self.decide_button = button("Decide", role="primary")
        self.enter_button = button("By hand…", tip="Company and contact details typed by you stand in for steps 2 to 4")
        self.skip_button = button("Skip…", tip="Leave this step out and go on without it")
        self.take_button = button("Take over", tip="Whoever worked on it is not heard of any more (T)")
        self.open_button = button("Open the shop ↗", tip="Opens your browser")
        for each, signal in (
            (self.retry_button, self.retry_wanted), (self.resume_button, self.resume_wanted), (self.decide_button, self.decide_wanted),
            (self.enter_button, self.enter_wanted), (self.skip_button, self.skip_wanted), (self.open_button, self.open_wanted),
            (self.take_button, self.take_wanted),
        ):  # fmt: skip
            each.clicked.connect(signal)
            each.hide()
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(self._name)
        box.addWidget(self._state)
        box.addWidget(self._error)
        self.fate = FateStrip()
        box.addWidget(self.fate)
        actions = FlowLayout()
        for each in (
            self.decide_button,
            self.take_button,
            self.resume_button,
            self.retry_button,
            self.enter_button,
            self.skip_button,
            self.open_button,
        ):
            actions.addWidget(each)
        box.addLayout(actions)
        self.note = NoteBox()
        box.addWidget(self.note)
        tiles = QGridLayout()
        tiles.setSpacing(4)
        self._tiles: list[tuple[Mark, ElidedLabel]] = []
        for number in range(6):
            mark, label = Mark(), ElidedLabel("")
            line = QHBoxLayout()
            line.addWidget(mark)
            line.addWidget(label, 1)
            tiles.addLayout(line, number, 0)
            self._tiles.append((mark, label))
        box.addLayout(tiles)
        self._subs: dict[str, SubStepCard] = {}
        grid = QGridLayout()
        grid.setSpacing(4)
        at = 0
        for phase, words in PHASE_LABELS.items():
            grid.addWidget(Label(f"Phase {phase}: {words}", role="muted"), at, 0)
            at += 1
            keys = [key for key, definition in SUB_STEPS.items() if definition.phase == phase]
            for position, key in enumerate(keys):
                made = SubStepCard(key.value)
                made.chosen.connect(self.sub_step_chosen)
                self._subs[key.value] = made
                grid.addWidget(made, at + position, 0)
            at += len(keys)
        box.addLayout(grid)
        box.addStretch()
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setAccessibleName("Steps of this restaurant")
        self.events = RowsTable(_EVENTS, name="Log of this restaurant")
        tabs = QTabWidget()
        tabs.addTab(area, "Steps")
        tabs.addTab(self.events, "Log")
        tabs.setDocumentMode(True)
        tabs.setAccessibleName("Views of this restaurant")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(tabs)
        self._inner = inner
        self._row: JobRow | None = None
        self._error.hide()
        inner.setEnabled(False)

    def show_row(self, row: JobRow | None) -> None:
        """Fill with one restaurant, or nothing. Its cards are laid out anew only when something in it changed."""
        if row is not None and row is self._row:
            return
        self._row = row
        self._inner.setEnabled(row is not None)
        if row is None:
            self._name.set_whole("Choose a restaurant")
            self._state.set_whole("")
            self._error.hide()
            self.fate.show_fate(None)
            self.note.show_note("", NO_NOTE, None)
            return
        self.fate.show_fate(row.fate)
        self.note.show_note(row.key, row.note, row.note_fate)
        self._name.set_whole(row.name)
        told = [row.status, f"step {row.step}, {row.step_name}", row.doing, f"worked on by {row.worker}" if row.worker else ""]
        self._state.set_whole(" · ".join(part for part in told if part))
        self._error.setText(row.error)
        self._error.setVisible(bool(row.error))
        self.retry_button.setVisible(row.can_retry or row.needs_you)
        self.resume_button.setVisible(row.can_resume)
        self.decide_button.setVisible(row.needs_you and row.step in (2, 3, 5))
        self.enter_button.setVisible(row.can_enter)
        self.skip_button.setVisible(row.can_skip)
        self.take_button.setVisible(row.can_take_over)
        # The shops of the practice platform are nowhere.
        self.open_button.setVisible(bool(row.shop) and not self._is_practice)
        for (mark, label), step in zip(self._tiles, row.steps, strict=True):
            mark.set_status(step.status_key)
            times = f" · {duration(step.duration_s)}" if step.duration_s is not None else ""
            again = f" · {step.attempt} attempts" if step.attempt > 1 else ""
            label.set_whole(f"{step.number}. {step.name}{times}{again}")
        for sub in row.sub_steps:
            self._subs[sub.key].show_row(sub)

    def show_events(self, rows: Sequence[EventRow]) -> None:
        """Fill the log."""
        self.events.set_rows(rows)

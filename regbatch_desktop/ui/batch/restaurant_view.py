"""Everything about one restaurant of a batch: six step tiles, the 12 sub-steps by phase with what can be done, its log.

Owns: its widgets; they are made once and filled again, so that the focus stays.
Never: changes anything itself; it asks by signal.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QMenu, QScrollArea, QTabWidget, QToolButton, QVBoxLayout, QWidget

from regbatch_desktop.domain.note import NO_NOTE
from regbatch_desktop.domain.sub_steps import PHASE_LABELS, SUB_STEPS
from regbatch_desktop.read_models import JobRow, SubStepRow
from regbatch_desktop.ui.batch.presenter import EventRow
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


class _SubStep(QFrame):
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
        self._subs: dict[str, _SubStep] = {}
        grid = QGridLayout()
        grid.setSpacing(4)
        at = 0
        for phase, words in PHASE_LABELS.items():
            grid.addWidget(Label(f"Phase {phase}: {words}", role="muted"), at, 0)
            at += 1
            keys = [key for key, definition in SUB_STEPS.items() if definition.phase == phase]
            for position, key in enumerate(keys):
                made = _SubStep(key.value)
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

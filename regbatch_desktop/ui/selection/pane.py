"""The selection pane: restaurants left, candidates in the middle, the comparison right; digits, N, R, M, Enter, Backspace.

Owns: its widgets, the place in the list (it never jumps).
Never: decides itself (presenter.py).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.batch_box import BatchBox
from regbatch_desktop.ui.kit.fate_strip import FateStrip
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.states import States, button
from regbatch_desktop.ui.kit.table import RowsTable
from regbatch_desktop.ui.kit.words import plural
from regbatch_desktop.ui.selection.candidates import Candidates
from regbatch_desktop.ui.selection.columns import COLUMNS
from regbatch_desktop.ui.selection.comparison import Comparison
from regbatch_desktop.ui.selection.foot import Foot
from regbatch_desktop.ui.selection.presenter import Board, SelectionPresenter, SelectionRow, sure_ones
from regbatch_desktop.ui.selection.questions import SelectionQuestions
from regbatch_desktop.ui.selection.threshold_box import ThresholdBox

REGISTER = "Searching the companies register"


class SelectionPane(QWidget):
    """Company selection."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = SelectionPresenter(desk.doors)
        self._questions = SelectionQuestions(self, self._presenter, desk.person)
        self._wanted = ""
        self._accepted: tuple[str, ...] = ()
        self._batch = BatchBox()
        self._threshold = ThresholdBox(float(desk.preferences.get("selection.min_score", DEFAULT_MIN_SCORE)))
        self.accept_button = button("Accept the sure ones…")
        self._count = Label("", role="muted")
        head = QHBoxLayout()
        head.addWidget(Label("Company selection", role="title"))
        head.addWidget(self._count, 1)
        tools = QHBoxLayout()
        tools.addWidget(self._batch, 1)
        tools.addWidget(Label("sure from"))
        tools.addWidget(self._threshold)
        tools.addWidget(self.accept_button)
        self.table = RowsTable(COLUMNS, name="Restaurants that wait for a company", multi=False)
        self.candidates = Candidates()
        self.fate = FateStrip()
        middle = QWidget()
        of_the_middle = QVBoxLayout(middle)
        of_the_middle.setContentsMargins(0, 0, 0, 0)
        of_the_middle.addWidget(self.fate)
        of_the_middle.addWidget(self.candidates, 1)
        self._comparison = Comparison()
        split = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((self.table, 3), (middle, 4), (self._comparison, 3)):
            split.addWidget(part)
            split.setStretchFactor(split.count() - 1, stretch)
        split.setChildrenCollapsible(False)
        self.table.setMinimumWidth(230)
        split.setSizes([330, 430, 330])
        self.foot = Foot()
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(split, 1)
        box.addWidget(self.foot)
        self.states = States(
            content, empty_title="No restaurant waits for its company", empty_text="They come here by themselves after the search of Step 2.",
            action="Go to the batches",
        )  # fmt: skip
        outer = QVBoxLayout(self)
        outer.addLayout(head)
        outer.addLayout(tools)
        outer.addWidget(self.states, 1)

        busy_s = partial(desk.interval_s, "busy")
        self.refresher = Refresher(desk.scope, self, self._presenter.board, name="selection", poll_s=busy_s)
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self.states.acted.connect(lambda: desk.go("batches"))
        self._choose = self._action(self._presenter.choose, "choose")
        self._choose.succeeded.connect(self._on_decided)
        self._search = self._action(lambda: self._questions.search(self._row()), "search")
        self._enter = self._action(lambda: self._questions.enter(self._row()), "manual")
        self._back = self._action(self._presenter.take_back, "take-back")
        self._accept = self._action(self._questions.accept, "accept")
        for action in (self._search, self._enter, self._back):
            action.succeeded.connect(self._on_said)
        self._accept.succeeded.connect(self._on_accepted)
        self.states.notice.undone.connect(lambda: self._back.trigger(self._accepted))
        self.foot.confirm.clicked.connect(self._on_confirm)
        self.foot.none.clicked.connect(self._on_none)
        self.foot.search.clicked.connect(self._on_search)
        self.foot.manual.clicked.connect(lambda: self._enter.trigger())
        self.foot.back.clicked.connect(self._on_back)
        self.accept_button.clicked.connect(lambda: self._accept.trigger(self.table.rows_model.rows, self._threshold.value()))
        self.fate.withdraw_wanted.connect(lambda _fate: self._on_back())
        self.fate.look_wanted.connect(lambda key: desk.go("outbox", key))
        self._threshold.valueChanged.connect(self._on_threshold)
        self._batch.chosen.connect(self._on_batch)
        self.table.selection_moved.connect(self._on_selection)
        self.table.activated_row.connect(lambda _row: self._on_confirm())
        self.candidates.picked.connect(self._show_pair)
        self.table.installEventFilter(self)

    def open(self, batch_id: str, job_id: str = "") -> None:
        """Show one batch ("" = all), at one restaurant."""
        self._presenter.batch_id = batch_id
        self._wanted = job_id
        self.refresher.now()
        self.table.setFocus()

    def on_change(self, change: Change) -> None:
        """Something was committed."""
        if change.kind in ("batch", "job", "fate", "connection"):
            self.refresher.mark()

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """The keys of this pane work while the list has the focus."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            return False
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            return self.candidates.pick(key - Qt.Key.Key_0)
        acts = {
            Qt.Key.Key_N: self._on_none, Qt.Key.Key_R: self._on_search, Qt.Key.Key_M: self._enter.trigger,
            Qt.Key.Key_Backspace: self._on_back,
        }  # fmt: skip
        act = acts.get(Qt.Key(key))
        if act is None:
            return False
        act()
        return True

    def _action(self, work: Any, name: str) -> AsyncAction:
        made = AsyncAction(self._desk.scope, work, name=f"selection:{name}", parent=self)
        made.failed.connect(self.states.notice.fail)
        return made

    def _row(self) -> SelectionRow | None:
        row = self.table.current_row()
        return row if isinstance(row, SelectionRow) else None

    def _on_loaded(self, board: Board) -> None:
        self._batch.show_batches(board.batches, self._presenter.batch_id)
        place = self.table.currentIndex().row()
        self.table.set_rows(board.rows)
        waiting = sum(row.waits for row in board.rows)
        self._count.setText(f"{plural(waiting, 'restaurant')} wait{'s' if waiting == 1 else ''}" if waiting else "")
        if not board.rows:
            self.states.show_empty()
            return
        self.states.show_content()
        if self._wanted and self.table.select_key(self._wanted):
            self._wanted = ""
        elif self.table.current_row() is None:
            self._select_near(max(0, place))
        self._on_threshold()
        self._on_selection()

    def _select_near(self, place: int) -> None:
        """The first that waits from here on, else the nearest."""
        rows = self.table.rows_model.shown
        if not rows:
            return
        order = [*rows[place:], *rows[:place]]
        self.table.select_key(next((row.key for row in order if row.waits), order[0].key))

    def _on_selection(self) -> None:
        row = self._row()
        self.candidates.show_row(row)
        waits = row is not None and row.waits
        if waits and self.candidates.chosen is None:
            self.candidates.pick(1)
        self.fate.show_fate(row.fate if row is not None else None, row.choice.removeprefix("chosen: ") if row is not None else "")
        self._show_pair()

    def _show_pair(self) -> None:
        row, chosen = self._row(), self.candidates.chosen
        self._comparison.show_pair(row, chosen)
        self.foot.follow(row, has_choice=chosen is not None, away=self._desk.register_away(REGISTER))

    def _on_confirm(self) -> None:
        row, chosen = self._row(), self.candidates.chosen
        if row is not None and row.waits and chosen is not None:
            self._choose.trigger(row.key, chosen.hit.company_number, self._desk.person)

    def _on_none(self) -> None:
        if (row := self._row()) is not None and row.waits:
            self._choose.trigger(row.key, None, self._desk.person)

    def _on_search(self) -> None:
        if away := self._desk.register_away(REGISTER):
            self.states.notice.say(away)
        else:
            self._search.trigger()

    def _on_back(self) -> None:
        if (row := self._row()) is not None and row.goes_back:
            self._back.trigger((row.key,))

    def _on_decided(self, _job_id: object) -> None:
        """On to the next one that waits, at once; the list itself stays as it is."""
        place = self.table.currentIndex().row()
        following = next((row for row in self.table.rows_model.shown[place + 1 :] if row.waits), None)
        if following is not None:
            self.table.select_key(following.key)
        self.refresher.mark()

    def _on_said(self, sentence: object) -> None:
        if isinstance(sentence, str) and sentence:
            self.states.notice.say(self._desk.said(sentence))
        self.refresher.now()

    def _on_accepted(self, job_ids: tuple[str, ...]) -> None:
        if job_ids:
            self._accepted = job_ids
            self.states.notice.say(self._desk.said(f"{plural(len(job_ids), 'company', 'companies')} accepted."), undo=True)
        self.refresher.now()

    def _on_batch(self, batch_id: str) -> None:
        self._presenter.batch_id = batch_id
        self.refresher.now()

    def _on_threshold(self) -> None:
        self._desk.preferences.put("selection.min_score", round(self._threshold.value(), 2))
        number = len(sure_ones(self.table.rows_model.rows, self._threshold.value()))
        self.accept_button.setText(f"Accept the sure ones ({number})…")
        self.accept_button.setEnabled(number > 0)

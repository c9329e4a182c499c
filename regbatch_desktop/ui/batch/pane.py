"""The detail pane of one batch.

Owns: its widgets and which restaurant is chosen.
Never: changes a batch itself (presenter.py).
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShortcut
from PySide6.QtWidgets import QLineEdit, QSplitter, QTabWidget, QVBoxLayout, QWidget

from regbatch_desktop.domain.batch import BatchStatus
from regbatch_desktop.domain.names import folded
from regbatch_desktop.read_models import BatchBoard, JobRow
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.batch.columns import COLUMNS, TEAM_COLUMNS
from regbatch_desktop.ui.batch.failures import Failures
from regbatch_desktop.ui.batch.head import OVER, Head
from regbatch_desktop.ui.batch.presenter import BatchPresenter
from regbatch_desktop.ui.batch.questions import BatchQuestions
from regbatch_desktop.ui.batch.restaurant_view import RestaurantView
from regbatch_desktop.ui.batch.step_strip import StepStrip
from regbatch_desktop.ui.batch.timeline import Timeline
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.states import States
from regbatch_desktop.ui.kit.table import RowsTable


class BatchPane(QWidget):
    """One batch."""

    report_wanted = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = BatchPresenter(desk.doors, desk.runs, desk.person)
        self._questions = BatchQuestions(self, self._presenter, desk.person)
        self._board: BatchBoard | None = None
        self._wanted = ""
        # The row whose log was asked for; every call that ends makes another row.
        self._logged: JobRow | None = None
        self.head = Head()
        self.head.back.clicked.connect(lambda: desk.go("batches"))
        self._strip = StepStrip()
        self._strip.wanted.connect(lambda pane: desk.go(pane, self._presenter.batch_id))
        self.table = RowsTable(TEAM_COLUMNS if desk.is_team else COLUMNS, name="Restaurants of this batch")
        self.search = QLineEdit(placeholderText="Search restaurants")
        self.search.setAccessibleName("Search restaurants")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._timeline = Timeline()
        self.failures = Failures()
        self.failures.retried.connect(self._on_retry_group)
        lower = QTabWidget()
        lower.setDocumentMode(True)
        lower.setAccessibleName("Views of this batch")
        first = QWidget()
        inner = QVBoxLayout(first)
        inner.setContentsMargins(0, 4, 0, 0)
        inner.addWidget(self.search)
        inner.addWidget(self.table, 1)
        lower.addTab(first, "Restaurants")
        lower.addTab(self._timeline, "Timeline")
        lower.addTab(self.failures, "Failures")
        self._lower = lower
        self.view = RestaurantView(is_practice=desk.is_practice)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(lower)
        split.addWidget(self.view)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        split.setSizes([800, 350])
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.head.facts)
        box.addWidget(self._strip)
        box.addWidget(split, 1)
        self.states = States(
            content, empty_title="No batch is open", empty_text="Choose one in the list.", action="Go to the batches"
        )
        self.states.acted.connect(lambda: desk.go("batches"))
        outer = QVBoxLayout(self)
        outer.addWidget(self.head)
        outer.addWidget(self.states, 1)

        self.refresher = Refresher(desk.scope, self, self._presenter.board, name="batch", poll_s=self._poll_s)
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self._start = self._action(self._presenter.start, "start", self.head.start)
        self._cancel = self._action(lambda: self._questions.cancel(self._board), "cancel", self.head.cancel)
        self._retry = self._action(self._presenter.retry, "resume", self.view.resume_button)
        self._retry_all = self._action(self._questions.retry_all, "retry", self.head.retry)
        self._retry_from = self._action(
            lambda: self._questions.retry_from(self.table.selected_rows()), "retry-from", self.view.retry_button
        )
        self._sub_step = self._action(self._questions.change_sub_step, "sub-step", None)
        self._skip = self._action(lambda: self._questions.skip(self._chosen()), "skip", self.view.skip_button)
        self._enter = self._action(lambda: self._questions.enter(self._chosen()), "manual", self.view.enter_button)
        self._take = self._action(self._presenter.take_over, "take-over", self.view.take_button)
        QShortcut("T", self.table, self._on_take, context=Qt.ShortcutContext.WidgetShortcut)
        self.view.take_wanted.connect(self._on_take)
        self._withdraw = self._action(self._presenter.withdraw, "withdraw", None)
        self._note = self._action(self._presenter.write_note, "note", None)
        self.view.note.save_wanted.connect(self._note.trigger)
        for strip in (self.head.fate, self.view.fate, self.view.note.fate):
            strip.withdraw_wanted.connect(self._withdraw.trigger)
            strip.look_wanted.connect(lambda key: desk.go("outbox", key))
        self._events = AsyncAction(desk.scope, self._presenter.events, name="batch:events", on_retrigger="restart", parent=self)
        self._events.succeeded.connect(self.view.show_events)
        self.head.start.clicked.connect(lambda: self._start.trigger())
        self.head.cancel.clicked.connect(lambda: self._cancel.trigger())
        self.head.retry.clicked.connect(self._on_retry_failures)
        self.head.report.clicked.connect(lambda: self.report_wanted.emit(self._presenter.batch_id))
        self.view.retry_wanted.connect(lambda: self._retry_from.trigger())
        self.view.resume_wanted.connect(self._on_resume)
        self.view.decide_wanted.connect(self._on_decide)
        self.view.skip_wanted.connect(lambda: self._skip.trigger())
        self.view.enter_wanted.connect(lambda: self._enter.trigger())
        self.view.open_wanted.connect(self._on_open)
        self.view.sub_step_chosen.connect(self._on_sub_step)
        self.table.selection_moved.connect(self._on_selection)
        self.table.activated_row.connect(lambda _row: self._on_decide())

    def open(self, batch_id: str, job_id: str = "") -> None:
        """Show another batch, at one restaurant."""
        self._wanted = job_id
        if batch_id and batch_id != self._presenter.batch_id:
            self._presenter.batch_id = batch_id
            self._board = None
            self.table.set_rows(())
            self.states.notice.hide()
        self.refresher.now()

    def on_change(self, change: Change) -> None:
        """Something was committed."""
        if change.kind in ("batch", "job", "fate"):
            self.refresher.mark()

    def _poll_s(self) -> float | None:
        if self._board is None or self._board.row.status in OVER:
            return None
        return self._desk.interval_s("busy" if self._board.row.status is BatchStatus.IN_PROGRESS else "idle")

    def _action(self, work: Any, name: str, busy: QWidget | None) -> AsyncAction:
        made = AsyncAction(self._desk.scope, work, name=f"batch:{name}", parent=self)
        made.failed.connect(self.states.notice.fail)
        made.succeeded.connect(self._on_done)
        if busy is not None:
            made.busy_changed.connect(busy.setDisabled)
        return made

    def _on_done(self, sentence: object) -> None:
        if sentence:
            self.states.notice.say(self._desk.said(str(sentence)))
        self.refresher.now()

    def _on_loaded(self, board: BatchBoard | None) -> None:
        if board is None:
            self.states.show_empty()
            return
        if board.row.key != self._presenter.batch_id:
            return
        self._board = board
        self.head.show_board(board)
        self._strip.show_steps(board.steps)
        self.table.set_rows(board.jobs)
        self._timeline.show_rows(board.jobs)
        self.failures.show_groups(board.failures)
        failures = f"Failures {sum(len(g.job_ids) for g in board.failures)}" if board.failures else "Failures"
        if failures != self._lower.tabText(2):
            # The same text again lays everything out and paints it once more.
            self._lower.setTabText(2, failures)
        if self._wanted and self.table.select_key(self._wanted):
            self._wanted = ""
        if self.table.current_row() is None and board.jobs:
            waiting = next((job.key for job in board.jobs if job.needs_you or job.can_retry), board.jobs[0].key)
            self.table.select_key(waiting)
        self._on_selection()
        # Only now: filled before it is seen, it is laid out once.
        self.states.show_content()

    def _filter(self) -> None:
        words = folded(self.search.text()).split()
        self.table.set_filter(
            lambda row: all(word in folded(f"{row.name} {row.city} {row.status} {row.step_name} {row.error}") for word in words)
        )

    def _chosen(self) -> JobRow | None:
        row = self.table.current_row()
        return row if isinstance(row, JobRow) else None

    def _on_selection(self) -> None:
        row = self._chosen()
        self.view.show_row(row)
        if row is not None and (row is not self._logged or self.view.events.isVisible()):
            self._logged = row
            self._events.trigger(row.key)

    def _on_decide(self) -> None:
        row = self._chosen()
        if row is not None and row.needs_you:
            pane = {2: "selection", 3: "selection", 5: "configuration"}.get(row.step)
            if pane:
                self._desk.go(pane, self._presenter.batch_id, row.key)

    def _on_take(self) -> None:
        row = self._chosen()
        if row is not None and row.can_take_over:
            self._take.trigger(row)

    def _on_resume(self) -> None:
        row = self._chosen()
        if row is not None:
            self._retry.trigger([row], 6, False)

    def _on_retry_failures(self) -> None:
        if self._board is not None:
            self._retry_all.trigger([row for row in self._board.jobs if row.can_retry])

    def _on_retry_group(self, job_ids: tuple[str, ...]) -> None:
        if self._board is not None:
            self._retry_all.trigger([row for row in self._board.jobs if row.key in job_ids])

    def _on_open(self) -> None:
        row = self._chosen()
        if row is not None and row.shop:
            QDesktopServices.openUrl(QUrl(row.shop))

    def _on_sub_step(self, verb: str, key: str) -> None:
        row = self._chosen()
        if row is None:
            return
        if verb == "check" and (away := self._desk.away("Asking the platform again")):
            self.states.notice.say(away)
            return
        self._sub_step.trigger(row, verb, key)

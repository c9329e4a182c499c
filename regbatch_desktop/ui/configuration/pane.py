"""The configuration pane: restaurants left with their validity, the form right.

Owns: its widgets and which restaurants are chosen.
Never: checks or stores a value itself (presenter.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.configuration.drafts import Board, ConfigurationRow
from regbatch_desktop.ui.configuration.foot import Foot
from regbatch_desktop.ui.configuration.presenter import ConfigurationPresenter
from regbatch_desktop.ui.configuration.questions import ConfigurationQuestions
from regbatch_desktop.ui.configuration.sheet import Sheet
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.batch_box import BatchBox
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.kit.states import States
from regbatch_desktop.ui.kit.table import RowsTable

COLUMNS = (
    Column("Restaurant", lambda row: row.name, width=0),
    Column("State", lambda row: row.state, width=130, least=110, cell="status"),
)


class ConfigurationPane(QWidget):
    """Yolo configuration."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = ConfigurationPresenter(desk.doors)
        self._questions = ConfigurationQuestions(self, self._presenter, desk.preferences)
        self._wanted = ""
        self._shown = ""
        self._count = Label("", role="muted")
        self._batch = BatchBox()
        head = QHBoxLayout()
        head.addWidget(Label("Yolo configuration", role="title"))
        head.addWidget(self._count, 1)
        head.addWidget(self._batch)
        self.table = RowsTable(COLUMNS, name="Restaurants that wait for their configuration")
        self._sheet = Sheet()
        self.form, self.fate = self._sheet.form, self._sheet.fate
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self._sheet)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        split.setSizes([380, 640])
        self.foot = Foot()
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(split, 1)
        inner.addWidget(self.foot)
        self.states = States(
            content, empty_title="No restaurant waits for its configuration",
            empty_text="They come here by themselves after Step 4.", action="Go to the batches",
        )  # fmt: skip
        outer = QVBoxLayout(self)
        outer.addLayout(head)
        outer.addWidget(self.states, 1)

        idle_s = partial(desk.interval_s, "idle")
        self.refresher = Refresher(desk.scope, self, self._presenter.board, name="configuration", poll_s=idle_s)
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self.states.acted.connect(lambda: desk.go("batches"))
        self._check = self._newest(self._presenter.check, "check")
        self._check.failed.connect(self.states.notice.fail)
        self._check.succeeded.connect(self._on_edited)
        self._menus = self._newest(self._presenter.menus, "menus")
        self._menus.succeeded.connect(self._on_menus)
        self._pictures = self._newest(self._presenter.pictures, "pictures")
        self._pictures.succeeded.connect(self.form.show_pictures)
        self._save = self._action(self._presenter.save, "save")
        self._start = self._action(self._questions.start, "start")
        self._copy = self._action(self._questions.copy, "copy")
        self._reset = self._action(self._presenter.back_to_proposed, "reset")
        self._reset.succeeded.connect(self._on_edited)
        self._template = self._action(self._presenter.use_template, "template")
        self._template.succeeded.connect(self._on_edited)
        self._keep = self._action(self._questions.keep_template, "keep-template")
        self._withdraw = self._action(self._presenter.withdraw, "withdraw")
        self.fate.withdraw_wanted.connect(self._withdraw.trigger)
        self.fate.look_wanted.connect(lambda key: desk.go("outbox", key))
        for action in (self._save, self._start, self._copy, self._keep, self._withdraw):
            action.succeeded.connect(self._on_said)
        self.form.edited.connect(self._on_edit)
        self.foot.save.clicked.connect(self._on_save)
        self.foot.start.clicked.connect(lambda: self._on_start(lambda row: row.is_valid))
        self.foot.only.clicked.connect(lambda: self._on_start(lambda row: row.key == self._shown))
        self.foot.copy.clicked.connect(self._on_copy)
        self.foot.reset.clicked.connect(lambda: self._reset.trigger(self._shown) if self._shown else None)
        self.foot.template.clicked.connect(self._on_templates)
        self.table.selection_moved.connect(self._on_selection)
        self._batch.chosen.connect(self._on_batch)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self._on_save)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.foot.start.click)

    def open(self, batch_id: str, job_id: str = "") -> None:
        """Show one batch ("" = all), at one restaurant."""
        self._presenter.batch_id = batch_id
        self._wanted = job_id
        self.refresher.now()

    def on_change(self, change: Change) -> None:
        """Something was committed."""
        if change.kind == "menus":
            self._presenter.expect_menus(change.ids)
        if change.kind in ("menus", "batch", "job", "fate", "connection"):
            self.refresher.mark()

    def unsaved(self) -> int:
        """How many drafts were typed and not saved."""
        return sum(draft.is_dirty for draft in self._presenter.drafts.values())

    def _action(self, work: Any, name: str) -> AsyncAction:
        made = AsyncAction(self._desk.scope, work, name=f"configuration:{name}", parent=self)
        made.failed.connect(self.states.notice.fail)
        return made

    def _newest(self, work: Any, name: str) -> AsyncAction:
        """Only what was asked for last counts."""
        return AsyncAction(self._desk.scope, work, name=f"configuration:{name}", on_retrigger="restart", parent=self)

    def _on_loaded(self, board: Board) -> None:
        self._batch.show_batches(board.batches, self._presenter.batch_id)
        self.table.set_rows(board.rows)
        self._count.setText(board.words)
        self.foot.count_ready(board.ready)
        if not board.rows:
            self._shown = ""
            self._sheet.clear()
            self.states.show_empty()
            return
        self.states.show_content()
        # Wherever the selection goes, it is shown once.
        with QSignalBlocker(self.table):
            if self._wanted and self.table.select_key(self._wanted):
                self._wanted = ""
            elif self.table.current_row() is None:
                self.table.select_key(board.rows[0].key)
        self._on_selection()

    def _on_selection(self) -> None:
        row = self.table.current_row()
        if not isinstance(row, ConfigurationRow):
            return
        self.fate.show_fate(row.fate)
        if not row.waits or row.key not in self._presenter.drafts:
            self._shown = ""
            self._sheet.show_without_form(row)
            self.foot.follow(None)
            return
        fresh = row.key != self._shown
        self._shown = row.key
        self._sheet.show_draft(self._presenter.drafts[row.key], row)
        self.foot.follow(self._presenter.drafts[row.key])
        if fresh:
            self.form.show_pictures({})
            self._menus.trigger(row.key)
            self._pictures.trigger(row.key)

    def _on_menus(self, menus: Sequence[tuple[str, str]]) -> None:
        self.form.editors["menu.selected_menu_id"].show_menus(menus)
        if self._shown in self._presenter.drafts:
            self.form.show_draft(self._presenter.drafts[self._shown])

    def _on_edit(self, path: str, value: object) -> None:
        if not self._shown:
            return
        try:
            self._presenter.edit(self._shown, path, value)
        except RegBatchError as error:
            self.states.notice.fail(error)
            return
        self._check.trigger(self._shown)

    def _on_edited(self, _draft: object) -> None:
        self.refresher.now()

    def _on_said(self, sentence: object) -> None:
        if isinstance(sentence, str) and sentence:
            self.states.notice.say(self._desk.said(sentence))
        self.refresher.now()

    def _on_save(self) -> None:
        self.form.commit_typing()
        keys = [row.key for row in self.table.selected_rows() if row.key in self._presenter.drafts] or (
            [self._shown] if self._shown else []
        )
        if keys:
            self._save.trigger(keys)

    def _on_start(self, wanted: Callable[[ConfigurationRow], bool]) -> None:
        self.form.commit_typing()
        self._start.trigger([row for row in self.table.rows_model.rows if wanted(row)])

    def _on_copy(self) -> None:
        self.form.commit_typing()
        chosen = self.table.selected_rows()
        others = chosen if len(chosen) > 1 else self.table.rows_model.rows
        self._copy.trigger(self._shown, [row for row in others if row.key != self._shown and row.key in self._presenter.drafts])

    def _on_batch(self, batch_id: str) -> None:
        self._presenter.batch_id = batch_id
        self.refresher.now()

    def _on_templates(self) -> None:
        def use(values: Mapping[str, object]) -> None:
            if self._shown:
                self._template.trigger(self._shown, values)

        templates = self._desk.preferences.get("configuration.templates", {})
        self.foot.show_templates(templates, use, lambda: self._keep.trigger(self._shown))

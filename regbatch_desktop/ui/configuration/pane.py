"""The configuration pane: restaurants left with their validity, the form right.

Owns: its widgets and which restaurants are chosen.
Never: checks or stores a value itself (presenter.py).
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.ui.configuration.form import ConfigurationForm
from regbatch_desktop.ui.configuration.presenter import Board, ConfigurationPresenter, ConfigurationRow, Draft, differences
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.kit.questions import ask, ask_text
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.kit.states import States, button
from regbatch_desktop.ui.kit.table import RowsTable
from regbatch_desktop.ui.kit.words import plural

POLL_S = 10.0
COLUMNS = (
    Column("Restaurant", lambda row: row.name, width=0),
    Column("State", lambda row: row.state, width=130, delegate="status"),
)


class ConfigurationPane(QWidget):
    """Yolo configuration."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = ConfigurationPresenter(desk.doors)
        self._wanted = ""
        self._shown = ""
        self._count = Label("", role="muted")
        self._batch = QComboBox()
        self._batch.setAccessibleName("Batch")
        self._batch.setMinimumWidth(260)
        head = QHBoxLayout()
        head.addWidget(Label("Yolo configuration", role="title"))
        head.addWidget(self._count, 1)
        head.addWidget(self._batch)
        self.table = RowsTable(COLUMNS, name="Restaurants that wait for their configuration")
        self.form = ConfigurationForm()
        self._name = ElidedLabel("", role="subtitle")
        self._note = Label("", role="muted", wrap=True)
        right = QWidget()
        box = QVBoxLayout(right)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._name)
        box.addWidget(self._note)
        box.addWidget(self.form, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        split.setSizes([380, 640])
        self.copy_button = button("Copy to…")
        self.template_button = button("Templates")
        self.reset_button = button("Back to proposed")
        self.save_button = button("Save", tip="Ctrl+S")
        self.only_button = button("Start only this")
        self.start_button = button("Start all that are ready", role="primary", tip="Ctrl+Enter")
        for each in (self.save_button, self.only_button, self.start_button, self.reset_button):
            each.setEnabled(False)
        foot = QHBoxLayout()
        for each in (self.copy_button, self.template_button, self.reset_button):
            foot.addWidget(each)
        foot.addStretch()
        for each in (self.save_button, self.only_button, self.start_button):
            foot.addWidget(each)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(split, 1)
        inner.addLayout(foot)
        self.states = States(
            content, empty_title="No restaurant waits for its configuration",
            empty_text="They come here by themselves after Step 4.", action="Go to the batches",
        )  # fmt: skip
        outer = QVBoxLayout(self)
        outer.addLayout(head)
        outer.addWidget(self.states, 1)

        self.refresher = Refresher(desk.scope, self, self._presenter.board, name="configuration", poll_s=lambda: POLL_S)
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self.states.acted.connect(lambda: desk.go("batches"))
        self._edit = self._action(self._presenter.edit, "edit")
        self._edit.succeeded.connect(self._on_edited)
        self._menus = AsyncAction(
            desk.scope, self._presenter.menus, name="configuration:menus", on_retrigger="restart", parent=self
        )
        self._menus.succeeded.connect(lambda menus: self.form.editors["menu.selected_menu_id"].show_menus(menus))
        self._save = self._action(self._presenter.save, "save")
        self._start = self._action(self._ask_start, "start")
        self._copy = self._action(self._ask_copy, "copy")
        self._reset = self._action(self._presenter.back_to_proposed, "reset")
        self._reset.succeeded.connect(self._on_edited)
        self._template = self._action(self._presenter.use_template, "template")
        self._template.succeeded.connect(self._on_edited)
        self._keep = self._action(self._keep_template, "keep-template")
        for action in (self._save, self._start, self._copy, self._keep):
            action.succeeded.connect(self._on_said)
        self.form.edited.connect(self._on_edit)
        self.save_button.clicked.connect(self._on_save)
        self.start_button.clicked.connect(
            lambda: self._start.trigger([row.key for row in self.table.rows_model.rows if row.is_valid])
        )
        self.only_button.clicked.connect(lambda: self._start.trigger([self._shown] if self._shown else []))
        self.copy_button.clicked.connect(lambda: self._copy.trigger())
        self.reset_button.clicked.connect(lambda: self._reset.trigger(self._shown) if self._shown else None)
        self.template_button.clicked.connect(self._on_templates)
        self.table.selection_moved.connect(self._on_selection)
        self._batch.currentIndexChanged.connect(self._on_batch)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self._on_save)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.start_button.click)

    def open(self, batch_id: str, job_id: str = "") -> None:
        """Show one batch ("" = all), at one restaurant."""
        self._presenter.batch_id = batch_id
        self._wanted = job_id
        self.refresher.now()

    def on_change(self, change: Change) -> None:
        """Something was committed."""
        if change.kind in ("batch", "job"):
            self.refresher.mark()

    def unsaved(self) -> int:
        """How many drafts were typed and not saved."""
        return sum(draft.is_dirty for draft in self._presenter.drafts.values())

    def _action(self, work: Any, name: str) -> AsyncAction:
        made = AsyncAction(self._desk.scope, work, name=f"configuration:{name}", parent=self)
        made.failed.connect(self.states.notice.fail)
        return made

    def _on_loaded(self, board: Board) -> None:
        known = [(self._batch.itemData(n), self._batch.itemText(n)) for n in range(self._batch.count())]
        wanted = [("", "All batches"), *((key, name[:60]) for key, name in board.batches)]
        self._batch.blockSignals(True)
        if known != wanted:
            self._batch.clear()
            for key, name in wanted:
                self._batch.addItem(name, key)
        self._batch.setCurrentIndex(max(0, self._batch.findData(self._presenter.batch_id)))
        self._batch.blockSignals(False)
        self.table.set_rows(board.rows)
        ready = sum(row.is_valid for row in board.rows)
        self._count.setText(f"{plural(len(board.rows), 'restaurant')}, {ready} ready" if board.rows else "")
        self.start_button.setText(f"Start all that are ready ({ready})")
        self.start_button.setEnabled(ready > 0)
        if not board.rows:
            self._shown = ""
            self.form.show_draft(None)
            self.states.show_empty()
            return
        self.states.show_content()
        if self._wanted and self.table.select_key(self._wanted):
            self._wanted = ""
        elif self.table.current_row() is None:
            self.table.select_key(board.rows[0].key)
        self._on_selection()

    def _on_selection(self) -> None:
        row = self.table.current_row()
        if not isinstance(row, ConfigurationRow) or row.key not in self._presenter.drafts:
            return
        fresh = row.key != self._shown
        self._shown = row.key
        self._show(self._presenter.drafts[row.key], row)
        if fresh:
            self._menus.trigger(row.key)

    def _show(self, draft: Draft, row: ConfigurationRow) -> None:
        self._name.set_whole(row.name)
        note = "These values are proposed; what you change is marked, and a tooltip says where a proposal comes from."
        if draft.changed_elsewhere:
            note = "Changed elsewhere meanwhile. What you typed here is kept; saving replaces the other."
        elif draft.problems:
            note = f"{plural(len(draft.problems), 'field')} to fix before it can start."
        self._note.setText(note)
        self.form.show_draft(draft)
        self.save_button.setEnabled(draft.is_dirty or draft.kept is None)
        self.save_button.setText("Save" if draft.is_dirty or draft.kept is None else "Saved")
        self.only_button.setEnabled(not draft.problems)
        self.reset_button.setEnabled(draft.current != draft.proposed)

    def _on_edit(self, path: str, value: object) -> None:
        if self._shown:
            self._edit.trigger(self._shown, path, value)

    def _on_edited(self, _draft: object) -> None:
        self.refresher.now()

    def _on_said(self, sentence: object) -> None:
        if isinstance(sentence, str) and sentence:
            self.states.notice.say(sentence)
        self.refresher.now()

    def _on_save(self) -> None:
        keys = [row.key for row in self.table.selected_rows()] or ([self._shown] if self._shown else [])
        if keys:
            self._save.trigger(keys)

    def _on_batch(self) -> None:
        self._presenter.batch_id = self._batch.currentData() or ""
        self.refresher.now()

    def _on_templates(self) -> None:
        templates: dict[str, Any] = self._desk.preferences.get("configuration.templates", {})
        menu = QMenu(self)
        for name, values in sorted(templates.items()):
            menu.addAction(f"Use “{name[:60]}”").triggered.connect(
                lambda _=False, values=values: self._template.trigger(self._shown, values) if self._shown else None
            )
        if templates:
            menu.addSeparator()
        menu.addAction("Keep these settings as a template…").triggered.connect(lambda: self._keep.trigger())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.template_button.mapToGlobal(self.template_button.rect().bottomLeft()))

    async def _keep_template(self) -> str:
        if not self._shown:
            return ""
        values = self._presenter.as_template(self._shown)
        name = await ask_text(
            self, "Keep as a template", "Website, menu and payment settings; nothing of this restaurant itself."
        )
        if not name:
            return ""
        templates = dict(self._desk.preferences.get("configuration.templates", {}))
        templates[name.strip()] = values
        self._desk.preferences.put("configuration.templates", templates)
        return f"Kept as “{name.strip()}”."

    async def _ask_copy(self) -> str:
        if not self._shown:
            return ""
        chosen = [row for row in self.table.selected_rows() if row.key != self._shown]
        targets = chosen or [row for row in self.table.rows_model.rows if row.key != self._shown]
        made = self._presenter.copied(self._shown, [row.key for row in targets])
        names = {row.key: row.name for row in targets}
        changed = {key: found for key, c in made.items() if (found := differences(self._presenter.drafts[key].current, c))}
        if not changed:
            return "The others have these settings already."
        rows = [f"{names[key]}: {'; '.join(found)}" for key, found in changed.items()]
        text = (
            "Their own e-mail, phone, name, address, subdomain, hours and menu stay, and so does what was changed for one alone."
        )
        title = f"Copy to {plural(len(rows), 'restaurant')}?"
        if not await ask(self, title, text, rows=rows, yes="Copy and save"):
            return ""
        return await self._presenter.apply({key: made[key] for key in changed})

    async def _ask_start(self, keys: list[str]) -> str:
        if not keys:
            return ""
        names = [row.name for row in self.table.rows_model.rows if row.key in keys]
        text = "Accounts and shops are created at the platform for:"
        if len(keys) > 1 and not await ask(self, f"Start {plural(len(keys), 'restaurant')}?", text, rows=names, yes="Start them"):
            return ""
        return await self._presenter.start(keys)

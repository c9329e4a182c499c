"""The outbox pane: decisions left, the chosen one right; what wants a look comes first.

Owns: its widgets and which decision is chosen.
Never: sends, or says by itself which side stands.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from regbatch_desktop.domain.fate import OPEN, FateState, OutboxSummary
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.services.fates import clock, counted, summary_mark, summary_words
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.marks import Mark
from regbatch_desktop.ui.kit.plain_text import Label
from regbatch_desktop.ui.kit.questions import ask, ask_file
from regbatch_desktop.ui.kit.refresher import Refresher
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.kit.states import States, button
from regbatch_desktop.ui.kit.table import RowsTable
from regbatch_desktop.ui.outbox.card import DecisionCard
from regbatch_desktop.ui.outbox.presenter import Board, OutboxPresenter, OutboxRow, listed

COLUMNS = (
    Column("About", lambda row: row.name, width=150),
    Column("State", lambda row: row.state, width=130, least=92, cell="status"),
    Column("Decided", lambda row: clock(row.at), sort=lambda row: row.at, width=92, least=74),
    Column("What", lambda row: row.what, width=0),
)
_PARKED = {
    FateState.PARKED_SIGN_IN: "Your session has ended: sign in again, and what waits is sent. Nothing of it is lost.",
    FateState.PARKED_REVOKED: "Your access to this organisation was taken back, so nothing can be sent. What you decided stays here: export it "
    "for your administrator, or discard it. When you are given access again, it is sent by itself.",
    FateState.PARKED_TOO_OLD: "Your team's project asks for a newer version of this program. Update it, and what waits is sent.",
}  # fmt: skip


class OutboxPane(QWidget):
    """`sign_in_wanted`: the person wants to sign in again."""

    sign_in_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._presenter = OutboxPresenter(desk.doors)
        self._wanted = ""
        self._count = Label("", role="muted")
        self.export_button = button("Export…", tip="What waits or wants a look, as a file without passwords")
        head = QHBoxLayout()
        head.addWidget(Label("Outbox", role="title"))
        head.addWidget(self._count, 1)
        head.addWidget(self.export_button)
        self._banner = QFrame()
        self._banner.setProperty("role", "notice")
        self._banner_mark = Mark()
        self.banner_words = Label("", wrap=True)
        self.sign_in_button = button("Sign in again…", role="primary")
        self.remove_button = button("Remove the team's data…", tip="Everything that was loaded; what you decided stays here")
        self.discard_button = button("Discard what is parked…")
        strip = QHBoxLayout(self._banner)
        strip.addWidget(self._banner_mark)
        strip.addWidget(self.banner_words, 1)
        strip.addWidget(self.sign_in_button)
        strip.addWidget(self.remove_button)
        strip.addWidget(self.discard_button)
        self._banner.hide()
        self.table = RowsTable(COLUMNS, name="Decisions that wait, want a look, or were taken")
        self.card = DecisionCard()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.card)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([440, 560])
        self.open_button = button("Open where it was decided")
        self.back_button = button("Take back", tip="What has not left this machine")
        self.keep_button = button("Keep theirs")
        self.again_button = button("Choose mine again", role="primary")
        foot = QHBoxLayout()
        foot.addWidget(self.open_button)
        foot.addStretch()
        for each in (self.back_button, self.keep_button, self.again_button):
            foot.addWidget(each)
        content = QWidget()
        box = QVBoxLayout(content)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._banner)
        box.addWidget(split, 1)
        box.addLayout(foot)
        self.states = States(
            content, empty_title="Nothing waits", empty_text="What you decide is sent to your team at once; without a network it waits here.",
            action="Go to the batches",
        )  # fmt: skip
        outer = QVBoxLayout(self)
        outer.addLayout(head)
        outer.addWidget(self.states, 1)
        self.refresher = Refresher(desk.scope, self, self._presenter.board, name="outbox", poll_s=lambda: desk.interval_s("idle"))
        self.refresher.loaded.connect(self._on_loaded)
        self.refresher.failed.connect(self.states.show_failure)
        self.states.retried.connect(self.refresher.now)
        self.states.acted.connect(lambda: desk.go("batches"))
        self._keep = self._action(self._presenter.keep_theirs, "keep")
        self._again = self._action(self._presenter.choose_mine_again, "again")
        self._back = self._action(self._ask_back, "back")
        self._export = self._action(self._ask_export, "export")
        self._discard = self._action(self._ask_discard, "discard")
        self._remove = self._action(self._ask_remove, "remove")
        self.keep_button.clicked.connect(lambda: self._keep.trigger(self._chosen_open()))
        self.again_button.clicked.connect(lambda: self._again.trigger(self._chosen_open()))
        self.back_button.clicked.connect(lambda: self._back.trigger())
        self.export_button.clicked.connect(lambda: self._export.trigger())
        self.discard_button.clicked.connect(lambda: self._discard.trigger())
        self.remove_button.clicked.connect(lambda: self._remove.trigger())
        self.sign_in_button.clicked.connect(self.sign_in_wanted)
        self.open_button.clicked.connect(self._on_open)
        self.table.selection_moved.connect(self._on_selection)
        self.table.activated_row.connect(lambda _row: self._on_open())
        self._on_selection()

    def open(self, key: str = "") -> None:
        """At one decision."""
        self._wanted = key
        self.refresher.now()
        self.table.setFocus()

    def on_change(self, change: Change) -> None:
        """Something was decided, sent or taken."""
        if change.kind == "fate":
            self.refresher.mark()

    def _action(self, work: Any, name: str) -> AsyncAction:
        made = AsyncAction(self._desk.scope, work, name=f"outbox:{name}", parent=self)
        made.failed.connect(self.states.notice.fail)
        made.succeeded.connect(self._on_said)
        return made

    def _on_said(self, text: object) -> None:
        if isinstance(text, str) and text:
            self.states.notice.say(text)
        self.refresher.now()

    def _on_loaded(self, board: Board) -> None:
        self._count.setText(summary_words(board.summary))
        self._show_banner(board.summary)
        self.export_button.setEnabled(bool(board.summary.waiting or board.summary.look))
        self.table.set_rows(board.rows)
        if not board.rows and not self._banner.isVisibleTo(self.states):
            self.states.show_empty()
            return
        self.states.show_content()
        if self._wanted and self.table.select_key(self._wanted):
            self._wanted = ""
        elif self.table.current_row() is None and board.rows:
            self.table.select_key(board.rows[0].key)
        self._on_selection()

    def _show_banner(self, summary: OutboxSummary) -> None:
        parked = summary.parked_as if summary.parked else None
        words = [f"{counted(summary.parked)} parked. {_PARKED.get(parked, '')}"] if parked is not None else []
        if summary.stalled:
            words.append(
                "The project answers, but nothing has been sent for a while; it is tried again and again. Nothing is lost."
            )
        if summary.notice and parked is None:
            words.append(summary.notice)
        if summary.rows_until is not None:
            words.append(
                f"What was loaded from your team stays readable here until {summary.rows_until.astimezone():%d %B}, then it is removed."
            )
        self._banner.setVisible(bool(words))
        self.banner_words.setText(" ".join(words))
        self._banner_mark.set_status(summary_mark(summary) if parked is not None or summary.stalled else "action_required")
        self.sign_in_button.setVisible(parked is FateState.PARKED_SIGN_IN)
        self.discard_button.setVisible(parked is FateState.PARKED_REVOKED)
        self.remove_button.setVisible(summary.rows_until is not None)

    def _chosen(self) -> list[OutboxRow]:
        return self.table.selected_rows()

    def _chosen_open(self) -> list[str]:
        return [row.key for row in self._chosen() if row.fate.state in OPEN]

    def _on_selection(self) -> None:
        row = self.table.current_row()
        chosen = self._chosen()
        self.card.show_row(row if isinstance(row, OutboxRow) else None)
        disputed = [each for each in chosen if each.fate.state in OPEN]
        is_conflict = any(each.fate.state is FateState.CONFLICT for each in disputed)
        self.open_button.setEnabled(isinstance(row, OutboxRow) and bool(row.batch_id))
        self.back_button.setVisible(any(each.fate.can_withdraw for each in chosen))
        self.keep_button.setVisible(bool(disputed))
        self.keep_button.setText("Keep theirs" if is_conflict else "Put away")
        self.keep_button.setAccessibleName(self.keep_button.text())
        self.again_button.setVisible(any(each.card is not None and each.card.can_choose_again for each in disputed))

    def _on_open(self) -> None:
        row = self.table.current_row()
        if isinstance(row, OutboxRow) and row.batch_id:
            self._desk.go(row.pane, row.batch_id, row.fate.entity_id)

    async def _ask_back(self) -> str:
        chosen = [row.key for row in self._chosen()]
        fates = await self._presenter.goes_back(chosen)
        text = "They were not sent yet. What was decided later about the same goes back with it."
        if len(fates) > 1 and not await ask(
            self, f"Take back {counted(len(fates))}?", text, rows=[f"{fate.words}" for fate in fates], yes="Take back", no="Keep"
        ):
            return ""
        return await self._presenter.withdraw(fates) if fates else ""

    async def _ask_export(self) -> str:
        path = await ask_file(self, "Export decisions", filters="JSON (*.json)", save="regbatch-decisions.json")
        return await self._presenter.export(path) if path else ""

    async def _ask_remove(self) -> str:
        text = (
            "Leads, batches, companies and configurations that were loaded from your team go. What you decided and was not taken stays, "
            "and can still be exported. If you are given access again, everything is loaded again."
        )
        if not await ask(self, "Remove your team's data from this machine?", text, yes="Remove it", no="Keep it"):
            return ""
        return await self._presenter.remove_rows()

    async def _ask_discard(self) -> str:
        lost = await self._presenter.lost()
        text = "They are lost for good: your team never gets them. Export them first if somebody may still need them."
        if not lost or not await ask(
            self, f"Discard {counted(len(lost))}?", text, rows=listed(lost), yes="Discard them", no="Keep them"
        ):
            return ""
        return await self._presenter.discard()

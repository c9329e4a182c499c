"""What the selection pane asks before it decides: own values, details by hand, a dry run of accepting the sure ones.

Owns: the words of the questions.
Never: decides itself (presenter.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from regbatch_desktop.ui.kit.form_dialog import EntryDialog
from regbatch_desktop.ui.kit.questions import answered, ask
from regbatch_desktop.ui.kit.words import plural
from regbatch_desktop.ui.selection.presenter import SelectionPresenter, SelectionRow, sure_ones
from regbatch_desktop.ui.selection.search_dialog import SearchDialog


class SelectionQuestions:
    """`person`: who decides. A sentence says what came of it; "" = nothing."""

    def __init__(self, pane: QWidget, presenter: SelectionPresenter, person: str) -> None:
        self._pane = pane
        self._presenter = presenter
        self._person = person

    async def search(self, row: SelectionRow | None) -> str:
        """Again, with the person's own values."""
        if row is None or not row.waits:
            return ""
        dialog = SearchDialog(self._pane, row)
        if not await answered(dialog):
            return ""
        return await self._presenter.search_again(row.key, *dialog.values)

    async def enter(self, row: SelectionRow | None) -> str:
        """Company and contact, typed."""
        if row is None or not row.waits:
            return ""
        dialog = EntryDialog(self._pane, row.name, email=row.email, phone=row.phone)
        if not await answered(dialog):
            return ""
        return await self._presenter.enter(row.key, dialog.entry, self._person)

    async def accept(self, rows: Sequence[SelectionRow], min_score: float) -> tuple[str, ...]:
        """The jobs that were decided: every sure one, after all of them were shown."""
        chosen = sure_ones(rows, min_score)
        listed = [f"{row.name}  →  {c.hit.company_name} ({c.score:.0%}; {', '.join(c.reasons)})" for row, c in chosen]
        text = "These would be accepted. Each can be taken back until its Step 5 has been started. "
        text += await self._presenter.own_record(min_score)
        title = f"Accept {plural(len(chosen), 'company', 'companies')}?"
        if not chosen or not await ask(self._pane, title, text, rows=listed, yes="Accept them"):
            return ()
        return await self._presenter.accept(chosen, self._person)

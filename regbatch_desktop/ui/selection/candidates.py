"""The candidates of one restaurant as cards: the best three, more on request, reasons as chips.

Owns: which one is marked.
Never: decides.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from regbatch_desktop.domain.candidate import Candidate, Reason
from regbatch_desktop.domain.matching import is_active, none_of_these
from regbatch_desktop.ui.kit.flow import FlowLayout
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.selection.presenter import SelectionRow

FIRST = 3
MOST_NAMES = 3
MOST_REASONS = 4


class _Card(QFrame):
    picked = Signal(int)

    def __init__(self, number: int, candidate: Candidate, gap: float | None, taken_by: str) -> None:
        super().__init__()
        self._number = number
        self.setProperty("role", "card")
        self.setProperty("chosen", False)
        hit = candidate.hit
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 8, 10, 8)
        box.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(Label(str(number), role="chip"))
        head.addWidget(ElidedLabel(hit.company_name, role="strong"), 1)
        head.addWidget(Label(f"{candidate.score:.0%}", role="strong"))
        box.addLayout(head)
        box.addWidget(ElidedLabel(hit.registered_address or "address not published", role="muted"))
        if hit.other_names:
            box.addWidget(ElidedLabel(f"also {', '.join(hit.other_names[:MOST_NAMES])}", role="muted"))
        facts = f"No. {hit.company_number}" + (f" · {hit.incorporation_date}" if hit.incorporation_date else "")
        if gap is not None:
            facts += f" · {gap:.0%} ahead of the next" if gap > 0 else ""
        box.addWidget(ElidedLabel(facts, role="muted"))
        chips = FlowLayout(spacing=4)
        shown = candidate.weighed or tuple(Reason(text, -1.0 if text.startswith("status") else 1.0) for text in candidate.reasons)
        # What speaks against a company is never left out for want of room.
        against = [reason for reason in shown if reason.points < 0]
        for reason in (*[reason for reason in shown if reason.points >= 0][:MOST_REASONS], *against):
            chips.addWidget(Label(reason.text, role="chip-warn" if reason.points < 0 else "chip-good"))
        if candidate.doubt and gap is not None:
            # It concerns the best alone: why it is not accepted by itself.
            chips.addWidget(Label(candidate.doubt, role="chip-warn", wrap=True))
        if taken_by:
            chips.addWidget(Label(f"already the company of {taken_by}", role="chip-warn"))
        if hit.status and is_active(hit.status):
            chips.addWidget(Label(hit.status, role="chip"))
        if not candidate.reasons:
            chips.addWidget(Label("nothing in common", role="chip-warn"))
        box.addLayout(chips)
        self.setAccessibleName(f"Candidate {number}: {hit.company_name}, {candidate.score:.0%}, {', '.join(candidate.reasons)}")

    def mark(self, chosen: bool) -> None:
        if self.property("chosen") != chosen:
            self.setProperty("chosen", chosen)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self._number)


class Candidates(QScrollArea):
    """`picked` when another one is marked."""

    picked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Candidates of this restaurant")
        self.setMinimumWidth(250)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row: SelectionRow | None = None
        self._cards: list[_Card] = []
        self._all = False
        self.chosen: Candidate | None = None

    def show_row(self, row: SelectionRow | None) -> None:
        """Show a restaurant's candidates; the same row again changes nothing."""
        if row == self._row:
            return
        same = row is not None and self._row is not None and row.key == self._row.key
        kept = self.chosen.hit.company_number if same and self.chosen else ""
        self._row = row
        self._all = self._all and same
        self.chosen = None
        self._fill()
        if row is not None and kept:
            number = next((n for n, c in enumerate(row.candidates, 1) if c.hit.company_number == kept), 0)
            self.pick(number)

    def pick(self, number: int) -> bool:
        """Mark the candidate with this number (1-based)."""
        if self._row is None or not 1 <= number <= len(self._row.candidates):
            return False
        if number > len(self._cards):
            self._all = True
            self._fill()
        self.chosen = self._row.candidates[number - 1]
        for position, card in enumerate(self._cards, start=1):
            card.mark(position == number)
        self.ensureWidgetVisible(self._cards[number - 1])
        self.picked.emit()
        return True

    def _fill(self) -> None:
        inner = QWidget()
        box = QVBoxLayout(inner)
        self._cards = []
        found = self._row.candidates if self._row else ()
        shown = found if self._all else found[:FIRST]
        for number, candidate in enumerate(shown, start=1):
            gap = candidate.score - (found[1].score if len(found) > 1 else 0.0) if number == 1 else None
            taken_by = self._row.taken_by(candidate.hit.company_number) if self._row else ""
            card = _Card(number, candidate, gap, taken_by)
            card.picked.connect(self.pick)
            self._cards.append(card)
            box.addWidget(card)
        if self._row is None:
            box.addWidget(Label("Choose a restaurant on the left.", role="muted", wrap=True))
        elif not found:
            text = "The register has nothing under this name and address. Search with other values (R), enter it by hand (M), or say none (N)."
            box.addWidget(Label(text, wrap=True))
        elif len(shown) < len(found):
            more = button(f"Show {len(found) - len(shown)} more")
            more.clicked.connect(self._show_all)
            box.addWidget(more)
        if found and self._row is not None and self._row.waits:
            box.addWidget(Label(f"None of these: {none_of_these(found):.0%} likely", role="muted"))
        box.addStretch()
        self.setWidget(inner)

    def _show_all(self) -> None:
        number = next((n for n, card in enumerate(self._cards, 1) if card.property("chosen")), 0)
        self._all = True
        self._fill()
        self.pick(number)

"""One decision in full: what became of it, and where it was not taken both sides with what each saw.

Owns: its widgets, made anew for each decision.
Never: decides which side stands.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from regbatch_desktop.domain.fate import Side
from regbatch_desktop.domain.note import LONGEST
from regbatch_desktop.services.fates import KIND_WORDS, clock, sentence
from regbatch_desktop.ui.kit.flow import FlowLayout
from regbatch_desktop.ui.kit.marks import Mark
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label, narrow
from regbatch_desktop.ui.outbox.presenter import OutboxRow

MOST_SEEN = 5
# A note in full; everything else that is decided is shorter.
MOST_WORDS = LONGEST + 100


class DecisionCard(QScrollArea):
    """Shows one row of the outbox."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("The decision, and what became of it")
        self.setMinimumWidth(320)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row: OutboxRow | None = None
        self._fill(None)

    def show_row(self, row: OutboxRow | None) -> None:
        """The same row again changes nothing."""
        if row != self._row:
            self._row = row
            self._fill(row)

    def _fill(self, row: OutboxRow | None) -> None:
        inner = QWidget()
        box = QVBoxLayout(inner)
        if row is None:
            box.addWidget(Label("Choose a decision on the left.", role="muted", wrap=True))
            box.addStretch()
            self.setWidget(inner)
            return
        box.addWidget(Label(row.name, role="subtitle", wrap=True))
        if row.card is None:
            box.addWidget(narrow(Label(row.what[:MOST_WORDS], role="strong", wrap=True)))
        box.addWidget(Label(f"{KIND_WORDS[row.fate.kind]}, decided {clock(row.at)}", role="muted", wrap=True))
        line = QHBoxLayout()
        line.addWidget(Mark(row.fate.state.value), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(narrow(Label(sentence(row.fate), wrap=True)), 1)
        box.addLayout(line)
        if row.card is not None:
            sides = QGridLayout()
            sides.setHorizontalSpacing(10)
            sides.addWidget(_side("Mine", row.card.mine), 0, 0)
            if row.card.theirs is not None:
                sides.addWidget(_side("Theirs", row.card.theirs), 0, 1)
                sides.setColumnStretch(1, 1)
            sides.setColumnStretch(0, 1)
            box.addLayout(sides)
        box.addStretch()
        self.setWidget(inner)


def _side(title: str, side: Side) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "card")
    # Both get the same width, whatever stands in them.
    frame.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    box = QVBoxLayout(frame)
    box.setContentsMargins(10, 8, 10, 8)
    box.addWidget(Label(title, role="muted"))
    box.addWidget(narrow(Label(_named(side), role="strong", wrap=True)))
    who = side.person or ("you" if title == "Mine" else "not recorded who")
    box.addWidget(ElidedLabel(who, role="muted"))
    if side.at is not None:
        box.addWidget(Label(f"at {clock(side.at)}", role="muted"))
    if side.evidence:
        box.addSpacing(6)
        box.addWidget(Label("What was seen then", role="muted"))
    for seen in side.evidence[:MOST_SEEN]:
        _seen(box, seen, chosen=_is_chosen(side, seen))
    if len(side.evidence) > MOST_SEEN:
        box.addWidget(Label(f"and {len(side.evidence) - MOST_SEEN} more", role="muted"))
    box.addStretch()
    frame.setAccessibleName(f"{title}: {_named(side)}, {who}")
    return frame


def _seen(box: QVBoxLayout, seen: Mapping[str, object], *, chosen: bool) -> None:
    head = QHBoxLayout()
    head.addWidget(ElidedLabel(str(seen.get("name") or seen.get("number") or ""), role="strong" if chosen else ""), 1)
    if chosen:
        head.addWidget(Label("chosen", role="chip-good"))
    score = seen.get("score")
    head.addWidget(Label(f"{score:.0%}" if isinstance(score, int | float) else ""))
    box.addLayout(head)
    facts = [f"No. {seen.get('number')}", str(seen.get("status") or ""), str(seen.get("address") or "")]
    box.addWidget(ElidedLabel(" · ".join(fact for fact in facts if fact), role="muted"))
    reasons = seen.get("reasons")
    if isinstance(reasons, list | tuple) and reasons:
        chips = FlowLayout(spacing=4)
        for reason in reasons[:4]:
            chips.addWidget(Label(str(reason)[:40], role="chip"))
        box.addLayout(chips)


def _is_chosen(side: Side, seen: Mapping[str, object]) -> bool:
    number = str(seen.get("number") or "")
    return bool(number) and side.words.endswith(f"company {number}")


def _named(side: Side) -> str:
    """With the company's name, where it was among what was seen."""
    found = next((str(seen.get("name") or "") for seen in side.evidence if _is_chosen(side, seen)), "")
    return (f"{found} ({side.words})" if found else side.words)[:MOST_WORDS]

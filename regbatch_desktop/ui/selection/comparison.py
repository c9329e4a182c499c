"""The restaurant beside the candidate, field by field, with what is the same and what differs in words.

Owns: how two texts are compared for showing.
Never: scores.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from regbatch_desktop.domain.candidate import Candidate
from regbatch_desktop.domain.matching import is_active
from regbatch_desktop.domain.matching.address import address_parts
from regbatch_desktop.domain.matching.street import street_match
from regbatch_desktop.domain.matching.words import folded
from regbatch_desktop.services.notes import signed
from regbatch_desktop.ui.kit.plain_text import ElidedLabel, Label, narrow
from regbatch_desktop.ui.kit.states import button
from regbatch_desktop.ui.selection.presenter import SelectionRow

REGISTER = "https://app.companiesoffice.govt.nz/companies/app/ui/pages/companies/"
SOURCES = {"name": "found by name", "address": "found by address", "both": "found by name and address"}


def verdicts(row: SelectionRow, candidate: Candidate) -> tuple[tuple[str, str, str, str], ...]:
    """(field, restaurant, company, what to make of it)."""
    hit = candidate.hit
    ours = set(folded(row.name).split())
    # The register may know it by another name, or at another address: what is compared is what fits best.
    known_as = max((hit.company_name, *hit.other_names), key=lambda name: len(ours.intersection(folded(name).split())))
    common = sorted(ours.intersection(folded(known_as).split()))
    name = "same words: " + ", ".join(common) if common else "no word in common"
    named = hit.company_name if known_as == hit.company_name else f"{hit.company_name}, also {known_as}"
    own_address = address_parts(row.address)
    levels = {
        line: street_match(own_address, address_parts(line)).level for line in (hit.registered_address, *hit.other_addresses)
    }
    address = max(levels, key=levels.__getitem__)
    level = levels[address]
    street = "not known" if not row.address or not address else "differs"
    if level >= 3:
        street = "same number and street"
    elif level == 1:
        street = "same street, another number"
    city = "not known"
    if row.city and address:
        city = "same" if folded(row.city) in folded(address) else "differs"
    where = f" in {', '.join(hit.sources)}" if hit.sources else ""
    alive = "on the register" if is_active(hit.status) else f"check: {hit.status}" if hit.status else "status not known"
    return (
        ("Name", row.name, named, name),
        ("Address", row.address, address, street),
        ("City", row.city, "", city),
        ("Status", "", hit.status, alive),
        ("Number", "", hit.company_number, SOURCES[candidate.match_source.value] + where),
        ("NZBN", "", hit.nzbn, ""),
        ("Incorporated", "", hit.incorporation_date, ""),
        ("Phone", row.phone, "", ""),
        ("E-mail", row.email, "", ""),
        ("Website", row.website, "", ""),
    )


class Comparison(QScrollArea):
    """Made anew for each candidate, and not for the same one of the same restaurant again."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("The restaurant beside the candidate")
        self.setMinimumWidth(240)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.link: QPushButton | None = None
        self._shown: tuple[SelectionRow | None, Candidate | None] = (None, None)
        self._fill(None, None)

    def show_pair(self, row: SelectionRow | None, candidate: Candidate | None) -> None:
        """Show one restaurant beside one candidate (or alone)."""
        if (row, candidate) != self._shown:
            self._shown = row, candidate
            self._fill(row, candidate)

    def _fill(self, row: SelectionRow | None, candidate: Candidate | None) -> None:
        inner = QWidget()
        box = QVBoxLayout(inner)
        if row is None:
            box.addWidget(Label("Nothing is chosen.", role="muted"))
        else:
            box.addWidget(Label(row.name, role="subtitle", wrap=True))
            box.addWidget(Label(row.batch_name, role="muted", wrap=True))
            if row.note.text:
                box.addWidget(narrow(Label(f"Note by {signed(row.note)}", role="muted", wrap=True)))
                note = narrow(Label(row.note.text, wrap=True))
                note.setAccessibleName(f"Note on {row.name}: {row.note.text}")
                box.addWidget(note)
            if candidate is not None:
                box.addLayout(self._grid(row, candidate))
                number = candidate.hit.company_number
                self.link = button("Open in the register ↗", tip="Opens your browser")
                self.link.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(REGISTER + number)))
                box.addWidget(self.link)
            else:
                for words, value in (
                    ("Address", row.address),
                    ("City", row.city),
                    ("Phone", row.phone),
                    ("E-mail", row.email),
                    ("Website", row.website),
                ):
                    if value:
                        box.addWidget(Label(words, role="muted"))
                        box.addWidget(ElidedLabel(value))
        box.addStretch()
        self.setWidget(inner)

    @staticmethod
    def _grid(row: SelectionRow, candidate: Candidate) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(5)
        at = 0
        for field, ours, theirs, verdict in verdicts(row, candidate):
            if not ours and not theirs:
                continue
            good = verdict.startswith(("same", "on the register", "found by name and")) and "another" not in verdict
            grid.addWidget(Label(field, role="muted"), at, 0)
            if verdict:
                chip = Label(verdict, role="chip-good" if good else "chip", wrap=True)
                if verdict.startswith(("differs", "check", "no word")):
                    chip.setProperty("role", "chip-warn")
                grid.addWidget(chip, at, 1)
            if not verdict and not (ours and theirs):
                # What only one side tells needs no line to say which.
                grid.addWidget(ElidedLabel(ours or theirs), at, 1)
                at += 1
                continue
            for value, who in ((ours, "restaurant"), (theirs, "company")):
                if value:
                    at += 1
                    grid.addWidget(Label(who, role="muted"), at, 0, Qt.AlignmentFlag.AlignTop)
                    grid.addWidget(narrow(Label(value, wrap=True)), at, 1)
            at += 1
        grid.setColumnStretch(1, 1)
        return grid

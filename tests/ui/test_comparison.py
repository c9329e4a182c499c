"""What stands beside a candidate is what the register's best name and address say, not only its first ones."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource
from regbatch_desktop.ui.selection.comparison import Comparison, verdicts
from regbatch_desktop.ui.selection.presenter import SelectionRow
from tests.ui.qt_bench import on_qt

ROW = SelectionRow(
    "j", "Bombay Burger Shed", "12 Cuba Street", "Wellington", "", "", "", "Monday", "action_required", "9 found", True, ()
)


def told(hit: CompanyHit) -> dict[str, tuple[str, str]]:
    """Field → the company's side and the verdict."""
    return {field: (theirs, verdict) for field, _, theirs, verdict in verdicts(ROW, Candidate(hit, MatchSource.NAME, 0.5))}


def test_a_trading_name_and_a_second_address_are_compared_and_shown() -> None:
    found = told(
        CompanyHit(
            "VILLAGE CATERING LIMITED", "1", status="Registered", registered_address="Level 2, 9 Ledger Lane, Napier",
            other_names=("The Shed", "Bombay Burger Shed"), other_addresses=("12 Cuba St, Wellington 6011",),
        )
    )  # fmt: skip
    assert found["Name"] == ("VILLAGE CATERING LIMITED, also Bombay Burger Shed", "same words: bombay, burger, shed")
    assert found["Address"] == ("12 Cuba St, Wellington 6011", "same number and street")
    assert found["City"][1] == "same"


def test_with_one_name_and_one_address_it_is_those() -> None:
    found = told(CompanyHit("BURGER BAY LIMITED", "1", status="Removed", registered_address="13 Cuba Street, Wellington"))
    assert found["Name"] == ("BURGER BAY LIMITED", "same words: burger")
    assert found["Address"][1] == "same street, another number"
    assert found["Status"][1] == "check: Removed"
    assert told(CompanyHit("X LIMITED", "1"))["Address"] == ("", "not known")


@on_qt
async def test_the_same_candidate_again_leaves_what_is_read_where_it_is() -> None:
    pane = Comparison()

    def words() -> list[str]:
        inner = pane.widget()
        return [label.text() for label in inner.findChildren(QLabel)] if inner is not None else []

    best, other = (Candidate(CompanyHit(f"BURGER {n} LIMITED", str(n)), MatchSource.NAME, 0.5) for n in range(2))
    pane.show_pair(ROW, best)
    shown = pane.widget()
    pane.show_pair(replace(ROW), replace(best))
    assert pane.widget() is shown
    pane.show_pair(ROW, other)
    assert "BURGER 1 LIMITED" in words()
    pane.show_pair(None, None)
    assert words() == ["Nothing is chosen."]
    pane.deleteLater()

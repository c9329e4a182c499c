"""Words that matter are on the screen: a removed company says so on its card, and no card of the first page is cut."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from regbatch_desktop.domain.candidate import Candidate, CompanyHit, MatchSource, Reason
from regbatch_desktop.ui.selection.candidates import Candidates
from regbatch_desktop.ui.selection.presenter import SelectionRow
from regbatch_desktop.ui.welcome.pane import WelcomePane
from tests.ui.qt_bench import settle


def test_what_speaks_against_a_company_is_shown_however_much_speaks_for_it(qt: QApplication) -> None:
    del qt
    good = tuple(Reason(f"reason {number}", 1.0) for number in range(8))
    bad = Reason("status Removed", -3.0)
    hit = CompanyHit("KEA LIMITED", "7000001", status="Removed")
    candidate = Candidate(hit, MatchSource.BOTH, 0.9, tuple(each.text for each in (*good, bad)), (*good, bad))
    view = Candidates()
    view.show_row(
        SelectionRow("1", "Kea", "1 Kea Street", "Napier", "", "", "", "Monday", "action_required", "1 found", True, (candidate,))
    )
    assert "status Removed" in [label.text() for label in view.findChildren(QLabel)]


@pytest.mark.parametrize("width", [1000, 1280, 1920])
def test_no_words_of_the_first_page_are_cut(qt: QApplication, width: int) -> None:
    del qt
    pane = WelcomePane([])
    pane.resize(width, 640)
    pane.show()
    settle()
    wrapped = [label for label in pane.findChildren(QLabel) if label.wordWrap() and label.isVisible()]
    assert len(wrapped) >= 4
    assert [label.text() for label in wrapped if label.height() < label.heightForWidth(label.width())] == []

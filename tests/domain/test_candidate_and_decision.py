"""Combining two searches, reading directors, and what a decision must hold."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from regbatch_desktop.domain.candidate import CompanyHit, Director, MatchSource, combine
from regbatch_desktop.domain.decision import Decision, DecisionKind, ManualEntry
from regbatch_desktop.domain.errors import MissingSelections


def hit(number: str, name: str = "Kauri Lane Limited") -> CompanyHit:
    return CompanyHit(name, number)


def test_l23_a_company_found_by_both_searches_says_both_and_stands_once() -> None:
    found = combine([hit("1"), hit("2")], [hit("2", "other spelling"), hit("3")])
    assert [(each.company_number, source) for each, source in found] == [
        ("1", MatchSource.NAME), ("2", MatchSource.BOTH), ("3", MatchSource.ADDRESS),
    ]  # fmt: skip
    assert found[1][0].company_name == "Kauri Lane Limited"


def test_the_same_company_twice_in_one_search_is_not_both() -> None:
    assert [source for _, source in combine([hit("1"), hit("1")], [])] == [MatchSource.NAME]
    assert [source for _, source in combine([], [hit("1"), hit("1")])] == [MatchSource.ADDRESS]


def test_hits_without_a_company_number_are_dropped() -> None:
    assert combine([hit("")], [hit("")]) == ()


@pytest.mark.parametrize(("status", "ceased", "current"), [
    ("Current", "", True), ("ACTIVE", "01/01/2020", True), ("", "", True), ("", "01/01/2020", False),
    ("Ceased", "01/01/2020", False),
])  # fmt: skip
def test_a_director_is_current_by_status_or_without_an_end(status: str, ceased: str, current: bool) -> None:
    assert Director("Aroha Sample", status=status, cessation_date=ceased).is_current is current


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_manual_entry_needs_a_contact_name(name: str) -> None:
    with pytest.raises(MissingSelections):
        ManualEntry(contact_name=name, company_name="Kauri Lane Limited")


def test_a_decision_is_a_record_that_nobody_edits() -> None:
    decided_at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    decision = Decision("d1", "j1", DecisionKind.CHOSEN, "me", decided_at, company_number="1", rank=1)
    with pytest.raises(FrozenInstanceError):
        decision.rank = 2  # type: ignore[misc]
    assert decision.evidence == ()

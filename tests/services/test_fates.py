"""What became of a decision is said in words that say until when it can be taken back, and the right one counts for a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from regbatch_desktop.domain.fate import Fate, FateState, OutboxSummary
from regbatch_desktop.domain.mutation import OF_A_BATCH, MutationKind
from regbatch_desktop.services.fates import (
    OF_A_COMPANY,
    OF_A_CONFIGURATION,
    FateTable,
    batch_words,
    by_kind,
    sentence,
    state_words,
    summary_mark,
    summary_words,
)
from regbatch_desktop.ui.kit.marks import colour_of

NOW = datetime.now(UTC)


def fate(state: FateState, kind: MutationKind = MutationKind.CHOOSE_COMPANY, *, minutes: int = 0, why: str = "") -> Fate:
    at = NOW + timedelta(minutes=minutes)
    return Fate(f"{state}-{minutes}", kind, "job", state, "company 1", at, at, why)


@pytest.mark.parametrize("state", list(FateState))
def test_every_state_has_words_a_sentence_and_a_colour(state: FateState) -> None:
    found = fate(state, why="Because.")
    assert state_words(found)
    assert sentence(found).endswith(".")
    assert colour_of(state.value).isValid()


def test_the_point_after_which_it_cannot_be_taken_back_is_said() -> None:
    assert "can be taken back until it is sent" in sentence(fate(FateState.QUEUED))
    assert fate(FateState.QUEUED).can_withdraw
    assert "cannot be taken back any more" in sentence(fate(FateState.SENT))
    assert not fate(FateState.SENT).can_withdraw


def test_what_wants_a_look_counts_before_what_waits_and_what_waits_before_what_was_taken() -> None:
    conflict, queued, later, taken = (
        fate(FateState.CONFLICT), fate(FateState.QUEUED, minutes=1), fate(FateState.QUEUED, minutes=2), fate(FateState.TAKEN, minutes=3),
    )  # fmt: skip
    other = fate(FateState.QUEUED, MutationKind.SAVE_CONFIGURATION, minutes=9)
    assert FateTable({"job": (taken, queued, conflict, later, other)}).of("job", OF_A_COMPANY) == conflict
    assert FateTable({"job": (taken, queued, later, other)}).of("job", OF_A_COMPANY) == later
    assert FateTable({"job": (taken, other)}).of("job", OF_A_COMPANY) == taken
    assert FateTable({"job": (taken, other)}).pending("job", OF_A_COMPANY) is None
    assert FateTable({"job": (taken, other)}).of("job", OF_A_CONFIGURATION) == other
    assert FateTable({"job": (taken,)}).of("nobody", OF_A_COMPANY) is None


def test_a_batch_says_what_it_will_do_when_online() -> None:
    assert MutationKind.START_BATCH in OF_A_BATCH
    assert batch_words(fate(FateState.QUEUED, MutationKind.START_BATCH)) == "starts when online"
    assert batch_words(fate(FateState.SENT, MutationKind.START_BATCH)) == "starting"
    assert batch_words(fate(FateState.PARKED_REVOKED, MutationKind.START_BATCH)) == "parked"


def test_the_status_bar_says_how_many_wait_since_when_and_for_what() -> None:
    at = NOW.astimezone()
    assert summary_words(OutboxSummary()) == ""
    assert summary_words(OutboxSummary(waiting=3, since=NOW)) == f"3 decisions wait, since {at:%H:%M}"
    assert summary_words(OutboxSummary(waiting=1, since=NOW)) == f"1 decision waits, since {at:%H:%M}"
    parked = OutboxSummary(waiting=2, since=NOW, parked=2, parked_as=FateState.PARKED_SIGN_IN)
    assert summary_words(parked).endswith("· sign in again")
    assert summary_mark(parked) == "parked_sign_in"
    assert summary_words(OutboxSummary(waiting=2, since=NOW, stalled=True)).endswith("· sending stands still")
    assert summary_words(OutboxSummary(look=1)) == "1 wants a look"
    yesterday = NOW - timedelta(days=1)
    assert f"{yesterday.astimezone():%d %b %H:%M}" in summary_words(OutboxSummary(waiting=1, since=yesterday))


def test_what_would_be_lost_is_named_by_kind() -> None:
    found = by_kind([fate(FateState.QUEUED), fate(FateState.PARKED_REVOKED), fate(FateState.TAKEN), fate(FateState.GONE)])
    assert found == ("2 × company choice", "1 × company choice (gone)")

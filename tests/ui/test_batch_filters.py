"""Filters of the batch list: every batch is in sight until the person narrows, and the choice is remembered (L24)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regbatch_desktop.domain.batch import Batch, batch_progress
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.read_models import BatchPlaces, BatchRow
from regbatch_desktop.services.boards import batch_time_left
from regbatch_desktop.ui.batches.columns import counts_words, now_words
from regbatch_desktop.ui.batches.filters import BatchFilters
from regbatch_desktop.ui.kit.words import batch_status_words
from regbatch_desktop.ui.preferences import Preferences

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def row(key: str, *, city: str = "Napier", cuisine: str = "Thai", days: float = 0, step: int = 3) -> BatchRow:
    batch = Batch(key, "", key, started_at=NOW)
    progress = batch_progress(batch, [JobStatus.ACTION_REQUIRED, JobStatus.COMPLETED])
    places = BatchPlaces((city,), (cuisine,))
    return BatchRow(key, key, NOW - timedelta(days=days), NOW, progress, current_step=step, open_at={step: 1}, places=places)


ROWS = (row("one"), row("two", city="Whangārei"), row("three", cuisine="Pizza", days=40), row("four", step=5, days=3))


def shown(filters: BatchFilters) -> list[str]:
    return [each.key for each in filter(filters.choice(NOW), ROWS)]


def filters(folder: Path) -> BatchFilters:
    made = BatchFilters(Preferences(folder / "preferences.json"))
    made.show_choices(ROWS)
    return made


def choose(made: BatchFilters, name: str, value: object) -> None:
    made.boxes[name].setCurrentIndex(made.boxes[name].findData(value))


def test_nothing_is_hidden_at_first(tmp_path: Path) -> None:
    made = filters(tmp_path)
    assert shown(made) == ["one", "two", "three", "four"]
    assert not made.is_active


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("city", "Whangārei", ["two"]),
        ("cuisine", "Pizza", ["three"]),
        ("step", 5, ["four"]),
        ("age", 7, ["one", "two", "four"]),
        ("age", 1, ["one", "two"]),
    ],
)
def test_each_choice_narrows_and_is_there_after_a_restart(tmp_path: Path, name: str, value: object, left: list[str]) -> None:
    choose(filters(tmp_path), name, value)
    again = filters(tmp_path)
    assert shown(again) == left
    assert again.is_active
    again.clear()
    assert shown(filters(tmp_path)) == ["one", "two", "three", "four"]


def test_a_choice_that_no_batch_has_any_more_is_still_seen(tmp_path: Path) -> None:
    made = filters(tmp_path)
    choose(made, "city", "Whangārei")
    made.show_choices(ROWS[:1])
    assert made.boxes["city"].currentText() == "Whangārei"


def test_a_row_says_what_needs_the_person_and_how_long_it_takes() -> None:
    assert counts_words(ROWS[0]) == "1 of 2 done · 1 needs you"
    left = batch_time_left(ROWS[0], {4: 2.0, 6: 40.0})
    assert left == "1 decision from you ≈ 45 s, then ≈ 42 s of machine time"
    assert now_words(ROWS[0]) == "3. Company Selection"
    assert batch_time_left(row("late", step=6), {4: 2.0, 6: 40.0}).endswith("≈ 40 s of machine time")


def test_a_completed_batch_says_that_some_of_it_failed() -> None:
    progress = batch_progress(Batch("b", "", "b", started_at=NOW), [JobStatus.COMPLETED, JobStatus.COMPLETED, JobStatus.FAILED])
    found = BatchRow("b", "b", NOW, NOW, progress)
    assert (batch_status_words(found), found.status_key) == ("ended with failures", "failed")

"""Opening hours keep every interval (L38): several a day, past midnight, typed in many ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbatch_desktop.domain.opening_hours import DAYS, Interval, OpeningHours, from_rows, from_text, minutes


def hours(*intervals: tuple[int, str, str]) -> OpeningHours:
    return OpeningHours(tuple(Interval(day, minutes(opens), minutes(closes)) for day, opens, closes in intervals))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mon 11:00-14:30, 17:00-22:00", hours((0, "11:00", "14:30"), (0, "17:00", "22:00"))),
        ("Sat-Sun 9am-5pm", hours((5, "09:00", "17:00"), (6, "09:00", "17:00"))),
        ("Sun-Mon 17:00-02:00", hours((0, "17:00", "02:00"), (6, "17:00", "02:00"))),
        ("wednesday: 6.30 pm – 9.30 pm", hours((2, "18:30", "21:30"))),
        ("Fri 12am to 12pm", hours((4, "00:00", "12:00"))),
        ("Thu 10:00-24:00", hours((3, "10:00", "00:00"))),
        ("Tue 10:00-12:00;\nTue 13:00-15:00;", hours((1, "10:00", "12:00"), (1, "13:00", "15:00"))),
        ("", OpeningHours()),
    ],
)
def test_what_people_type(text: str, found: OpeningHours) -> None:
    assert from_text(text) == found


@pytest.mark.parametrize(
    "text", ["Mon", "Mon 11", "Mon 25:00-26:00", "Mon 13pm-2pm", "Xyz 10:00-11:00", "10:00-11:00", "Mon 10:00-11:60", "Mo-Fr 9-5"]
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_text(text)


def test_both_shapes_of_the_original_are_read_and_periods_are_not_merged() -> None:
    config = [
        {"day": "Monday", "hours": {"open": "11:00", "close": "14:00"}},
        {"day": "Monday", "hours": {"open": "17:00", "close": "22:00"}},
    ]
    lead = [
        {"day": "mon", "open": "11 am", "close": "2 pm", "period": "lunch"},
        {"day": "Mon", "open": "5pm", "close": "10pm", "period": "dinner"},
    ]
    assert from_rows(config) == from_rows(lead) == hours((0, "11:00", "14:00"), (0, "17:00", "22:00"))


def test_the_platform_gets_nights_split_at_midnight() -> None:
    night = hours((6, "18:00", "02:00"), (4, "20:00", "00:00"))
    assert night.for_platform() == [
        {"day": "Monday", "hours": {"open": "00:00", "close": "02:00"}},
        {"day": "Friday", "hours": {"open": "20:00", "close": "23:59"}},
        {"day": "Sunday", "hours": {"open": "18:00", "close": "23:59"}},
    ]


INTERVALS = st.builds(Interval, st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1439))


@given(st.sets(INTERVALS, max_size=12))
def test_nothing_is_lost_on_the_way_to_the_form_and_back(intervals: set[Interval]) -> None:
    found = OpeningHours(tuple(sorted(intervals)))
    assert from_rows(found.to_json()) == found


@given(st.sets(INTERVALS, max_size=12))
def test_the_platforms_form_is_open_for_as_long_within_a_minute_a_night(intervals: set[Interval]) -> None:
    found = OpeningHours(tuple(sorted(intervals)))
    wanted = sum((i.closes - i.opens) % 1440 or 1440 for i in found.intervals)
    nights = sum(i.closes <= i.opens for i in found.intervals)
    split = from_rows(found.for_platform())
    given_minutes = sum(i.closes - i.opens for i in split.intervals)
    overlapping = len(found.for_platform()) - len(split.intervals)
    assert all(i.closes > i.opens for i in split.intervals if (i.opens, i.closes) != (1439, 1439))
    assert overlapping or wanted - nights <= given_minutes <= wanted
    assert {DAYS[i.day] for i in found.intervals} <= {str(row["day"]) for row in found.for_platform()}

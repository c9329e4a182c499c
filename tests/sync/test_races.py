"""Two who decide at once: one is taken and the other hears of it; and no row is passed over, however late it is committed."""

from __future__ import annotations

from pathlib import Path

from tests.sync.races import races, slow_writers
from tests.team.fixtures import Team


async def test_of_two_companies_chosen_at_once_one_is_taken_and_the_other_sees_it(team: Team, tmp_path: Path) -> None:
    assert await races(team, tmp_path, 60) == {("conflict", "taken"): 60}


async def test_no_row_is_missed_that_a_reader_by_time_misses(team: Team, tmp_path: Path) -> None:
    found = await slow_writers(team, tmp_path, seconds=5)
    assert found["committed"] > 100
    assert found["missed"] == 0
    assert found["missed by time"] > 0, "the writers were not slow enough to show anything"

"""Killed at any point of deciding or sending: what was acknowledged arrives, and arrives once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.child import POINTS
from tests.sync.killing import killed_at
from tests.team.fixtures import Team

# `make faults` kills at all of them.
SOME = ("deciding:before_commit", "sending:after_commit", "sending:call_was_made", "sending:cached")


def test_the_points_are_among_all_of_them() -> None:
    assert set(SOME) < set(POINTS)


@pytest.mark.parametrize("point", SOME)
async def test_a_kill_while(point: str, team: Team, tmp_path: Path) -> None:
    verdict = await killed_at(team, tmp_path / "desk", point)
    assert verdict.is_sound, verdict

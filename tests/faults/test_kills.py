"""A kill at any instant loses nothing and repeats nothing outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from regbatch_desktop.domain.effects import EffectClass
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey
from tests.faults.harness import killed_at
from tests.faults.points import Point, all_points

BLIND = {key.value for key in SubStepKey if SUB_STEPS[key].effect_class is EffectClass.BLIND}
# Between the intent and its outcome nobody but a person can know what became of a blind call.
ASKED_WHEN = {"after_intent", "in_flight", "answer_received"}


@pytest.mark.parametrize("point", all_points(), ids=lambda point: point.name)
async def test_a_kill_at(point: Point, tmp_path: Path) -> None:
    verdict = await killed_at(tmp_path, point)
    assert verdict.died, "the point was never reached"
    assert verdict.duplicates == []
    assert verdict.missing == []
    assert verdict.result["statuses"] == ["completed"], verdict.result
    assert verdict.result["failed"] == []
    assert verdict.result["running"] == []
    # A sibling that was under way at the same moment may be asked about as well, if it is blind.
    asked = set(verdict.result["asked"])
    assert asked <= BLIND
    assert point.what in asked or point.what not in BLIND or point.when not in ASKED_WHEN
    assert verdict.leaks == []

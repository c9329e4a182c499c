"""The definitions of the 12 sub-steps: a graph without circles, the original's names, and who needs whom."""

from __future__ import annotations

from regbatch_desktop.domain.sub_steps import (
    PHASE_LABELS,
    SUB_STEPS,
    SubStepKey,
    SubStepStatus,
    dependents,
    fresh_sub_steps,
)

K = SubStepKey


def test_all_twelve_are_defined_and_start_pending() -> None:
    assert set(SUB_STEPS) == set(SubStepKey)
    assert len(SUB_STEPS) == 12
    assert {sub.status for sub in fresh_sub_steps().values()} == {SubStepStatus.PENDING}
    assert {definition.phase for definition in SUB_STEPS.values()} == set(PHASE_LABELS)


def test_whatever_a_sub_step_needs_stands_in_front_of_it() -> None:
    order = list(SUB_STEPS)
    for key, definition in SUB_STEPS.items():
        assert all(order.index(need) < order.index(key) for need in definition.needs)
        assert all(SUB_STEPS[need].phase <= definition.phase for need in definition.needs)
        assert key not in dependents(key)

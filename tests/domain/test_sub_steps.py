"""The definitions of the 12 sub-steps: a graph without circles, the original's names, and who needs whom."""

from __future__ import annotations

import pytest

from regbatch_desktop.domain.effects import EffectClass
from regbatch_desktop.domain.sub_steps import (
    PHASE_LABELS,
    SUB_STEPS,
    SubStep,
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


def test_only_account_and_registration_block() -> None:
    assert [key for key, d in SUB_STEPS.items() if d.blocks] == [K.CLOUDWAITRESS_ACCOUNT, K.RESTAURANT_REGISTRATION]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (K.CLOUDWAITRESS_ACCOUNT, set(SubStepKey) - {
            K.CLOUDWAITRESS_ACCOUNT, K.CODE_GENERATION, K.CREATE_ONBOARDING_USER, K.UPLOAD_IMAGES,
        }),
        (K.CODE_GENERATION, {K.WEBSITE_CONFIG}),
        (K.CREATE_ONBOARDING_USER, {K.SYNC_ONBOARDING_USER}),
        (K.UPLOAD_IMAGES, {K.MENU_IMPORT, K.OPTION_SETS, K.ITEM_TAGS}),
        (K.MENU_IMPORT, {K.OPTION_SETS, K.ITEM_TAGS}),
        (K.ITEM_TAGS, set()),
    ],
    ids=str,
)  # fmt: skip
def test_l14_dependents_go_through_all_levels(key: SubStepKey, expected: set[SubStepKey]) -> None:
    assert dependents(key) == expected


def test_no_call_that_could_double_something_is_repeated_blindly() -> None:
    classes = {key: definition.effect_class for key, definition in SUB_STEPS.items()}
    assert EffectClass.READ not in classes.values()
    assert {key for key, each in classes.items() if each is EffectClass.BLIND} == {
        K.MENU_IMPORT, K.OPTION_SETS, K.ITEM_TAGS,
    }  # fmt: skip
    assert {key for key, each in classes.items() if each is EffectClass.QUERYABLE} == {
        K.CLOUDWAITRESS_ACCOUNT, K.RESTAURANT_REGISTRATION,
    }  # fmt: skip


def test_failed_is_ended_but_not_done_and_unknown_is_neither() -> None:
    ended = [status for status in SubStepStatus if SubStep(K.ITEM_TAGS, status=status).is_ended]
    done = [status for status in SubStepStatus if SubStep(K.ITEM_TAGS, status=status).is_done]
    assert ended == [SubStepStatus.COMPLETED, SubStepStatus.FAILED, SubStepStatus.SKIPPED]
    assert done == [SubStepStatus.COMPLETED, SubStepStatus.SKIPPED]

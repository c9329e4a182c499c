"""When a call that changes the outside world may be made again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbatch_desktop.domain.effects import (
    CallOutcome,
    EffectClass,
    EffectVerdict,
    OutcomeKind,
    effect_key,
    may_repeat,
    on_ambiguity,
    request_fingerprint,
    settled_at,
)
from regbatch_desktop.domain.secret import Secret

E, Out = EffectClass, OutcomeKind
VERDICTS = {
    E.READ: EffectVerdict.REPEAT,
    E.PUT: EffectVerdict.REPEAT,
    E.KEYED: EffectVerdict.REPEAT,
    E.QUERYABLE: EffectVerdict.QUERY,
    E.BLIND: EffectVerdict.ASK,
}
ALWAYS, NEVER = {Out.NOT_SENT, Out.NOT_EXECUTED}, {Out.SUCCEEDED, Out.FAILED_DEFINITE}


@pytest.mark.parametrize("effect_class", EffectClass, ids=str)
def test_every_class_says_what_to_do_about_a_lost_answer(effect_class: EffectClass) -> None:
    assert on_ambiguity(effect_class) is VERDICTS[effect_class]


@pytest.mark.parametrize(("effect_class", "kind"), list(product(EffectClass, OutcomeKind)), ids=str)
def test_a_call_is_repeated_only_if_it_did_not_happen_or_does_no_harm(effect_class: EffectClass, kind: OutcomeKind) -> None:
    harmless = kind is Out.UNKNOWN and VERDICTS[effect_class] is EffectVerdict.REPEAT
    assert may_repeat(CallOutcome(kind), effect_class) is (kind in ALWAYS or harmless)
    if kind in NEVER:
        assert not may_repeat(CallOutcome(kind, http_status=500, retry_after_s=1.0), effect_class)


def test_the_key_is_stable_and_differs_by_job_name_and_generation() -> None:
    # A stored key must read the same in every later version of the program.
    assert effect_key("j1", "menuImport", 1) == effect_key("j1", "menuImport", 1)
    assert UUID(effect_key("j1", "menuImport", 1)).version == 5
    others = {effect_key(j, n, g) for j, n, g in product(("j1", "j2"), ("menuImport", "itemTags"), (1, 2))}
    assert len(others) == 8


def test_the_stored_keys_of_earlier_versions_are_still_found() -> None:
    assert effect_key("job-1", "cloudwaitressAccount", 1) == "e024fc18-6098-5c5b-a2ed-196abc848280"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _reversed(value: object) -> object:
    if isinstance(value, dict):
        return _reversed_keys(value)
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def _reversed_keys(body: dict[str, object]) -> dict[str, object]:
    return {key: _reversed(body[key]) for key in reversed(list(body))}


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=5))
def test_the_fingerprint_does_not_depend_on_the_order_of_keys(body: dict[str, object]) -> None:
    assert request_fingerprint(body) == request_fingerprint(_reversed_keys(body))


def test_the_fingerprint_tells_different_bodies_apart() -> None:
    bodies: list[dict[str, object]] = [
        {}, {"a": 1}, {"a": "1"}, {"a": None}, {"a": [1, 2]}, {"a": [2, 1]}, {"a": {"b": 1}}, {"a.b": 1},
    ]  # fmt: skip
    assert len({request_fingerprint(body) for body in bodies}) == len(bodies)


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_fingerprint_tells_nothing_about_a_secret(one: str, two: str) -> None:
    assert request_fingerprint({"password": Secret(one)}) == request_fingerprint({"password": Secret(two)})


def test_not_found_is_evidence_only_after_deadline_and_lag() -> None:
    sent = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert settled_at(sent, deadline_s=180, lag_s=120) == sent + timedelta(minutes=5)

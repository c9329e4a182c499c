"""A person's word on a sub-step: it happened, it did not, set it, or do it again.

Owns: what an answer to "unknown" means for the effect's record; "it did not" is the only way to a second call.
Never: makes the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from regbatch_desktop.domain.effects import EffectState
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.domain.sub_step_flow import reset_sub_step, set_sub_step
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStep, SubStepKey, SubStepStatus
from regbatch_desktop.ports import AddEffectEvent, SaveEffect, Write
from regbatch_desktop.verbs.scope import Scope, saved
from regbatch_desktop.verbs.verb import Subject, Verb


def _sub(mutation: Mutation, scope: Scope) -> SubStep:
    return scope.job.sub_steps[SubStepKey(mutation.args["key"])]


def _subject(mutation: Mutation, scope: Scope) -> Subject:
    sub = _sub(mutation, scope)
    return {"status": sub.status.value, "generation": sub.generation}


def _state(mutation: Mutation, scope: Scope) -> str:
    sub = _sub(mutation, scope)
    return f"{SUB_STEPS[sub.key].label} is {sub.status.value.replace('_', ' ')}{f': {sub.reason}' if sub.reason else ''}"


def _label(mutation: Mutation) -> str:
    return SUB_STEPS[SubStepKey(mutation.args["key"])].label


def _answer(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    job, sub, happened = scope.job, _sub(mutation, scope), bool(mutation.args["happened"])
    if sub.status is not SubStepStatus.UNKNOWN:
        raise InvalidStatus("The outcome of this sub-step is not in question.")
    if happened:
        reason = f"confirmed by {mutation.decided_by}"
        after = set_sub_step(job, sub.key, SubStepStatus.COMPLETED, now=now, reason=reason)
    else:
        after = reset_sub_step(job, sub.key, now=now, new_effect=True)
    writes: list[Write] = [saved(job, after)]
    found = next((e for e in scope.effects if (e.name, e.generation) == (sub.key.value, sub.generation)), None)
    if found is not None:
        state = EffectState.SUCCEEDED if happened else EffectState.FAILED
        kind = f"person: {'it happened' if happened else 'it did not happen'}"
        event = AddEffectEvent(job.id, sub.key.value, sub.generation, kind, now, {"by": mutation.decided_by})
        writes += [SaveEffect(replace(found, state=state), found.state), event]
    return writes


def _answered(mutation: Mutation, scope: Scope) -> bool:
    # A late truth that says the same. What says the opposite is a conflict, never a second call.
    return bool(mutation.args["happened"]) and _sub(mutation, scope).status is SubStepStatus.COMPLETED


ANSWER_UNKNOWN = Verb(
    _answer, _subject,
    lambda mutation: f"{_label(mutation)} {'happened' if mutation.args['happened'] else 'did not happen'}",
    _state, _answered,
)  # fmt: skip


def _set(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    status, reason = SubStepStatus(mutation.args["status"]), f"set by {mutation.decided_by}"
    return [saved(scope.job, set_sub_step(scope.job, _sub(mutation, scope).key, status, now=now, reason=reason))]


SET_SUB_STEP = Verb(
    _set, _subject,
    lambda mutation: f"{_label(mutation)} is set to {mutation.args['status'].replace('_', ' ')}",
    _state,
    lambda mutation, scope: _sub(mutation, scope).status.value == mutation.args["status"],
)  # fmt: skip


def _again(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    return [saved(scope.job, reset_sub_step(scope.job, _sub(mutation, scope).key, now=now, new_effect=True))]


DO_AGAIN = Verb(_again, _subject, lambda mutation: f"{_label(mutation)} is done again", _state)

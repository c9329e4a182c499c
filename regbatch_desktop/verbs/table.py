"""Every kind of mutation with its verb, and the verdict on one that meets newer rows.

Owns: what is a conflict, what is refused, what is taken silently.
Never: reads or writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from regbatch_desktop.domain.errors import NotFound, RuleError
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.domain.sub_steps import SubStepStatus
from regbatch_desktop.ports import Write
from regbatch_desktop.verbs import batch, company, configuration, note, sub_steps
from regbatch_desktop.verbs.scope import Scope
from regbatch_desktop.verbs.verb import Verb

VERBS: Mapping[MutationKind, Verb] = {
    MutationKind.CHOOSE_COMPANY: company.CHOOSE_COMPANY,
    MutationKind.TAKE_BACK: company.TAKE_BACK,
    MutationKind.ENTER_MANUALLY: company.ENTER_MANUALLY,
    MutationKind.SAVE_SEARCH: company.SAVE_SEARCH,
    MutationKind.SAVE_CONFIGURATION: configuration.SAVE_CONFIGURATION,
    MutationKind.START_CONFIGURATION: configuration.START_CONFIGURATION,
    MutationKind.START_BATCH: batch.START_BATCH,
    MutationKind.CANCEL_BATCH: batch.CANCEL_BATCH,
    MutationKind.RENAME_BATCH: batch.RENAME_BATCH,
    MutationKind.RETRY_JOB: batch.RETRY_JOB,
    MutationKind.SKIP_STEP: batch.SKIP_STEP,
    MutationKind.ANSWER_UNKNOWN: sub_steps.ANSWER_UNKNOWN,
    MutationKind.SET_SUB_STEP: sub_steps.SET_SUB_STEP,
    MutationKind.DO_AGAIN: sub_steps.DO_AGAIN,
    MutationKind.WRITE_NOTE: note.WRITE_NOTE,
}


_COMPANY = frozenset({MutationKind.CHOOSE_COMPANY, MutationKind.TAKE_BACK, MutationKind.ENTER_MANUALLY})
_CONFIGURATION = frozenset({MutationKind.SAVE_CONFIGURATION, MutationKind.START_CONFIGURATION})
_BATCH = frozenset({MutationKind.START_BATCH, MutationKind.CANCEL_BATCH})
_AGAIN = frozenset({MutationKind.RETRY_JOB, MutationKind.SKIP_STEP})
_SUB_STEP = frozenset({MutationKind.ANSWER_UNKNOWN, MutationKind.SET_SUB_STEP, MutationKind.DO_AGAIN})
# Whose word it is that a kind of mutation meets.
RIVALS: Mapping[MutationKind, frozenset[MutationKind]] = {
    **dict.fromkeys((*_COMPANY, MutationKind.SAVE_SEARCH), _COMPANY),
    **dict.fromkeys(_CONFIGURATION, _CONFIGURATION | {MutationKind.TAKE_BACK}),
    **dict.fromkeys(_BATCH, _BATCH),
    **dict.fromkeys(_AGAIN, _AGAIN),
    **dict.fromkeys(_SUB_STEP, _SUB_STEP),
    MutationKind.RENAME_BATCH: frozenset({MutationKind.RENAME_BATCH}),
    MutationKind.WRITE_NOTE: frozenset({MutationKind.WRITE_NOTE}),
}


_BEGUN = "The account setup (Step 6) has begun for this restaurant, so it cannot be changed any more."


@dataclass(frozen=True, slots=True)
class Verdict:
    """`writes`: to be committed (empty when the rows say it already); else `state` with the reason in words."""

    writes: tuple[Write, ...] = ()
    state: FateState | None = None
    reason: str = ""


def decide(mutation: Mutation, scope: Scope, now: datetime) -> tuple[Write, ...]:
    """The writes, as the person decides. RuleError where the state does not allow it."""
    return tuple(VERBS[mutation.kind].decide(mutation, scope, now))


def based(mutation: Mutation, scope: Scope) -> Mutation:
    """The mutation with what the person sees now as its base."""
    return replace(mutation, base=VERBS[mutation.kind].subject(mutation, scope))


def anew(mutation: Mutation, mutation_id: str, at: datetime) -> Mutation:
    """The same intent as another mutation, by somebody who knows now what is there."""
    args = {name: value for name, value in mutation.args.items() if name != "seen"}
    return replace(mutation, id=mutation_id, at=at, args=args)


def judged(mutation: Mutation, scope: Scope, now: datetime) -> Verdict:
    """The same intent on rows that somebody else may have changed since."""
    verb, begun = VERBS[mutation.kind], False
    try:
        if verb.settled(mutation, scope):
            return Verdict()
        begun = verb.before_step_six and step_six_has_begun(scope.job)
        if verb.subject(mutation, scope) == mutation.base:
            return Verdict(tuple(verb.decide(mutation, scope, now)))
        if begun:
            return Verdict((), FateState.REFUSED, f"Meanwhile {verb.state(mutation, scope)}. {_BEGUN}")
        return Verdict((), FateState.CONFLICT, f"Meanwhile {verb.state(mutation, scope)}.")
    except NotFound as error:
        return Verdict((), FateState.GONE, error.sentence)
    except RuleError as error:
        return Verdict((), FateState.REFUSED, f"{error.sentence} {_BEGUN}" if begun else error.sentence)


def moment(mutation: Mutation, scope: Scope, *, now: datetime) -> datetime:
    """When it was decided, for the record: this machine's clock may be wrong by days, but nothing is decided before what it is
    decided on, nor after `now`, which is the authority's.
    """
    stamps = [at for job in scope.jobs for step in job.steps for at in (step.started_at, step.completed_at) if at is not None]
    return max(min(mutation.at, now), max((at for at in stamps if at <= now), default=min(mutation.at, now)))


def step_six_has_begun(job: Job) -> bool:
    """Something of the account setup was started, or is known."""
    if job.step(6).status is not StepStatus.PENDING:
        return True
    return any(sub.status is not SubStepStatus.PENDING or sub.generation > 1 for sub in job.sub_steps.values())


def comes_too_late(mutation: Mutation, scope: Scope) -> bool:
    """Nothing that is decided again could change this any more."""
    return VERBS[mutation.kind].before_step_six and step_six_has_begun(scope.job)


def said(mutation: Mutation) -> str:
    """What was decided, in words."""
    return VERBS[mutation.kind].said(mutation)


def present(mutation: Mutation, scope: Scope) -> str:
    """What the rows say about the same matter, in words."""
    return VERBS[mutation.kind].state(mutation, scope)

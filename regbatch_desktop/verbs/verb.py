"""The shape of a verb.

Owns: what has to be said about a kind of mutation so that it can be made again on other rows than the person saw.
Never: knows a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.ports import Write
from regbatch_desktop.verbs.scope import Scope

Subject = Mapping[str, Any]


def _never(_mutation: Mutation, _scope: Scope) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Verb:
    """`decide`: the writes, or a RuleError. `subject`: what a person decides on, as plain JSON; what an engine moves on the
    way is not part of it. `settled`: the rows say already what the mutation wants. `said`: the mutation in words.
    `state`: the present subject in words. `before_step_six`: refused once the account setup has begun.
    """

    decide: Callable[[Mutation, Scope, datetime], Sequence[Write]]
    subject: Callable[[Mutation, Scope], Subject]
    said: Callable[[Mutation], str]
    state: Callable[[Mutation, Scope], str]
    settled: Callable[[Mutation, Scope], bool] = _never
    before_step_six: bool = False

"""One call with an effect, as a step asks for it.

Owns: what a step has to say about its call.
Never: makes the call, or records it (effect_calls.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from regbatch_desktop.domain.effects import CallOutcome, EffectClass
from regbatch_desktop.domain.job import Job
from regbatch_desktop.ports import Write


def _unchanged(job: Job) -> Job:
    return job


def _no_writes(_now: datetime) -> Sequence[Write]:
    return ()


def _no_transition(job: Job, _outcome: CallOutcome) -> Job:
    return job


class EffectRequest(Struct, frozen=True):
    """One call with an effect.

    `send` gets the idempotency key and makes exactly one HTTP request. `query` answers SUCCEEDED (found, with the
    reply), NOT_EXECUTED (not there) or UNKNOWN (contradiction); it raises ServiceError when it cannot be asked.
    `began`/`ended` move the job in the same commit as the effect; `intent_writes` go with the intent.
    """

    name: str
    effect_class: EffectClass
    body: Mapping[str, object]
    send: Callable[[str], Awaitable[CallOutcome]]
    deadline_s: float
    generation: int = 1
    query: Callable[[], Awaitable[CallOutcome]] | None = None
    began: Callable[[Job], Job] = _unchanged
    ended: Callable[[Job, CallOutcome], Job] = _no_transition
    intent_writes: Callable[[datetime], Sequence[Write]] = _no_writes

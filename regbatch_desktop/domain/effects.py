"""Calls that change the outside world: their class, their record, their outcome, and when one may be repeated.

Owns: the rule "a call is never made twice without asking" (design §2.4, reliability §1.4).
Never: sends anything, or reads a clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct


class EffectClass(StrEnum):
    """What repeating a call does (reliability §1.4). There is no default."""

    READ = "read"
    PUT = "put"
    KEYED = "keyed"
    QUERYABLE = "queryable"
    BLIND = "blind"


class OutcomeKind(StrEnum):
    """What one HTTP exchange tells about the effect."""

    SUCCEEDED = "succeeded"
    FAILED_DEFINITE = "failed_definite"
    NOT_SENT = "not_sent"
    NOT_EXECUTED = "not_executed"
    UNKNOWN = "unknown"


class CallOutcome(Struct, frozen=True):
    """One call's outcome. `retry_after_s` is what the server asked for; `message` is plain text from outside."""

    kind: OutcomeKind
    reply: Mapping[str, object] = msgspec.field(default_factory=dict)
    http_status: int | None = None
    code: str = ""
    message: str = ""
    retry_after_s: float | None = None
    already_exists: bool = False


class EffectState(StrEnum):
    """`intent` is durable before the first byte leaves; after a crash it means "may have been sent"."""

    INTENT = "intent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Effect(Struct, frozen=True):
    """One effect of one job: identity (job, name, generation), the key sent along, the hash of the body."""

    job_id: str
    name: str
    generation: int
    effect_class: EffectClass
    state: EffectState
    idempotency_key: str
    request_sha256: str
    token: int
    attempt: int = 1
    sent_at: datetime | None = None
    provider_reference: str = ""
    result: Mapping[str, object] = msgspec.field(default_factory=dict)


class EffectVerdict(StrEnum):
    """What may be done about an effect whose intent stands and whose outcome is not known."""

    REPEAT = "repeat"
    QUERY = "query"
    ASK = "ask"


_NAMESPACE = UUID("5f1b0a52-6a5c-5d0e-9b1f-0d7f2f6b7c11")


def effect_key(job_id: str, name: str, generation: int) -> str:
    """The same key for every attempt; a new one only for a new generation."""
    return str(uuid5(_NAMESPACE, f"{job_id}/{name}/{generation}"))


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)


def request_fingerprint(body: Mapping[str, object]) -> str:
    """SHA-256 of the canonical body. Secrets must stand in it as references, so that the hash tells nothing of them."""
    return hashlib.sha256(_CANONICAL.encode(body).encode()).hexdigest()


def on_ambiguity(effect_class: EffectClass) -> EffectVerdict:
    """A sent call without a known outcome: repeat what is harmless, query what can be found, ask for the rest."""
    if effect_class in (EffectClass.READ, EffectClass.PUT, EffectClass.KEYED):
        return EffectVerdict.REPEAT
    return EffectVerdict.QUERY if effect_class is EffectClass.QUERYABLE else EffectVerdict.ASK


def may_repeat(outcome: CallOutcome, effect_class: EffectClass) -> bool:
    """May the same call be sent again without a query or a person, after this outcome? (L32: transient only.)"""
    if outcome.kind in (OutcomeKind.NOT_SENT, OutcomeKind.NOT_EXECUTED):
        return True
    return outcome.kind is OutcomeKind.UNKNOWN and on_ambiguity(effect_class) is EffectVerdict.REPEAT


def settled_at(sent_at: datetime, *, deadline_s: float, lag_s: float) -> datetime:
    """The first moment at which "not found" is evidence: sent + deadline + the provider's lag (reliability §0.3)."""
    return sent_at + timedelta(seconds=deadline_s + lag_s)

"""Effects and what happened to them, to rows and back.

Owns: the form of `effects` and `effect_events` in the file.
Never: executes SQL.
"""

from __future__ import annotations

import json
from datetime import datetime

from regbatch_desktop.domain.effects import Effect, EffectClass, EffectState
from regbatch_desktop.ports import AddEffectEvent
from regbatch_desktop.store.rows import Row, checksum, instant, moment, text_of


def effect_row(effect: Effect) -> Row:
    """One row of effects, with its checksum."""
    row: Row = {
        "job_id": effect.job_id, "name": effect.name, "generation": effect.generation,
        "effect_class": effect.effect_class.value, "state": effect.state.value,
        "idempotency_key": effect.idempotency_key, "request_sha256": effect.request_sha256, "token": effect.token,
        "attempt": effect.attempt, "sent_at": moment(effect.sent_at), "provider_reference": effect.provider_reference,
        "result": text_of(effect.result) if effect.result else "{}",
    }  # fmt: skip
    row["sha256"] = checksum(row)
    return row


def effect_of(row: Row) -> Effect:
    """The reverse."""
    known = {k: v for k, v in row.items() if k not in ("sha256", "effect_class", "state", "sent_at", "result")}
    return Effect(
        **known, effect_class=EffectClass(row["effect_class"]), state=EffectState(row["state"]),
        sent_at=instant(row["sent_at"]), result=json.loads(row["result"]),
    )  # fmt: skip


def event_row(event: AddEffectEvent) -> Row:
    """One row of effect_events."""
    return {
        "job_id": event.job_id, "name": event.name, "generation": event.generation, "kind": event.kind,
        "at": moment(event.at), "detail": text_of(event.detail),
    }  # fmt: skip


def event_of(row: Row) -> AddEffectEvent:
    """The reverse."""
    known = {k: v for k, v in row.items() if k in ("job_id", "name", "generation", "kind")}
    return AddEffectEvent(**known, at=datetime.fromisoformat(row["at"]), detail=json.loads(row["detail"]))

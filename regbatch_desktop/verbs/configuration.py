"""The yolo configuration of a restaurant: kept, or kept and started.

Owns: two people's configurations of one restaurant never become a mixture.
Never: sees a password; its ciphertext travels with the mutation.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from regbatch_desktop.domain.errors import StepNotActionRequired
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.domain.steps import StepEvent, StepStatus
from regbatch_desktop.domain.transitions import apply_step
from regbatch_desktop.ports import SaveSecret, Write
from regbatch_desktop.verbs.scope import Scope, saved
from regbatch_desktop.verbs.verb import Subject, Verb


def sealed_json(secret: SaveSecret) -> dict[str, Any]:
    """A sealed value as an argument of a mutation."""
    return {
        "id": secret.id, "field": secret.field, "key_version": secret.key_version,
        "nonce": base64.b64encode(secret.nonce).decode(), "ciphertext": base64.b64encode(secret.ciphertext).decode(),
    }  # fmt: skip


def _sealed(job_id: str, values: Mapping[str, Any]) -> SaveSecret:
    nonce, ciphertext = (base64.b64decode(values[name]) for name in ("nonce", "ciphertext"))
    return SaveSecret(values["id"], job_id, values["field"], values["key_version"], nonce, ciphertext)


def _fingerprint(config: Mapping[str, object]) -> str:
    if not config:
        return ""
    text = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _subject(_mutation: Mutation, scope: Scope) -> Subject:
    step = scope.job.step(5)
    waiting = step.status is StepStatus.ACTION_REQUIRED
    return {"waits": waiting, "config": _fingerprint(scope.job.execution_config)}


def _state(_mutation: Mutation, scope: Scope) -> str:
    job = scope.job
    if job.step(5).status is StepStatus.PENDING:
        return "the restaurant has gone back to an earlier step"
    kept = "another configuration" if job.execution_config else "no configuration"
    return f"{kept}, {'kept' if job.step(5).status is StepStatus.ACTION_REQUIRED else 'started'}"


def _save(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    job, args = scope.job, mutation.args
    if job.step(5).status is not StepStatus.ACTION_REQUIRED:
        raise StepNotActionRequired("This restaurant does not wait for its configuration.")
    after = apply_step(job, 5, StepEvent.START, now=now) if args["start"] else job
    after = replace(after, execution_config=args["config"], version=job.version + 1)
    return [saved(job, after), *(_sealed(job.id, each) for each in args["secrets"])]


def _is_there(mutation: Mutation, scope: Scope) -> bool:
    same = _fingerprint(scope.job.execution_config) == _fingerprint(mutation.args["config"])
    started = scope.job.step(5).status not in (StepStatus.ACTION_REQUIRED, StepStatus.PENDING)
    return same and (started or not mutation.args["start"])


SAVE_CONFIGURATION = Verb(_save, _subject, lambda _: "configuration kept", _state, _is_there, before_step_six=True)
START_CONFIGURATION = Verb(_save, _subject, lambda _: "configuration started", _state, _is_there, before_step_six=True)

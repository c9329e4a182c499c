"""The writes of a change set as the project's function apply_change_set takes them.

Owns: their JSON form; empty texts become null.
Never: decides whether a write fits (the database does).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any

from msgspec import structs

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import candidate_data
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import STEPS, Step
from regbatch_desktop.domain.sub_steps import sub_step_progress
from regbatch_desktop.ports import (
    AddDecision,
    AddEffectEvent,
    CreateBatch,
    Lease,
    RemoveRestaurant,
    ReserveSlot,
    SaveBatch,
    SaveCandidates,
    SaveEffect,
    SaveJob,
    SaveRestaurant,
    SaveSecret,
    Write,
)
from regbatch_desktop.remote.supabase.rows import RESTAURANT_TEXTS

Json = dict[str, Any]


def plain(value: object) -> Any:
    """JSON of nested values: times as ISO text, tuples as lists."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} does not go into a row")


def lease_json(lease: Lease | None) -> Json | None:
    """What the database checks."""
    if lease is None:
        return None
    return {"resource_id": lease.resource_id, "instance_id": lease.instance_id, "token": lease.token}


def write_json(write: Write) -> Json:
    """One write with its kind."""
    match write:
        case SaveJob():
            return _save_job(write)
        case SaveEffect(effect=effect, expected=expected):
            row = plain(structs.asdict(effect)) | {"provider_reference": effect.provider_reference or None}
            return {"kind": "save_effect", "expected": expected and expected.value, "row": row}
        case AddEffectEvent():
            known = {name: plain(getattr(write, name)) for name in ("job_id", "name", "generation", "at", "detail")}
            return known | {"kind": "add_effect_event", "event": write.kind}
        case CreateBatch(batch=batch, jobs=jobs):
            return {"kind": "create_batch", "batch": _batch(batch), "jobs": [_new_job(job) for job in jobs]}
        case SaveBatch(before=before, after=after):
            return _batch(after) | {"kind": "save_batch", "expected": before.version}
        case SaveRestaurant(before=before, after=after):
            return {"kind": "save_restaurant", "expected": before and before.version, "row": _restaurant(after)}
        case RemoveRestaurant(restaurant_id=key):
            return {"kind": "remove_restaurant", "id": key}
        case SaveCandidates(search=search):
            return {
                "kind": "save_candidates", "job_id": search.job_id, "searched_at": plain(search.searched_at),
                "search_queries": {"restaurant_name": search.restaurant_name, "street": search.street, "city": search.city},
                "combined_results": [plain(candidate_data(candidate)) for candidate in search.candidates],
            }  # fmt: skip
        case AddDecision(decision=decision):
            data = {name: plain(getattr(decision, name)) for name in ("company_number", "rank", "director", "evidence")}
            data["entry"] = plain(asdict(decision.entry)) if decision.entry else None
            return {
                "kind": "add_decision", "id": decision.id, "job_id": decision.job_id, "decision": decision.kind.value,
                "decided_by": decision.decided_by, "decided_at": plain(decision.decided_at), "data": data,
            }  # fmt: skip
        case SaveSecret():
            return {
                "kind": "save_secret", "id": write.id, "job_id": write.job_id, "field": write.field,
                "key_version": write.key_version, "nonce": base64.b64encode(write.nonce).decode(),
                "ciphertext": base64.b64encode(write.ciphertext).decode(),
            }  # fmt: skip
        case ReserveSlot():
            return {"kind": "reserve_slot", "name": write.name, "expected": plain(write.expected), "at": plain(write.at)}
        case _:
            raise TypeError(f"{type(write).__name__} is no write")


def _save_job(write: SaveJob) -> Json:
    before, after = write.before, write.after
    changed = [
        step
        for old, step in zip(before.steps, after.steps, strict=True)
        if step is not old or (step.number == 6 and after.sub_steps is not before.sub_steps)
    ]
    known = _job(after) | {"kind": "save_job", "id": after.id, "expected": before.version}
    if after.execution_config is before.execution_config:
        # By far the widest column, and it seldom changes.
        del known["execution_config"]
    return known | {"steps": [_step(after, step) for step in changed]}


def _new_job(job: Job) -> Json:
    own = {"id": job.id, "restaurant_id": job.restaurant_id, "created_at": plain(job.created_at)}
    return _job(job) | own | {"steps": [_step(job, step) for step in job.steps]}


def _job(job: Job) -> Json:
    names = (
        "status",
        "current_step",
        "execution_config",
        "error_code",
        "error_message",
        "started_at",
        "completed_at",
        "cancelled_at",
    )
    return {name: plain(getattr(job, name)) for name in names}


def _step(job: Job, step: Step) -> Json:
    definition = STEPS[step.number - 1]
    names = (
        "status", "attempt", "retry_count", "started_at", "completed_at", "next_attempt_at", "duration_ms", "error_code",
        "error_message", "result_data",
    )  # fmt: skip
    progress = sub_step_progress(job.sub_steps) if step.number == 6 else {}
    return {name: plain(getattr(step, name)) for name in names} | {
        "step_number": step.number, "step_name": definition.name, "step_type": definition.step_type.value,
        "sub_step_progress": progress,
    }  # fmt: skip


def _batch(batch: Batch) -> Json:
    names = ("id", "name", "execution_mode", "settings", "created_at", "started_at", "cancelled_at")
    return {name: plain(getattr(batch, name)) for name in names}


def _restaurant(restaurant: Restaurant) -> Json:
    texts = {name: getattr(restaurant, name) or None for name in RESTAURANT_TEXTS}
    hours, note = restaurant.opening_hours, restaurant.note
    return texts | {
        "id": restaurant.id, "cuisine": list(restaurant.cuisine), "opening_hours": hours.to_json() if hours is not None else None,
        "header_images": plain(restaurant.header_images), "logos": plain(restaurant.logos),
        "additional_contacts_metadata": plain(restaurant.additional_contacts),
        "note": note.text or None, "note_by": note.written_by or None, "note_at": plain(note.written_at),
    }  # fmt: skip

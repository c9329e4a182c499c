"""Rows to values and back.

Owns: the JSON and time forms in the file.
Never: executes SQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

import msgspec

from regbatch_desktop.domain.batch import Batch, ExecutionMode
from regbatch_desktop.domain.candidate import CandidateSearch, candidate_data, candidate_of
from regbatch_desktop.domain.decision import Decision, DecisionKind, ManualEntry
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.note import NO_NOTE, Note
from regbatch_desktop.domain.opening_hours import from_rows
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import STEPS, JobStatus, Step, StepStatus
from regbatch_desktop.domain.sub_steps import SubStep, SubStepKey, SubStepStatus, fresh_sub_steps, sub_step_progress

Row = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """UTC ISO text with microseconds, or None."""
    if value is None:
        return None
    if value.tzinfo is UTC and value.microsecond:
        # The same text in a sixth of the time: a change set names a dozen moments.
        return f"{msgspec.to_builtins(value)[:-1]}+00:00"
    return value.isoformat(timespec="microseconds")


def instant(text: str | None) -> datetime | None:
    """The reverse of `moment`."""
    return None if text is None else datetime.fromisoformat(text)


def _refused(value: object) -> object:
    raise TypeError(f"{type(value).__name__} does not go into a row")


_ENCODER = msgspec.json.Encoder(enc_hook=_refused)


def text_of(value: object) -> str:
    """Compact JSON. TypeError for what JSON has no form for; a Secret is such a thing."""
    return _ENCODER.encode(value).decode()


def checksum(row: Mapping[str, object]) -> str:
    """SHA-256 over the row without the checksum itself: what integrity checks of SQLite do not see (reliability §3.2)."""
    items = sorted(row.items())
    return hashlib.sha256(_ENCODER.encode([item for item in items if item[0] != "sha256"])).hexdigest()


def job_row(job: Job, *, wide: bool = True) -> Row:
    """One row of registration_jobs; without `wide` the configuration, by far its widest column, is left out."""
    config = {"execution_config": text_of(job.execution_config), "subdomain": _subdomain(job)} if wide else {}
    return config | {
        "id": job.id, "batch_job_id": job.batch_id, "restaurant_id": job.restaurant_id,
        "organisation_id": job.organisation_id, "status": job.status.value, "current_step": job.current_step,
        "error_code": job.error_code, "error_message": job.error_message, "version": job.version, "created_at": moment(job.created_at) or "", "started_at": moment(job.started_at),
        "completed_at": moment(job.completed_at), "cancelled_at": moment(job.cancelled_at),
    }  # fmt: skip


def _subdomain(job: Job) -> str:
    shop = job.execution_config.get("restaurant")
    return str(shop.get("subdomain", "")) if isinstance(shop, Mapping) else ""


def sub_progress(job: Job) -> str:
    """The sub-steps as JSON."""
    return text_of(sub_step_progress(job.sub_steps))


def step_row(job: Job, step: Step) -> Row:
    """One row of registration_job_steps; Step 6 carries the sub-steps."""
    definition = STEPS[step.number - 1]
    return {
        "job_id": job.id, "step_number": step.number, "step_name": definition.name,
        "step_type": definition.step_type.value, "status": step.status.value, "attempt": step.attempt,
        "retry_count": step.retry_count, "sub_step_progress": sub_progress(job) if step.number == 6 else "{}",
        "started_at": moment(step.started_at), "completed_at": moment(step.completed_at),
        "next_attempt_at": moment(step.next_attempt_at), "duration_ms": step.duration_ms,
        "error_code": step.error_code, "error_message": step.error_message,
        "result_data": text_of(step.result_data) if step.result_data else "{}",
    }  # fmt: skip


_SUB_TIMES = ("started_at", "completed_at", "next_attempt_at")


def _sub_steps(text: str) -> Mapping[SubStepKey, SubStep]:
    subs = dict(fresh_sub_steps())
    for name, values in json.loads(text).items():
        key = SubStepKey(name)
        known: dict[str, Any] = {k: instant(v) if k in _SUB_TIMES else v for k, v in values.items()}
        known["status"] = SubStepStatus(values.get("status", "pending"))
        subs[key] = SubStep(key, **known)
    return subs


def job_of(row: Row, steps: list[Row]) -> Job:
    """A job from its row and its six step rows in order."""
    return Job(
        id=row["id"], batch_id=row["batch_job_id"], restaurant_id=row["restaurant_id"],
        organisation_id=row["organisation_id"], status=JobStatus(row["status"]), version=row["version"],
        steps=tuple(_step_of(step) for step in steps), sub_steps=_sub_steps(steps[5]["sub_step_progress"]),
        execution_config=json.loads(row["execution_config"]), error_code=row["error_code"],
        error_message=row["error_message"], created_at=instant(row["created_at"] or None),
        started_at=instant(row["started_at"]), completed_at=instant(row["completed_at"]),
        cancelled_at=instant(row["cancelled_at"]),
    )  # fmt: skip


def _step_of(row: Row) -> Step:
    return Step(
        number=row["step_number"], status=StepStatus(row["status"]), attempt=row["attempt"],
        retry_count=row["retry_count"], started_at=instant(row["started_at"]), completed_at=instant(row["completed_at"]),
        next_attempt_at=instant(row["next_attempt_at"]), duration_ms=row["duration_ms"], error_code=row["error_code"],
        error_message=row["error_message"], result_data=json.loads(row["result_data"]),
    )  # fmt: skip


def batch_row(batch: Batch) -> Row:
    """One row of registration_batch_jobs."""
    return {
        "id": batch.id, "organisation_id": batch.organisation_id, "name": batch.name,
        "execution_mode": batch.execution_mode.value, "settings": text_of(batch.settings), "version": batch.version,
        "created_at": moment(batch.created_at) or "", "started_at": moment(batch.started_at),
        "cancelled_at": moment(batch.cancelled_at),
    }  # fmt: skip


def batch_of(row: Row) -> Batch:
    """The reverse."""
    return Batch(
        id=row["id"], organisation_id=row["organisation_id"], name=row["name"],
        execution_mode=ExecutionMode(row["execution_mode"]), version=row["version"],
        created_at=instant(row["created_at"] or None), started_at=instant(row["started_at"]),
        cancelled_at=instant(row["cancelled_at"]), settings=json.loads(row["settings"]),
    )  # fmt: skip


_ROW_FIELDS = ("id", "organisation_id", "name", "slug", "subdomain", "lead_key", "version")


def restaurant_row(restaurant: Restaurant) -> Row:
    """One row of restaurants: what is searched for in columns, the rest as JSON."""
    data = {
        f.name: getattr(restaurant, f.name)
        for f in fields(Restaurant)
        if f.name not in (*_ROW_FIELDS, "opening_hours", "note") and getattr(restaurant, f.name)
    }
    if restaurant.opening_hours is not None:
        data["opening_hours"] = restaurant.opening_hours.to_json()
    note = restaurant.note
    return {name: getattr(restaurant, name) for name in _ROW_FIELDS} | {
        "data": text_of(data), "note": note.text, "note_by": note.written_by, "note_at": moment(note.written_at),
    }  # fmt: skip


def restaurant_of(row: Row) -> Restaurant:
    """The reverse."""
    data = json.loads(row["data"])
    data["cuisine"] = tuple(data.get("cuisine", ()))
    hours = data.pop("opening_hours", None)
    known = {name: row[name] for name in _ROW_FIELDS}
    note = Note(row["note"], row["note_by"], instant(row["note_at"])) if row["note_at"] else NO_NOTE
    return Restaurant(**known, note=note, opening_hours=from_rows(hours) if hours is not None else None, **data)


def candidates_row(search: CandidateSearch) -> Row:
    """One row of companies_office_search_candidates."""
    queries = {"restaurant_name": search.restaurant_name, "street": search.street, "city": search.city}
    return {
        "registration_job_id": search.job_id, "search_queries": text_of(queries),
        "combined_results": text_of([candidate_data(candidate) for candidate in search.candidates]),
        "candidate_count": len(search.candidates), "searched_at": moment(search.searched_at),
    }  # fmt: skip


def candidates_of(row: Row) -> CandidateSearch:
    """The reverse."""
    found = tuple(candidate_of(item) for item in json.loads(row["combined_results"]))
    queries = json.loads(row["search_queries"])
    return CandidateSearch(
        job_id=row["registration_job_id"], candidates=found, searched_at=instant(row["searched_at"]), **queries
    )


def decision_row(decision: Decision) -> Row:
    """One row of decisions, with its checksum."""
    data = {
        "company_number": decision.company_number, "rank": decision.rank, "director": decision.director,
        "entry": asdict(decision.entry) if decision.entry else None, "evidence": list(decision.evidence),
    }  # fmt: skip
    row: Row = {
        "id": decision.id, "job_id": decision.job_id, "kind": decision.kind.value, "decided_by": decision.decided_by,
        "decided_at": moment(decision.decided_at), "data": text_of(data),
    }  # fmt: skip
    return row | {"sha256": checksum(row)}


def decision_of(row: Row) -> Decision:
    """The reverse."""
    data = json.loads(row["data"])
    entry = data.pop("entry")
    return Decision(
        id=row["id"], job_id=row["job_id"], kind=DecisionKind(row["kind"]), decided_by=row["decided_by"],
        decided_at=datetime.fromisoformat(row["decided_at"]), company_number=data["company_number"], rank=data["rank"],
        director=data["director"], entry=ManualEntry(**entry) if entry else None, evidence=tuple(data["evidence"]),
    )  # fmt: skip

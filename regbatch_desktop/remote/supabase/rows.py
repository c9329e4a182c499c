"""Rows of the project to values of the domain.

Owns: the columns that are read, what an adopted row may lack, the older form of sub-step progress.
Never: asks for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from regbatch_desktop.domain.batch import Batch, ExecutionMode
from regbatch_desktop.domain.candidate import Candidate, CandidateSearch, CompanyHit, MatchSource, candidate_of
from regbatch_desktop.domain.decision import Decision, DecisionKind, ManualEntry
from regbatch_desktop.domain.effects import Effect, EffectClass, EffectState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.note import NO_NOTE, Note
from regbatch_desktop.domain.opening_hours import from_rows
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus, Step, StepStatus
from regbatch_desktop.domain.sub_steps import SubStep, SubStepKey, SubStepStatus, fresh_sub_steps
from regbatch_desktop.ports import AddEffectEvent, SealedValue

Row = Mapping[str, Any]
_HIT_TEXTS = ("company_name", "company_number", "nzbn", "status", "incorporation_date", "registered_address")
RESTAURANT_TEXTS = (
    "name", "slug", "address", "city", "email", "phone", "website_url", "ubereats_url", "doordash_url", "facebook_url",
    "instagram_url", "contact_name", "contact_email", "contact_phone", "user_email", "subdomain", "theme", "primary_color",
    "secondary_color", "company_name", "company_number", "nzbn", "gst_number", "full_legal_name", "onboarding_status", "lead_key",
)  # fmt: skip
RESTAURANT = ",".join(
    ("id", "organisation_id", "version", *RESTAURANT_TEXTS, "cuisine", "opening_hours", "header_images", "logos", "note",
     "note_by", "note_at")
) + ",additional_contacts_metadata"  # fmt: skip
BATCH = "id,organisation_id,name,execution_mode,settings,version,created_at,started_at,cancelled_at"
_STEP = (
    "step_number,status,attempt,retry_count,sub_step_progress,started_at,completed_at,next_attempt_at,duration_ms,error_code,"
    "error_message,result_data"
)
JOB = (
    "id,batch_job_id,restaurant_id,organisation_id,status,version,execution_config,error_code,error_message,created_at,started_at,"
    f"completed_at,cancelled_at,steps:registration_job_steps({_STEP})"
)
CANDIDATES = "registration_job_id,search_queries,combined_results,searched_at"
DECISION = "id,job_id,kind,decided_by,decided_at,data"
EFFECT = (
    "job_id,name,generation,effect_class,state,idempotency_key,request_sha256,token,attempt,sent_at,provider_reference,result"
)  # fmt: skip
EVENT = "job_id,name,generation,kind,at,detail"
SEALED = "id,job_id,field,key_version,nonce,ciphertext"


def instant(value: object) -> datetime | None:
    """A timestamp of an answer, or milliseconds since 1970 in older sub-steps."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000, UTC)
    return datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) and value else None


def job_status(word: str) -> JobStatus:
    """The original also knew `skipped`, which ends a job without a result."""
    return JobStatus.CANCELLED if word == "skipped" else JobStatus(word)


def job_of(row: Row) -> Job:
    """A job with its embedded steps; a step that an adopted job lacks is pending."""
    steps = {step["step_number"]: step for step in row["steps"]}
    progress = steps[6]["sub_step_progress"] if 6 in steps else {}
    return Job(
        id=row["id"], batch_id=row["batch_job_id"] or "", restaurant_id=row["restaurant_id"],
        organisation_id=row["organisation_id"], status=job_status(row["status"]), version=row["version"],
        steps=tuple(_step_of(steps[n]) if n in steps else Step(n) for n in range(1, 7)), sub_steps=_sub_steps(progress or {}),
        execution_config=row["execution_config"] or {}, error_code=row["error_code"] or "",
        error_message=row["error_message"] or "", created_at=instant(row["created_at"]), started_at=instant(row["started_at"]),
        completed_at=instant(row["completed_at"]), cancelled_at=instant(row["cancelled_at"]),
    )  # fmt: skip


def _step_of(row: Row) -> Step:
    return Step(
        number=row["step_number"], status=StepStatus(row["status"]), attempt=row["attempt"], retry_count=row["retry_count"],
        started_at=instant(row["started_at"]), completed_at=instant(row["completed_at"]),
        next_attempt_at=instant(row["next_attempt_at"]), duration_ms=row["duration_ms"], error_code=row["error_code"] or "",
        error_message=row["error_message"] or "", result_data=row["result_data"] or {},
    )  # fmt: skip


_TIMES = ("started_at", "completed_at", "next_attempt_at")
_KNOWN = frozenset(SubStep.__struct_fields__) - {"key", "status"}


def _sub_steps(progress: Row) -> Mapping[SubStepKey, SubStep]:
    found: dict[str, Row] = {}
    for phase in (progress.get("phases") or {}).values():
        found |= phase.get("sub_steps") or {}
    found |= {name: values for name, values in progress.items() if name in SubStepKey._value2member_map_}
    subs = dict(fresh_sub_steps())
    for name, values in found.items():
        if name not in SubStepKey._value2member_map_:
            continue
        known: dict[str, Any] = {k: instant(v) if k in _TIMES else v for k, v in values.items() if k in _KNOWN}
        subs[SubStepKey(name)] = SubStep(SubStepKey(name), status=SubStepStatus(values.get("status", "pending")), **known)
    return subs


def batch_of(row: Row) -> Batch:
    """A batch."""
    return Batch(
        id=row["id"], organisation_id=row["organisation_id"], name=row["name"], execution_mode=ExecutionMode(row["execution_mode"]),
        version=row["version"], created_at=instant(row["created_at"]), started_at=instant(row["started_at"]),
        cancelled_at=instant(row["cancelled_at"]), settings=row["settings"] or {},
    )  # fmt: skip


def restaurant_of(row: Row) -> Restaurant:
    """A restaurant; what is null is "not known"."""
    texts = {name: row[name] or "" for name in RESTAURANT_TEXTS}
    texts["onboarding_status"] = texts["onboarding_status"] or "lead"
    hours = row["opening_hours"]
    return Restaurant(
        id=row["id"], organisation_id=row["organisation_id"], version=row["version"], **texts,
        cuisine=tuple(row["cuisine"] or ()), opening_hours=from_rows(hours) if hours is not None else None,
        header_images=row["header_images"] or {}, logos=row["logos"] or {},
        additional_contacts=row["additional_contacts_metadata"] or {},
        note=Note(row["note"] or "", row["note_by"] or "", instant(row["note_at"])) if row["note_at"] else NO_NOTE,
    )  # fmt: skip


def candidates_of(row: Row) -> CandidateSearch:
    """The candidates of one job; those that the original found have no score."""
    queries = row["search_queries"] or {}
    found = tuple(_candidate(item) for item in row["combined_results"] or [])
    asked = {name: str(queries.get(name) or "") for name in ("restaurant_name", "street", "city")}
    return CandidateSearch(job_id=row["registration_job_id"], candidates=found, searched_at=instant(row["searched_at"]), **asked)


def _candidate(item: Row) -> Candidate:
    if "hit" in item:
        return candidate_of(item)
    texts: dict[str, Any] = {name: str(item.get(name) or "") for name in _HIT_TEXTS}
    return Candidate(CompanyHit(**texts), MatchSource(item.get("match_source") or "name"))


def decision_of(row: Row) -> Decision:
    """A decision."""
    data = row["data"]
    entry = data.get("entry")
    return Decision(
        id=row["id"], job_id=row["job_id"], kind=DecisionKind(row["kind"]), decided_by=row["decided_by"],
        decided_at=datetime.fromisoformat(row["decided_at"]).astimezone(UTC), company_number=data["company_number"],
        rank=data["rank"], director=data["director"], entry=ManualEntry(**entry) if entry else None,
        evidence=tuple(data["evidence"]),
    )  # fmt: skip


def effect_of(row: Row) -> Effect:
    """An effect."""
    known = dict(row) | {
        "effect_class": EffectClass(row["effect_class"]), "state": EffectState(row["state"]), "sent_at": instant(row["sent_at"]),
        "provider_reference": row["provider_reference"] or "",
    }  # fmt: skip
    return Effect(**known)


def event_of(row: Row) -> AddEffectEvent:
    """What was seen or decided about an effect."""
    at = datetime.fromisoformat(row["at"]).astimezone(UTC)
    return AddEffectEvent(row["job_id"], row["name"], row["generation"], row["kind"], at, row["detail"])


def sealed_of(row: Row) -> SealedValue:
    """A sealed value; bytes come as \\x and hexadecimal digits."""
    known = dict(row) | {name: bytes.fromhex(row[name].removeprefix("\\x")) for name in ("nonce", "ciphertext")}
    return SealedValue(**known)

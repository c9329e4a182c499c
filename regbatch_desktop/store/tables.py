"""The tables of a local workspace, with the original's names and columns (reference §2, design §4).

Owns: the shape that migrations/local must produce (a test compares them).
Never: holds rows. Times are UTC ISO texts with microseconds, JSON is compact text.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

metadata = MetaData()


def _text(name: str, *, default: str | None = "") -> Column[str]:
    if default is None:
        return Column(name, Text)
    return Column(name, Text, nullable=False, server_default=default)


def _count(name: str, default: int) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default))


workspace = Table(
    "workspace", metadata,
    Column("id", Text, primary_key=True), Column("created_at", Text, nullable=False), _text("closed_at", default=None),
    _text("checked_at", default=None), _count("recoveries", 0),
)  # fmt: skip

restaurants = Table(
    "restaurants", metadata,
    Column("id", Text, primary_key=True), Column("organisation_id", Text, nullable=False), Column("name", Text, nullable=False),
    _text("slug"), _text("subdomain"), _text("lead_key"), Column("data", Text, nullable=False), _count("version", 1),
    _text("note"), _text("note_by"), _text("note_at", default=None),
    Index("ix_restaurants_lead_key", "lead_key"), Index("ix_restaurants_subdomain", "subdomain"),
)  # fmt: skip

batch_jobs = Table(
    "registration_batch_jobs", metadata,
    Column("id", Text, primary_key=True), Column("organisation_id", Text, nullable=False), Column("name", Text, nullable=False),
    _text("execution_mode", default="sequential"), _text("settings", default="{}"), _count("version", 1),
    Column("created_at", Text, nullable=False), _text("started_at", default=None), _text("cancelled_at", default=None),
    Index("ix_batch_created", "created_at"),
)  # fmt: skip

jobs = Table(
    "registration_jobs", metadata,
    Column("id", Text, primary_key=True),
    Column("batch_job_id", Text, ForeignKey("registration_batch_jobs.id", ondelete="CASCADE"), nullable=False),
    Column("restaurant_id", Text, ForeignKey("restaurants.id"), nullable=False),
    Column("organisation_id", Text, nullable=False), _text("status", default="pending"), _count("current_step", 1),
    _count("total_steps", 6), _text("execution_config", default="{}"), _text("error_code"), _text("error_message"),
    _text("subdomain"), _count("version", 1), Column("created_at", Text, nullable=False), _text("started_at", default=None),
    _text("completed_at", default=None), _text("cancelled_at", default=None),
    UniqueConstraint("batch_job_id", "restaurant_id"), Index("ix_jobs_batch_status", "batch_job_id", "status"),
    Index("ix_jobs_restaurant", "restaurant_id", "status"), Index("ix_jobs_subdomain", "subdomain"),
)  # fmt: skip

job_steps = Table(
    "registration_job_steps", metadata,
    Column("job_id", Text, ForeignKey("registration_jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("step_number", Integer, primary_key=True), Column("step_name", Text, nullable=False),
    Column("step_type", Text, nullable=False), _text("status", default="pending"), _count("attempt", 0),
    _count("retry_count", 0), _text("sub_step_progress", default="{}"), _text("started_at", default=None),
    _text("completed_at", default=None), _text("next_attempt_at", default=None), Column("duration_ms", Integer),
    _text("error_code"), _text("error_message"), _text("result_data", default="{}"),
    sqlite_with_rowid=False,
)  # fmt: skip

candidates = Table(
    "companies_office_search_candidates", metadata,
    Column("registration_job_id", Text, ForeignKey("registration_jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("search_queries", Text, nullable=False), Column("combined_results", Text, nullable=False),
    _count("candidate_count", 0), _text("searched_at", default=None),
)  # fmt: skip

decisions = Table(
    "decisions", metadata,
    Column("id", Text, primary_key=True), Column("job_id", Text, ForeignKey("registration_jobs.id"), nullable=False),
    Column("kind", Text, nullable=False), Column("decided_by", Text, nullable=False), Column("decided_at", Text, nullable=False),
    Column("data", Text, nullable=False), Column("sha256", Text, nullable=False), Index("ix_decisions_job", "job_id", "decided_at"),
)  # fmt: skip

effects = Table(
    "effects", metadata,
    Column("job_id", Text, ForeignKey("registration_jobs.id"), primary_key=True), Column("name", Text, primary_key=True),
    Column("generation", Integer, primary_key=True), Column("effect_class", Text, nullable=False),
    Column("state", Text, nullable=False), Column("idempotency_key", Text, nullable=False),
    Column("request_sha256", Text, nullable=False), Column("token", Integer, nullable=False), _count("attempt", 1),
    _text("sent_at", default=None), _text("provider_reference"), _text("result", default="{}"),
    Column("sha256", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

effect_events = Table(
    "effect_events", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True), Column("job_id", Text, nullable=False),
    Column("name", Text, nullable=False), Column("generation", Integer, nullable=False), Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False), _text("detail", default="{}"), Index("ix_effect_events_job", "job_id"),
)  # fmt: skip

run_leases = Table(
    "run_leases", metadata,
    Column("resource_id", Text, primary_key=True), Column("instance_id", Text, nullable=False),
    Column("token", Integer, nullable=False), Column("expires_at", Text, nullable=False),
)  # fmt: skip

applied_mutations = Table(
    "applied_mutations", metadata,
    Column("mutation_id", Text, primary_key=True), Column("applied_at", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

secrets = Table(
    "execution_secrets", metadata,
    Column("id", Text, primary_key=True), Column("job_id", Text, nullable=False), Column("field", Text, nullable=False),
    Column("key_version", Integer, nullable=False), Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)  # fmt: skip

spacing_slots = Table("spacing_slots", metadata, Column("name", Text, primary_key=True), Column("at", Text, nullable=False))

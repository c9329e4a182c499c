"""The first workspace.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE applied_mutations (
    mutation_id TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    PRIMARY KEY (mutation_id)
)
 WITHOUT ROWID""",
    """CREATE TABLE effect_events (
    id INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    detail TEXT DEFAULT '{}' NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_effect_events_job ON effect_events (job_id)",
    """CREATE TABLE execution_secrets (
    id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    field TEXT NOT NULL,
    key_version INTEGER NOT NULL,
    nonce BLOB NOT NULL,
    ciphertext BLOB NOT NULL,
    PRIMARY KEY (id)
)""",
    """CREATE TABLE registration_batch_jobs (
    id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    execution_mode TEXT DEFAULT 'sequential' NOT NULL,
    settings TEXT DEFAULT '{}' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    cancelled_at TEXT,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_batch_created ON registration_batch_jobs (created_at)",
    """CREATE TABLE restaurants (
    id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    slug TEXT DEFAULT '' NOT NULL,
    subdomain TEXT DEFAULT '' NOT NULL,
    lead_key TEXT DEFAULT '' NOT NULL,
    data TEXT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    PRIMARY KEY (id)
)""",
    "CREATE INDEX ix_restaurants_lead_key ON restaurants (lead_key)",
    "CREATE INDEX ix_restaurants_subdomain ON restaurants (subdomain)",
    """CREATE TABLE run_leases (
    resource_id TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    token INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (resource_id)
)""",
    """CREATE TABLE spacing_slots (
    name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (name)
)""",
    """CREATE TABLE workspace (
    id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    closed_at TEXT,
    checked_at TEXT,
    recoveries INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (id)
)""",
    """CREATE TABLE registration_jobs (
    id TEXT NOT NULL,
    batch_job_id TEXT NOT NULL,
    restaurant_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    status TEXT DEFAULT 'pending' NOT NULL,
    current_step INTEGER DEFAULT '1' NOT NULL,
    total_steps INTEGER DEFAULT '6' NOT NULL,
    execution_config TEXT DEFAULT '{}' NOT NULL,
    error_code TEXT DEFAULT '' NOT NULL,
    error_message TEXT DEFAULT '' NOT NULL,
    subdomain TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    cancelled_at TEXT,
    PRIMARY KEY (id),
    UNIQUE (batch_job_id, restaurant_id),
    FOREIGN KEY(batch_job_id) REFERENCES registration_batch_jobs (id) ON DELETE CASCADE,
    FOREIGN KEY(restaurant_id) REFERENCES restaurants (id)
)""",
    "CREATE INDEX ix_jobs_batch_status ON registration_jobs (batch_job_id, status)",
    "CREATE INDEX ix_jobs_restaurant ON registration_jobs (restaurant_id, status)",
    "CREATE INDEX ix_jobs_subdomain ON registration_jobs (subdomain)",
    """CREATE TABLE companies_office_search_candidates (
    registration_job_id TEXT NOT NULL,
    search_queries TEXT NOT NULL,
    combined_results TEXT NOT NULL,
    candidate_count INTEGER DEFAULT '0' NOT NULL,
    searched_at TEXT,
    PRIMARY KEY (registration_job_id),
    FOREIGN KEY(registration_job_id) REFERENCES registration_jobs (id) ON DELETE CASCADE
)""",
    """CREATE TABLE decisions (
    id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    data TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(job_id) REFERENCES registration_jobs (id)
)""",
    "CREATE INDEX ix_decisions_job ON decisions (job_id, decided_at)",
    """CREATE TABLE effects (
    job_id TEXT NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    effect_class TEXT NOT NULL,
    state TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    token INTEGER NOT NULL,
    attempt INTEGER DEFAULT '1' NOT NULL,
    sent_at TEXT,
    provider_reference TEXT DEFAULT '' NOT NULL,
    result TEXT DEFAULT '{}' NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (job_id, name, generation),
    FOREIGN KEY(job_id) REFERENCES registration_jobs (id)
)
 WITHOUT ROWID""",
    """CREATE TABLE registration_job_steps (
    job_id TEXT NOT NULL,
    step_number INTEGER NOT NULL,
    step_name TEXT NOT NULL,
    step_type TEXT NOT NULL,
    status TEXT DEFAULT 'pending' NOT NULL,
    attempt INTEGER DEFAULT '0' NOT NULL,
    retry_count INTEGER DEFAULT '0' NOT NULL,
    sub_step_progress TEXT DEFAULT '{}' NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    next_attempt_at TEXT,
    duration_ms INTEGER,
    error_code TEXT DEFAULT '' NOT NULL,
    error_message TEXT DEFAULT '' NOT NULL,
    result_data TEXT DEFAULT '{}' NOT NULL,
    PRIMARY KEY (job_id, step_number),
    FOREIGN KEY(job_id) REFERENCES registration_jobs (id) ON DELETE CASCADE
)
 WITHOUT ROWID""",
)


def upgrade() -> None:
    """Make every table of an empty file."""
    for statement in STATEMENTS:
        op.execute(statement)

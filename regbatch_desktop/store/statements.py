"""The statements of the store, written in SQLAlchemy Core and compiled once.

Owns: the SQL texts; executing compiled texts is what makes one commit per transition affordable.
Never: executes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, bindparam, case, func, insert, literal_column, not_, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

from regbatch_desktop.store import tables as t

_DIALECT = sqlite.dialect(paramstyle="named")
_NOTHING: Any = literal_column("''")


def compiled(statement: ClauseElement, *, literal: bool = False) -> str:
    """SQL text with named parameters (`:name`); with `literal` the values of this program stand in the text."""
    return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True} if literal else {}))


def inserted(table: Table, *names: str, replace: bool = False, ignore: bool = False) -> str:
    """INSERT of the named columns (all when none are named)."""
    columns = names or tuple(column.name for column in table.columns)
    statement: Any = insert(table).values({name: bindparam(name) for name in columns})
    if replace:
        statement = statement.prefix_with("OR REPLACE")
    if ignore:
        statement = statement.prefix_with("OR IGNORE")
    return compiled(statement)


def _updated(table: Table, names: tuple[str, ...], *conditions: Any) -> str:
    return compiled(update(table).where(*conditions).values({name: bindparam(name) for name in names}))


def _updatable(table: Table, *fixed: str) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name not in fixed)


_job_names = tuple(
    n for n in _updatable(t.jobs, "id", "batch_job_id", "restaurant_id", "organisation_id", "total_steps", "created_at")
)
JOB_COLUMNS = _job_names
_job_narrow = tuple(n for n in _job_names if n not in ("execution_config", "subdomain"))
SAVE_JOB = _updated(t.jobs, _job_names, t.jobs.c.id == bindparam("key"), t.jobs.c.version == bindparam("expected"))
# The configuration is by far the widest column and seldom changes.
SAVE_JOB_NARROW = _updated(t.jobs, _job_narrow, t.jobs.c.id == bindparam("key"), t.jobs.c.version == bindparam("expected"))
INSERT_JOB = inserted(t.jobs, "id", "batch_job_id", "restaurant_id", "organisation_id", "created_at", *_job_names)
SAVE_JOB_VERSION = "UPDATE registration_jobs SET version=? WHERE id=? AND version=?"
SAVE_SUB_STEPS = "UPDATE registration_job_steps SET sub_step_progress=? WHERE job_id=? AND step_number=6"
_step_names = _updatable(t.job_steps, "job_id", "step_number", "step_name", "step_type")
SAVE_STEP = _updated(
    t.job_steps, _step_names, t.job_steps.c.job_id == bindparam("key"), t.job_steps.c.step_number == bindparam("number")
)
INSERT_STEP = inserted(t.job_steps)
INSERT_BATCH = inserted(t.batch_jobs)
SAVE_BATCH = _updated(
    t.batch_jobs, _updatable(t.batch_jobs, "id", "organisation_id", "created_at"),
    t.batch_jobs.c.id == bindparam("key"), t.batch_jobs.c.version == bindparam("expected"),
)  # fmt: skip
INSERT_RESTAURANT = inserted(t.restaurants)
SAVE_RESTAURANT = _updated(
    t.restaurants, _updatable(t.restaurants, "id", "organisation_id"),
    t.restaurants.c.id == bindparam("key"), t.restaurants.c.version == bindparam("expected"),
)  # fmt: skip
INSERT_EFFECT = inserted(t.effects, ignore=True)
SAVE_EFFECT = _updated(
    t.effects, _updatable(t.effects, "job_id", "name", "generation"),
    t.effects.c.job_id == bindparam("key"), t.effects.c.name == bindparam("key_name"),
    t.effects.c.generation == bindparam("key_generation"), t.effects.c.state == bindparam("expected"),
)  # fmt: skip
INSERT_EVENT = inserted(t.effect_events, "job_id", "name", "generation", "kind", "at", "detail")
INSERT_DECISION = inserted(t.decisions)
SAVE_CANDIDATES = inserted(t.candidates, replace=True)
INSERT_SECRET = inserted(t.secrets, replace=True)
INSERT_MUTATION = inserted(t.applied_mutations, ignore=True)
PRUNE_MUTATIONS = compiled(t.applied_mutations.delete().where(t.applied_mutations.c.applied_at < bindparam("before")))
SAVE_SLOT = inserted(t.spacing_slots, replace=True)
FIND_SLOT = compiled(select(t.spacing_slots.c.at).where(t.spacing_slots.c.name == bindparam("key")))
_one: Any = literal_column("1")
_live = t.run_leases.c.expires_at > bindparam("now")
_new_lease = sqlite.insert(t.run_leases).values(
    resource_id=bindparam("key"), instance_id=bindparam("instance_id"), token=_one, expires_at=bindparam("until")
)
ACQUIRE_LEASE = compiled(
    _new_lease.on_conflict_do_update(
        index_elements=[t.run_leases.c.resource_id],
        set_={
            "token": case((_live, t.run_leases.c.token), else_=t.run_leases.c.token + _one),
            "instance_id": _new_lease.excluded.instance_id,
            "expires_at": _new_lease.excluded.expires_at,
        },
        where=or_(not_(_live), t.run_leases.c.instance_id == _new_lease.excluded.instance_id),
    ).returning(t.run_leases.c.token)
)
_ours = and_(
    t.run_leases.c.resource_id == bindparam("key"), t.run_leases.c.instance_id == bindparam("instance"),
    t.run_leases.c.token == bindparam("of_token"),
)  # fmt: skip
RENEW_LEASE = compiled(update(t.run_leases).where(_ours, _live).values(expires_at=bindparam("until")))
RELEASE_LEASE = compiled(update(t.run_leases).where(_ours).values(expires_at=bindparam("now")))
_active = (
    select(t.jobs.c.restaurant_id, t.restaurants.c.name, t.batch_jobs.c.name.label("batch_name"))
    .join(t.batch_jobs, t.batch_jobs.c.id == t.jobs.c.batch_job_id)
    .join(t.restaurants, t.restaurants.c.id == t.jobs.c.restaurant_id)
    .where(
        t.batch_jobs.c.cancelled_at.is_(None),
        or_(*(t.jobs.c.status == literal_column(f"'{s}'") for s in ("pending", "in_progress", "action_required"))),
    )
)
FIND_ACTIVE = compiled(_active.where(t.jobs.c.restaurant_id == bindparam("key")))
ACTIVE_RESTAURANTS = compiled(_active)
JOB_VERSION = compiled(select(t.jobs.c.id, t.jobs.c.version).where(t.jobs.c.id == bindparam("key")))
JOB = compiled(select(t.jobs).where(t.jobs.c.id == bindparam("key")))
JOB_STEPS = compiled(select(t.job_steps).where(t.job_steps.c.job_id == bindparam("key")).order_by(t.job_steps.c.step_number))
BATCH_JOBS = compiled(select(t.jobs).where(t.jobs.c.batch_job_id == bindparam("key")))
# Jobs of a batch share their moment; they were inserted in the order of the leads, which their ids do not have.
BATCH_JOB_VERSIONS = compiled(
    select(t.jobs.c.id, t.jobs.c.version)
    .where(t.jobs.c.batch_job_id == bindparam("key"))
    .order_by(t.jobs.c.created_at, literal_column("registration_jobs.rowid"))
)
BATCH_STEPS = compiled(
    select(t.job_steps)
    .join(t.jobs, t.jobs.c.id == t.job_steps.c.job_id)
    .where(t.jobs.c.batch_job_id == bindparam("key"))
    .order_by(t.job_steps.c.job_id, t.job_steps.c.step_number)
)
BATCH = compiled(select(t.batch_jobs).where(t.batch_jobs.c.id == bindparam("key")))
BATCHES = compiled(select(t.batch_jobs).order_by(t.batch_jobs.c.created_at, t.batch_jobs.c.id))
STATUS_COUNTS = compiled(
    select(t.jobs.c.status, func.count().label("n")).where(t.jobs.c.batch_job_id == bindparam("key")).group_by(t.jobs.c.status)
)
ALL_STATUS_COUNTS = compiled(
    select(t.jobs.c.batch_job_id, t.jobs.c.status, func.count().label("n")).group_by(t.jobs.c.batch_job_id, t.jobs.c.status)
)
STEP_COUNTS = compiled(
    select(t.jobs.c.batch_job_id, t.jobs.c.status, t.jobs.c.current_step, func.count().label("n")).group_by(
        t.jobs.c.batch_job_id, t.jobs.c.status, t.jobs.c.current_step
    )
)

# The newest jobs only: how long a step takes here and now, at a cost that does not grow with the workspace.
_newest = select(t.jobs.c.id).order_by(literal_column("registration_jobs.rowid").desc()).limit(200).subquery()
LAST_DURATIONS = compiled(
    select(t.job_steps.c.step_number, t.job_steps.c.duration_ms)
    .join(_newest, _newest.c.id == t.job_steps.c.job_id)
    .where(t.job_steps.c.status == "completed", t.job_steps.c.duration_ms.is_not(None)),
    literal=True,
)


def _fact(name: str) -> Any:
    # Taken out of the JSON by SQLite, which lets other threads go on meanwhile.
    return literal_column(f"coalesce(json_extract(restaurants.data, '$.{name}'), '')").label(name)


_latest = (
    select(t.jobs.c.restaurant_id, func.max(t.jobs.c.created_at).label("created_at")).group_by(t.jobs.c.restaurant_id).subquery()
)
LEADS = compiled(
    select(
        t.restaurants.c.id, t.restaurants.c.name, *(_fact(name) for name in ("address", "city", "phone", "email", "cuisine")),
        t.jobs.c.status, t.jobs.c.batch_job_id, t.batch_jobs.c.name.label("batch_name"),
    )
    .outerjoin(_latest, _latest.c.restaurant_id == t.restaurants.c.id)
    .outerjoin(t.jobs, (t.jobs.c.restaurant_id == _latest.c.restaurant_id) & (t.jobs.c.created_at == _latest.c.created_at))
    .outerjoin(t.batch_jobs, t.batch_jobs.c.id == t.jobs.c.batch_job_id)
    .order_by(t.restaurants.c.name)
)  # fmt: skip
BATCH_PLACES = compiled(
    select(t.jobs.c.batch_job_id, _fact("city"), _fact("cuisine")).join(
        t.restaurants, t.restaurants.c.id == t.jobs.c.restaurant_id
    )
)
BATCH_RESTAURANTS = compiled(
    select(t.restaurants)
    .join(t.jobs, t.jobs.c.restaurant_id == t.restaurants.c.id)
    .where(t.jobs.c.batch_job_id == bindparam("key"))
)
REMOVE_RESTAURANT = compiled(t.restaurants.delete().where(t.restaurants.c.id == bindparam("key")))
RESTAURANT = compiled(select(t.restaurants).where(t.restaurants.c.id == bindparam("key")))
RESTAURANTS = compiled(select(t.restaurants))
CANDIDATES = compiled(select(t.candidates).where(t.candidates.c.registration_job_id == bindparam("key")))
DECISIONS = compiled(select(t.decisions).where(t.decisions.c.job_id == bindparam("key")).order_by(t.decisions.c.decided_at))
EFFECTS = compiled(select(t.effects).where(t.effects.c.job_id == bindparam("key")))
EVENTS = compiled(select(t.effect_events).where(t.effect_events.c.job_id == bindparam("key")).order_by(t.effect_events.c.id))
SEALED = compiled(select(t.secrets).where(t.secrets.c.id == bindparam("key")))
_low: Any = bindparam("low")
_high: Any = bindparam("high")
SUBDOMAINS = compiled(
    select(t.restaurants.c.subdomain, t.restaurants.c.id)
    .where(t.restaurants.c.subdomain >= _low, t.restaurants.c.subdomain < _high)
    .union(select(t.jobs.c.subdomain, t.jobs.c.restaurant_id).where(t.jobs.c.subdomain >= _low, t.jobs.c.subdomain < _high))
)
SUBDOMAIN_OWNER = compiled(
    select(t.restaurants.c.id, t.restaurants.c.name)
    .join(t.jobs, t.jobs.c.restaurant_id == t.restaurants.c.id)
    .where(t.jobs.c.subdomain == bindparam("subdomain"), t.restaurants.c.id != bindparam("restaurant_id"))
)
WORKSPACE = compiled(select(t.workspace))
# JSON in a column without an index: a few milliseconds for thousands of restaurants, in the reading thread.
COMPANIES_TAKEN = compiled(
    select(t.restaurants.c.id, t.restaurants.c.name, _fact("company_number"))
    .where(literal_column("json_extract(restaurants.data, '$.company_number') <> ''"))
    .order_by(t.restaurants.c.name, t.restaurants.c.id)
)

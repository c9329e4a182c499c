"""Applying one change set inside an open transaction: every write with its compare-and-swap.

Owns: what counts as a conflict, fencing, and "a restaurant is in at most one active batch" (L19).
Never: begins or commits (group_commit.py does).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from operator import attrgetter

from regbatch_desktop.domain.effects import EffectState
from regbatch_desktop.domain.errors import RestaurantAlreadyInBatch, SubdomainTaken
from regbatch_desktop.domain.names import shown
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import (
    AddDecision,
    AddEffectEvent,
    ChangeSet,
    CommitAnswer,
    Committed,
    Conflicted,
    CreateBatch,
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
from regbatch_desktop.store import leases, rows
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.effect_rows import effect_row, event_row
from regbatch_desktop.store.transaction_end import Disturbed, TransactionEnd

# What registration_jobs holds of a job beside its version and current step.
_in_job_row = attrgetter(
    "status", "execution_config", "error_code", "error_message", "started_at", "completed_at", "cancelled_at",
)  # fmt: skip


class _DoesNotFit(Exception):
    pass


def apply_change(
    connection: sqlite3.Connection, change: ChangeSet, *, now: datetime, at_end: TransactionEnd | None = None
) -> CommitAnswer:
    """Write everything, or nothing and say what did not fit. Raises RestaurantAlreadyInBatch with nothing written.

    With `at_end` no savepoint is made and what can wait is left for the end of the transaction, which takes half of the
    statements of a commit; what does not fit then raises Disturbed, and the whole group is written again without.
    """
    if at_end is not None:
        try:
            return _written_with_others(connection, change, at_end, now=now)
        except Exception as error:
            raise Disturbed from error
    connection.execute("SAVEPOINT change")
    try:
        answer = _written(connection, change, now=now)
    except BaseException as error:
        connection.execute("ROLLBACK TO change")
        connection.execute("RELEASE change")
        if isinstance(error, _DoesNotFit):
            return Conflicted(str(error))
        if isinstance(error, sqlite3.IntegrityError):
            return Conflicted(f"a row that is already there or a parent that is not: {error}")
        raise
    connection.execute("RELEASE change")
    return answer


def _written(connection: sqlite3.Connection, change: ChangeSet, *, now: datetime) -> CommitAnswer:
    if change.lease is not None and not leases.is_valid(connection, change.lease, now=now):
        return Conflicted("lease", fenced=True)
    mutation = {"mutation_id": change.mutation_id, "applied_at": rows.moment(now)}
    if connection.execute(sql.INSERT_MUTATION, mutation).rowcount == 0:
        return Committed(duplicate=True)
    for write in change.writes:
        _apply(connection, write)
    return Committed()


def _written_with_others(
    connection: sqlite3.Connection, change: ChangeSet, at_end: TransactionEnd, *, now: datetime
) -> CommitAnswer:
    if change.lease is not None:
        at_end.check(change.lease, now)
    at_end.insert("applied_mutations", {"mutation_id": change.mutation_id, "applied_at": rows.moment(now)})
    for write in change.writes:
        match write:
            case AddEffectEvent():
                at_end.insert("effect_events", event_row(write))
            case SaveEffect(effect=effect, expected=None):
                at_end.insert("effects", effect_row(effect))
            case _:
                _apply(connection, write)
    return Committed()


def _swap(cursor: sqlite3.Cursor, what: str) -> None:
    if cursor.rowcount != 1:
        raise _DoesNotFit(what)


def _apply(connection: sqlite3.Connection, write: Write) -> None:
    match write:
        case SaveJob():
            _save_job(connection, write)
        case SaveEffect(effect=effect, expected=None):
            _swap(connection.execute(sql.INSERT_EFFECT, effect_row(effect)), "effect")
        case SaveEffect(effect=effect, expected=EffectState() as expected):
            row = effect_row(effect)
            row |= {
                "key": effect.job_id,
                "key_name": effect.name,
                "key_generation": effect.generation,
                "expected": expected.value,
            }
            _swap(connection.execute(sql.SAVE_EFFECT, row), "effect")
        case AddEffectEvent():
            connection.execute(sql.INSERT_EVENT, event_row(write))
        case CreateBatch():
            _create_batch(connection, write)
        case SaveBatch(before=before, after=after):
            values = rows.batch_row(after) | {"key": after.id, "expected": before.version, "version": before.version + 1}
            _swap(connection.execute(sql.SAVE_BATCH, values), "batch")
        case SaveRestaurant(before=None, after=after):
            connection.execute(sql.INSERT_RESTAURANT, rows.restaurant_row(after))
        case SaveRestaurant(before=Restaurant() as before, after=after):
            row = rows.restaurant_row(after)
            values = row | {"key": after.id, "expected": before.version, "version": before.version + 1}
            _swap(connection.execute(sql.SAVE_RESTAURANT, values), "restaurant")
        case RemoveRestaurant(restaurant_id=key):
            _swap(connection.execute(sql.REMOVE_RESTAURANT, {"key": key}), "restaurant")
        case SaveCandidates(search=search):
            connection.execute(sql.SAVE_CANDIDATES, rows.candidates_row(search))
        case AddDecision(decision=decision):
            connection.execute(sql.INSERT_DECISION, rows.decision_row(decision))
        case SaveSecret():
            connection.execute(
                sql.INSERT_SECRET,
                {
                    "id": write.id, "job_id": write.job_id, "field": write.field, "key_version": write.key_version,
                    "nonce": write.nonce, "ciphertext": write.ciphertext,
                },
            )  # fmt: skip
        case ReserveSlot(name=name, expected=expected, at=at):
            row = connection.execute(sql.FIND_SLOT, {"key": name}).fetchone()
            if (row["at"] if row else None) != rows.moment(expected):
                raise _DoesNotFit("slot")
            connection.execute(sql.SAVE_SLOT, {"name": name, "at": rows.moment(at)})
        case _:
            raise TypeError(f"{type(write).__name__} is no write")


def _save_job(connection: sqlite3.Connection, write: SaveJob) -> None:
    before, after = write.before, write.after
    same_steps = after.steps is before.steps
    if _in_job_row(after) == _in_job_row(before) and (same_steps or after.current_step == before.current_step):
        # Most commits move a sub-step only: its row, and the version they were decided on.
        cursor = connection.execute(sql.SAVE_JOB_VERSION, (after.version, after.id, before.version))
    else:
        wide = after.execution_config is not before.execution_config
        values = rows.job_row(after, wide=wide) | {"key": after.id, "expected": before.version}
        if wide and values["subdomain"]:
            _check_subdomain(connection, values)
        cursor = connection.execute(sql.SAVE_JOB if wide else sql.SAVE_JOB_NARROW, values)
    _swap(cursor, "job")
    for old, new in () if same_steps else zip(before.steps, after.steps, strict=True):
        if new is not old:
            row = rows.step_row(after, new)
            row |= {"key": after.id, "number": new.number}
            connection.execute(sql.SAVE_STEP, row)
    if after.sub_steps is not before.sub_steps and after.steps[5] is before.steps[5]:
        connection.execute(sql.SAVE_SUB_STEPS, (rows.sub_progress(after), after.id))


def _check_subdomain(connection: sqlite3.Connection, values: rows.Row) -> None:
    """Two restaurants that are configured at the same moment must not get the same one (L26)."""
    owner = connection.execute(sql.SUBDOMAIN_OWNER, values).fetchone()
    if owner is not None:
        raise SubdomainTaken(f"The subdomain {values['subdomain']} is taken by {shown(owner['name'], cap=80)}.")


def _create_batch(connection: sqlite3.Connection, write: CreateBatch) -> None:
    connection.execute(sql.INSERT_BATCH, rows.batch_row(write.batch))
    for job in write.jobs:
        active = connection.execute(sql.FIND_ACTIVE, {"key": job.restaurant_id}).fetchone()
        if active is not None:
            name, batch = shown(active["name"], cap=80), shown(active["batch_name"], cap=80)
            raise RestaurantAlreadyInBatch(f"{name} is already in the batch “{batch}”, which has not ended.")
        connection.execute(sql.INSERT_JOB, rows.job_row(job))
        connection.executemany(sql.INSERT_STEP, [rows.step_row(job, step) for step in job.steps])

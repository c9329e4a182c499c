"""Who may move a job: leases with a token that only rises, by the authority's clock (design §2.5).

Owns: the `run_leases` rows.
Never: begins or commits (group_commit.py does).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from regbatch_desktop.ports import Lease
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.rows import moment

# What says which lease is meant: resource, instance, token.
Holder = tuple[str, str, int]


def holder(lease: Lease) -> Holder:
    """The lease without its time."""
    return lease.resource_id, lease.instance_id, lease.token


def count_valid(connection: sqlite3.Connection, holders: Sequence[Holder], *, now: datetime) -> int:
    """How many of these different leases are valid: token, instance and expiry."""
    values = [value for each in holders for value in each]
    (count,) = connection.execute(_valid(len(holders)), [*values, moment(now)]).fetchone()
    return int(count)


def is_valid(connection: sqlite3.Connection, lease: Lease, *, now: datetime) -> bool:
    """Token, instance and expiry."""
    return count_valid(connection, [holder(lease)], now=now) == 1


@lru_cache(maxsize=8)
def _valid(count: int) -> str:
    values = ", ".join(["(?, ?, ?)"] * count)
    return (
        f"SELECT count(*) FROM (VALUES {values}) AS v JOIN run_leases AS l "  # noqa: S608 - our own names
        "ON l.resource_id = v.column1 AND l.instance_id = v.column2 AND l.token = v.column3 WHERE l.expires_at > ?"
    )


def acquired(connection: sqlite3.Connection, resource_id: str, *, instance_id: str, ttl_s: float, now: datetime) -> Lease | None:
    """The lease, or None while somebody else holds it; the token rises with each holder, and after expiry also for the old one."""
    until = now + timedelta(seconds=ttl_s)
    values = {"key": resource_id, "instance_id": instance_id, "now": moment(now), "until": moment(until)}
    row = connection.execute(sql.ACQUIRE_LEASE, values).fetchone()
    return None if row is None else Lease(resource_id, instance_id, row["token"], until)


def renewed(connection: sqlite3.Connection, lease: Lease, *, ttl_s: float, now: datetime) -> Lease | None:
    """The same lease for longer; None when it is over or somebody else's."""
    until = now + timedelta(seconds=ttl_s)
    if connection.execute(sql.RENEW_LEASE, _ours(lease) | {"now": moment(now), "until": moment(until)}).rowcount != 1:
        return None
    return Lease(lease.resource_id, lease.instance_id, lease.token, until)


def released(connection: sqlite3.Connection, lease: Lease, *, now: datetime) -> None:
    """It ends now; its token stays, so that the next one is higher."""
    connection.execute(sql.RELEASE_LEASE, _ours(lease) | {"now": moment(now)})


def _ours(lease: Lease) -> dict[str, object]:
    return {"key": lease.resource_id, "instance": lease.instance_id, "of_token": lease.token}

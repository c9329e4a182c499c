"""Who may move a job: leases with a token that only rises, by the authority's clock (design §2.5).

Owns: the `run_leases` rows.
Never: begins or commits (group_commit.py does).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from regbatch_desktop.ports import Lease
from regbatch_desktop.store import statements as sql
from regbatch_desktop.store.rows import moment


def _row(connection: sqlite3.Connection, resource_id: str) -> Any:
    return connection.execute(sql.FIND_LEASE, {"key": resource_id}).fetchone()


def _is_live(row: Any, now: datetime) -> bool:
    return row is not None and row["expires_at"] > (moment(now) or "")


def _is_of(row: Any, lease: Lease) -> bool:
    return row is not None and row["token"] == lease.token and row["instance_id"] == lease.instance_id


def is_valid(connection: sqlite3.Connection, lease: Lease, *, now: datetime) -> bool:
    """Token, instance and expiry."""
    row = _row(connection, lease.resource_id)
    return _is_of(row, lease) and _is_live(row, now)


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

"""The lease of one job for as long as it is run here.

Owns: taking it, its heartbeat, giving it back.
Never: decides what a lost lease means (the commits that need it are refused).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from regbatch_desktop.domain.errors import Offline
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.job_record import JobRecord
from regbatch_desktop.ports import Lease
from regbatch_desktop.runtime.tasks import TaskScope

# Three renewals may be lost before a lease is.
_RENEWALS_PER_LEASE = 4


@asynccontextmanager
async def kept_lease(doors: Doors, record: JobRecord, scope: TaskScope) -> AsyncIterator[bool]:
    """Puts the lease into the record and keeps it alive; False while another instance holds it."""
    lease = await doors.store.acquire_lease(record.job.id, instance_id=doors.instance_id, ttl_s=doors.lease_ttl_s)
    if lease is None:
        yield False
        return
    record.lease = lease
    heartbeat: asyncio.Task[None] | None = None

    def begin() -> None:
        nonlocal heartbeat
        if not scope.is_closed:
            heartbeat = scope.spawn(_renewed(doors, record, lease), name="heartbeat")

    # Most runs of a job are over long before a lease has to be renewed.
    beginning = asyncio.get_running_loop().call_later(doors.lease_ttl_s / _RENEWALS_PER_LEASE, begin)
    try:
        yield True
    finally:
        beginning.cancel()
        if heartbeat is not None:
            heartbeat.cancel()
        await doors.store.release_lease(record.lease)


async def _renewed(doors: Doors, record: JobRecord, lease: Lease) -> None:
    while True:
        try:
            renewed = await doors.store.renew_lease(lease, ttl_s=doors.lease_ttl_s)
        except Offline:
            # The lease stands until its time is over; the next renewal may come through.
            renewed = lease
        if renewed is None:
            return
        lease = record.lease = renewed
        # Also while calls under way finish: a request to stop does not end this wait.
        await asyncio.sleep(doors.lease_ttl_s / _RENEWALS_PER_LEASE)

"""One restaurant of a sequential batch in Step 6 at a time, whichever process runs it.

Owns: the batch's turn, a lease of its own with its heartbeat.
Never: decides whether a batch is sequential (engine.py does).
"""

from __future__ import annotations

import asyncio
from types import TracebackType

from regbatch_desktop.domain.errors import Offline
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import Lease
from regbatch_desktop.runtime.stop_signal import StopSignal
from regbatch_desktop.runtime.tasks import TaskScope

_ASK_AGAIN_S = 0.5
_RENEWALS_PER_LEASE = 4


class BatchTurn:
    """Held while a job is in Step 6. Asked to stop, it lets go on without the turn: nothing new starts then."""

    def __init__(self, doors: Doors, batch_id: str, job_id: str, *, stop: StopSignal, scope: TaskScope) -> None:
        self._doors = doors
        self._resource = f"turn/{batch_id}"
        # Two jobs of one process are two holders.
        self._holder = f"{doors.instance_id}/{job_id}"
        self._stop = stop
        self._scope = scope
        self._lease: Lease | None = None
        self._heartbeat: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        """Wait for the turn."""
        store, ttl_s = self._doors.store, self._doors.lease_ttl_s
        while not self._stop.is_set:
            self._lease = await store.acquire_lease(self._resource, instance_id=self._holder, ttl_s=ttl_s)
            if self._lease is not None:
                self._heartbeat = self._scope.spawn(self._keep(), name="turn")
                return
            await self._stop.pause(_ASK_AGAIN_S)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Give it to the next."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        if self._lease is not None:
            await self._doors.store.release_lease(self._lease)

    async def _keep(self) -> None:
        ttl_s = self._doors.lease_ttl_s
        while self._lease is not None:
            await asyncio.sleep(ttl_s / _RENEWALS_PER_LEASE)
            try:
                self._lease = await self._doors.store.renew_lease(self._lease, ttl_s=ttl_s)
            except Offline:
                continue

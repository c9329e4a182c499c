"""The BatchStore that panes see in a team workspace: reads from this machine, decisions into the outbox.

Owns: which calls need the team's project, and the sentence for each when it is away.
Never: waits for the network where what is asked for is here.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.ports import ChangeSet, CommitAnswer, Committed, CreateBatch, Lease, SaveRestaurant
from regbatch_desktop.sync.cached_reads import CachedReads
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.doors import Authority, Cache
from regbatch_desktop.sync.outbox import TeamOutbox
from regbatch_desktop.sync.pull import Puller
from regbatch_desktop.verbs.scope import scope_of
from regbatch_desktop.verbs.table import based, decide


class OfflineStore(CachedReads):
    """A workspace that is there without a network, as far as it was loaded."""

    def __init__(
        self,
        authority: Authority,
        cache: Cache,
        outbox: TeamOutbox,
        puller: Puller,
        connectivity: Connectivity,
        *,
        workspace_id: str,
    ) -> None:
        super().__init__(authority, cache, puller, connectivity)
        self.workspace_id = workspace_id
        self._outbox = outbox
        self._deciding = asyncio.Lock()

    # ------------------------------------------------------------ writing

    async def commit(self, change: ChangeSet) -> CommitAnswer:
        """A person's intent is kept here and is durable when this returns; everything else is the project's to answer."""
        if change.intent is not None:
            return await self._keep(change.intent)
        self._connectivity.require(_named(change))
        answer = await self._authority.commit(change)
        # What was written is seen at once, not at the next interval. That it was written stays true if it cannot be read now.
        with contextlib.suppress(RegBatchError):
            made = [write.batch.id for write in change.writes if isinstance(write, CreateBatch)]
            if made:
                # Rows of a pull wait for the oldest transaction that is open anywhere; these are asked for by name.
                await self._cache.fill(await self._authority.current(batches=made))
            await self._puller.pull()
        return answer

    async def _keep(self, intent: Mutation) -> CommitAnswer:
        async with self._deciding:
            # Two clicks must not both be decided on the state before the first.
            scope = await scope_of(self, intent)
            intent = based(replace(intent, at=self._connectivity.now()), scope)
            decide(intent, scope, intent.at)
            await self._outbox.add(intent)
        return Committed()

    async def now(self) -> datetime:
        """The project's clock as far as it is known, else this machine's."""
        return self._connectivity.now()

    async def acquire_lease(self, resource_id: str, *, instance_id: str, ttl_s: float) -> Lease | None:
        """See the port; only the project can give one."""
        self._connectivity.require("Running a restaurant")
        return await self._authority.acquire_lease(resource_id, instance_id=instance_id, ttl_s=ttl_s)

    async def renew_lease(self, lease: Lease, *, ttl_s: float) -> Lease | None:
        """See the port."""
        self._connectivity.require("Running a restaurant")
        return await self._authority.renew_lease(lease, ttl_s=ttl_s)

    async def release_lease(self, lease: Lease) -> None:
        """See the port."""
        await self._authority.release_lease(lease)


def _named(change: ChangeSet) -> str:
    """What needs the project, for the sentence."""
    for write in change.writes:
        if isinstance(write, CreateBatch):
            return "Making a batch"
        if isinstance(write, SaveRestaurant):
            return "Importing leads"
    return "This"

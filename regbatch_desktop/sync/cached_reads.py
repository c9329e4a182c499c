"""What panes read of a team's workspace: from this machine, and from the project only what is not here.

Owns: what happens when the cache cannot be read; what is nice to know and must not hold up a pane.
Never: waits for the network where what is asked for is here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from regbatch_desktop.domain.batch import Batch, BatchProgress
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.effects import Effect
from regbatch_desktop.domain.errors import NotFound, RegBatchError, ServiceError, WorkspaceDamaged
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import AddEffectEvent, BatchStore, SealedValue
from regbatch_desktop.read_models import BatchPlaces, BatchRow, LeadRow
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.doors import Authority, Cache
from regbatch_desktop.sync.pull import Puller

_log = logging.getLogger(__name__)
# What is nice to know must not hold up a pane.
PATIENCE_S = 2.0
Found = TypeVar("Found")


class CachedReads:
    """The reading half of the port."""

    def __init__(self, authority: Authority, cache: Cache, puller: Puller, connectivity: Connectivity) -> None:
        self._authority = authority
        self._cache = cache
        self._puller = puller
        self._connectivity = connectivity
        self._mending = asyncio.Lock()
        self._tries = 0
        self._away: RegBatchError | None = None

    async def _here(self, read: Callable[[BatchStore], Awaitable[Found]]) -> Found:
        """From the cache; one that cannot be read is loaded anew. WorkspaceDamaged where the project is away."""
        view = self._cache.view
        try:
            return await read(view)
        except RuntimeError:
            # A newer file took this one's place between two questions of the same read.
            if view is self._cache.view:
                raise
            return await read(self._cache.view)
        except (WorkspaceDamaged, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            tries = self._tries
            async with self._mending:
                # Of many that ask together one loads everything anew, or finds that it cannot, for all of them.
                if view is self._cache.view:
                    if tries == self._tries:
                        self._tries += 1
                        self._away = await self._load_again(error)
                    if self._away is not None:
                        raise WorkspaceDamaged(
                            "What is kept of the team's data on this machine is damaged; it is loaded again when the connection is "
                            "back. Your own decisions are not touched.",
                            detail=str(error),
                        ) from self._away
            return await read(self._cache.view)

    async def _load_again(self, error: Exception) -> RegBatchError | None:
        """Why it could not be done."""
        _log.warning("the cache cannot be read (%s) and is loaded anew", type(error).__name__)
        try:
            await self._puller.load_again()
        except RegBatchError as away:
            return away
        return None

    async def _one(self, read: Callable[[BatchStore], Awaitable[Found]]) -> Found:
        """One row by its id; what is not here may be too new, or another organisation's: the project knows."""
        try:
            return await self._here(read)
        except NotFound:
            if not self._connectivity.is_online:
                raise
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await read(self._authority)
            except (ServiceError, TimeoutError):
                pass
            raise

    async def batch(self, batch_id: str) -> Batch:
        """See the port."""
        return await self._one(lambda store: store.batch(batch_id))

    async def batch_progress(self, batch_id: str) -> BatchProgress:
        """See the port."""
        return await self._here(lambda view: view.batch_progress(batch_id))

    async def batch_rows(self) -> tuple[BatchRow, ...]:
        """See the port."""
        return await self._here(lambda view: view.batch_rows())

    async def batch_places(self) -> Mapping[str, BatchPlaces]:
        """See the port."""
        return await self._here(lambda view: view.batch_places())

    async def companies_taken(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """See the port."""
        return await self._here(lambda view: view.companies_taken())

    async def step_seconds(self) -> Mapping[int, float]:
        """See the port."""
        return await self._here(lambda view: view.step_seconds())

    async def lead_rows(self) -> tuple[LeadRow, ...]:
        """See the port."""
        return await self._here(lambda view: view.lead_rows())

    async def batch_restaurants(self, batch_id: str) -> tuple[Restaurant, ...]:
        """See the port."""
        return await self._here(lambda view: view.batch_restaurants(batch_id))

    async def job(self, job_id: str) -> Job:
        """See the port."""
        return await self._one(lambda store: store.job(job_id))

    async def jobs(self, batch_id: str) -> tuple[Job, ...]:
        """See the port."""
        return await self._here(lambda view: view.jobs(batch_id))

    async def restaurant(self, restaurant_id: str) -> Restaurant:
        """See the port."""
        return await self._one(lambda store: store.restaurant(restaurant_id))

    async def restaurants(self, ids: Sequence[str] | None = None) -> tuple[Restaurant, ...]:
        """See the port."""
        return await self._here(lambda view: view.restaurants(ids))

    async def candidates(self, job_id: str) -> CandidateSearch | None:
        """See the port."""
        return await self._here(lambda view: view.candidates(job_id))

    async def searches(self, job_ids: Sequence[str]) -> Mapping[str, CandidateSearch]:
        """See the port."""
        return await self._here(lambda view: view.searches(job_ids))

    async def decisions(self, job_id: str) -> tuple[Decision, ...]:
        """See the port."""
        return await self._here(lambda view: view.decisions(job_id))

    async def active_restaurant_ids(self) -> frozenset[str]:
        """See the port."""
        return await self._here(lambda view: view.active_restaurant_ids())

    async def taken_subdomains(self, prefix: str) -> Mapping[str, str]:
        """See the port."""
        return await self._here(lambda view: view.taken_subdomains(prefix))

    async def effects(self, job_id: str) -> tuple[Effect, ...]:
        """The project's answer where it comes at once, else what was known at the last look."""
        await self._history(job_id)
        return await self._cache.plain.effects(job_id)

    async def effect_events(self, job_id: str) -> tuple[AddEffectEvent, ...]:
        """See `effects`."""
        await self._history(job_id)
        return await self._cache.plain.effect_events(job_id)

    async def _history(self, job_id: str) -> None:
        if not self._connectivity.is_online:
            return
        with contextlib.suppress(RegBatchError, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                effects, events = await asyncio.gather(self._authority.effects(job_id), self._authority.effect_events(job_id))
            await self._cache.keep_history(job_id, effects, events)

    async def sealed(self, secret_id: str) -> SealedValue:
        """Of an open configuration it is here; another one is asked for."""
        try:
            return await self._here(lambda view: view.sealed(secret_id))
        except NotFound:
            self._connectivity.require("Looking at a password of the account setup")
            return await self._authority.sealed(secret_id)

    async def slot(self, name: str) -> datetime | None:
        """See the port."""
        self._connectivity.require("Running a restaurant")
        return await self._authority.slot(name)

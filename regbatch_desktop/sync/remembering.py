"""The platform's answers that a configuration is made from, kept for when the platform is away.

Owns: asking for the menus of restaurants that wait for their configuration, before a person needs them.
Never: gives an empty answer for one that could not be had (L23), or keeps the outcome of a call.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

from regbatch_desktop.domain.errors import RegBatchError, ServiceUnavailable
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.ports import BatchStore, Menu, Platform
from regbatch_desktop.runtime.changes import Change, Changes

# A person who opens a configuration must not wait for a platform that is slow to be away.
PATIENCE_S = 5.0


class MenuMemory(Protocol):
    """Where they are kept."""

    async def keep_menus(self, restaurant_id: str, menus: tuple[Menu, ...]) -> None:
        """Replace what was known of one restaurant."""

    async def menus(self, restaurant_id: str) -> tuple[Menu, ...] | None:
        """None when they were never asked for."""


class RememberingPlatform:
    """The platform as panes see it: everything is the platform's but for menus, which are remembered."""

    def __init__(self, platform: Platform, memory: MenuMemory, is_online: Callable[[], bool], changes: Changes) -> None:
        self._platform, self._memory, self._is_online, self._changes = platform, memory, is_online, changes
        self.run_sub_step = platform.run_sub_step
        self.put_restaurant = platform.put_restaurant
        self.start_menu_extraction = platform.start_menu_extraction
        self.start_branding_extraction = platform.start_branding_extraction
        self.extraction_jobs = platform.extraction_jobs
        self.registration_status = platform.registration_status
        self.upload_batch = platform.upload_batch

    async def menus(self, restaurant_id: str) -> tuple[Menu, ...]:
        """The platform's answer, else its last one. ServiceUnavailable when there never was one."""
        return await self._asked(restaurant_id, await self._memory.menus(restaurant_id))

    async def menus_at_hand(self, restaurant_id: str) -> tuple[Menu, ...]:
        """What is remembered. The platform is asked where that is nothing, or was no menu yet and there is a network."""
        known = await self._memory.menus(restaurant_id)
        if known or (known is not None and not self._is_online()):
            return known
        return await self._asked(restaurant_id, known)

    async def _asked(self, restaurant_id: str, known: tuple[Menu, ...] | None) -> tuple[Menu, ...]:
        try:
            async with asyncio.timeout(PATIENCE_S if known is not None else None):
                found = await self._platform.menus(restaurant_id)
        except (ServiceUnavailable, TimeoutError):
            if known is None:
                raise
            return known
        if found != known:
            await self._memory.keep_menus(restaurant_id, found)
            self._changes.publish(Change("menus", (restaurant_id,)))
        return found


class MenuPrefetch:
    """`run` until cancelled."""

    def __init__(self, platform: RememberingPlatform, memory: MenuMemory, store: BatchStore, changes: Changes) -> None:
        self._platform, self._memory, self._store = platform, memory, store
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._unsubscribe = changes.subscribe(self._on_change)

    async def knows(self, restaurant_id: str) -> bool:
        """A configuration of this restaurant can be made without the platform."""
        return await self._memory.menus(restaurant_id) is not None

    async def run(self) -> None:
        """One restaurant after the other: nobody waits for these."""
        for row in await self._store.batch_rows():
            if row.needs_you:
                for job in await self._store.jobs(row.key):
                    if _waits(job):
                        self._waiting.put_nowait(job.id)
        while True:
            with contextlib.suppress(RegBatchError):
                await self._look(await self._waiting.get())

    async def _look(self, job_id: str) -> None:
        job = await self._store.job(job_id)
        # Also where they are known: there may be newer ones.
        if _waits(job):
            await self._platform.menus(job.restaurant_id)

    def _on_change(self, change: Change) -> None:
        if change.kind == "waiting":
            for job_id in change.ids:
                self._waiting.put_nowait(job_id)


def _waits(job: Job) -> bool:
    return job.step(5).status is StepStatus.ACTION_REQUIRED

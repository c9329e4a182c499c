"""Realtime as a poke: a channel that says "something changed", remade whenever it dies.

Owns: the channel, noticing its death, the wait before the next one.
Never: reads what a message says; the change feed pulls what changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from typing import Any, Protocol

from realtime import AsyncRealtimeClient, RealtimeSubscribeStates

from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.supabase.session import TeamSession

_log = logging.getLogger(__name__)
JOIN_S = 15.0
# The channel carries the token it was joined with; before that one runs out a new channel takes its place.
LIFETIME_S = 45 * 60.0
LOOK_S = 2.0
LONGEST_WAIT_S = 60.0


class Poked(Protocol):
    """Who is told that something may have changed."""

    def poke(self) -> None:
        """Pull soon."""

    def set_live(self, live: bool) -> None:
        """A channel was opened or lost."""


class Pokes:
    """`run` until cancelled; without Realtime the feed just goes on polling."""

    def __init__(self, project: Project, session: TeamSession, organisation_id: str, feed: Poked) -> None:
        self._project = project
        self._session = session
        self._organisation_id = organisation_id
        self._feed = feed

    async def run(self) -> None:
        """One channel after the other."""
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._one_channel()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                _log.info("no Realtime channel: %s", type(error).__name__)
            finally:
                self._feed.set_live(False)
            lasted = asyncio.get_running_loop().time() - began
            failures = 0 if lasted > LONGEST_WAIT_S else failures + 1
            await asyncio.sleep(random.uniform(0.5, 1.0) * min(LONGEST_WAIT_S, 2.0**failures))  # noqa: S311 - spreads machines

    async def _one_channel(self) -> None:
        url = f"{self._project.url}/realtime/v1"
        client = AsyncRealtimeClient(url, token=self._project.publishable_key, auto_reconnect=False, max_retries=1)
        dead = asyncio.Event()
        joined = asyncio.Event()

        def on_state(state: RealtimeSubscribeStates, _error: Exception | None) -> None:
            (joined if state is RealtimeSubscribeStates.SUBSCRIBED else dead).set()

        try:
            await client.connect()
            await client.set_auth(self._session.access_token)
            channel: Any = client.channel(f"team:{self._organisation_id}")
            wanted = f"organisation_id=eq.{self._organisation_id}"
            for table in ("registration_jobs", "registration_batch_jobs"):
                channel.on_postgres_changes(
                    "*", schema="public", table=table, filter=wanted, callback=lambda _: self._feed.poke()
                )
            await channel.subscribe(on_state)
            async with asyncio.timeout(JOIN_S):
                await joined.wait()
            # Whatever happened before the channel stood is pulled now.
            self._feed.set_live(True)
            await self._until_dead(client, dead)
        finally:
            with contextlib.suppress(Exception):
                await client.close()
            # Closing leaves the clocks of a join that was never answered running.
            for left in client.get_channels():
                left.join_push.destroy()
                left.rejoin_timer.reset()

    async def _until_dead(self, client: AsyncRealtimeClient, dead: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + LIFETIME_S
        # A lost connection is told to nobody in some cases, so it is also looked at.
        while client.is_connected and loop.time() < until:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await dead.wait()
                    return

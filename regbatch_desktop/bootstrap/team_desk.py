"""A team's workspace on a desktop: panes over the cache and the outbox, the engine over the project itself.

Owns: which part sees which store.
Never: waits for the network to open what is here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from regbatch_desktop import logs
from regbatch_desktop.bootstrap import doors_of
from regbatch_desktop.bootstrap.services import Services, is_practice
from regbatch_desktop.bootstrap.team_folders import team_folder
from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.supabase.authority import TeamAuthority
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.pokes import Pokes
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.supabase.session import Keep, Tokens
from regbatch_desktop.remote.supabase.sign_in import Organisation, feature_flags, organisation_keys, signed_in
from regbatch_desktop.remote.tls import clients_loaded
from regbatch_desktop.runtime.changes import Change, Changes
from regbatch_desktop.store.cache_file import CacheFile
from regbatch_desktop.store.outbox_file import OutboxFile
from regbatch_desktop.surroundings import data_dir
from regbatch_desktop.sync.assembly import assembled
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.outbox import TeamOutbox
from regbatch_desktop.sync.pull import Puller
from regbatch_desktop.sync.push import Pusher
from regbatch_desktop.sync.remembering import MenuPrefetch, RememberingPlatform
from regbatch_desktop.sync.watchdog import Watchdog
from regbatch_desktop.vault.team_key import TeamVault

_log = logging.getLogger(__name__)


_NO_KEY = (
    "Passwords can be set and looked at as soon as your team's project is reached: their key is kept by a keychain alone, and this "
    "machine's does not have it."
)


class _Key:
    """The organisation's keys, fetched when the project is there, and again after it was away: they may have been changed."""

    def __init__(self, connection: Connection, connectivity: Connectivity, vault: TeamVault, organisation_id: str) -> None:
        self._connection, self._connectivity, self._vault = connection, connectivity, vault
        self._organisation_id = organisation_id
        self._looked = asyncio.Event()
        self.look = self._looked.set
        connectivity.listeners.append(self.look)

    async def fetch(self) -> None:
        """Nothing happens when they cannot be had now."""
        with contextlib.suppress(RegBatchError):
            await asyncio.to_thread(self._vault.use, await organisation_keys(self._connection, self._organisation_id))

    async def run(self) -> None:
        """Until cancelled."""
        if self._connectivity.is_online and not self._vault.has_key:
            await self.fetch()
        while True:
            self._looked.clear()
            await self._looked.wait()
            if self._connectivity.is_online:
                await self.fetch()


@dataclass(frozen=True, slots=True)
class TeamDesk:
    """An organisation of a project, opened as one of its members. `doors` are the panes'; `engine` runs restaurants."""

    doors: Doors
    engine: Doors
    authority: TeamAuthority
    outbox: TeamOutbox
    puller: Puller
    pusher: Pusher
    pokes: Pokes
    menus: MenuPrefetch
    key: _Key
    watchdog: Watchdog
    connectivity: Connectivity
    organisation: Organisation
    is_practice: bool
    notices: tuple[str, ...] = ()

    async def run(self) -> None:
        """Pull, push and listen until cancelled."""
        await self.watchdog.run(self.pusher.run, self.puller.run, self.pokes.run, self.menus.run, self.key.run)


@contextlib.asynccontextmanager
async def opened_team_desk(
    project: Project,
    tokens: Tokens,
    organisation: Organisation,
    services: Services,
    *,
    keep: Keep,
    limits: ServiceLimits | None = None,
    lease_ttl_s: float = 60.0,
    patience_s: float = 3.0,
    loading: Callable[[int, int], None] | None = None,
) -> AsyncIterator[TeamDesk]:
    """Open everything for a member of a team, with or without a network; closes in reverse.

    Offline when nothing of the organisation is here yet and the project is away; SignInNeeded and MembershipMissing in that
    case only as well: what is here stays readable. `patience_s`: how long the newest rows are waited for where older ones are here.
    `loading`: told how many rows are here, and of how many, while everything is loaded for the first time; cancelling then is safe,
    and the next time goes on from there.
    """
    async with contextlib.AsyncExitStack() as stack:
        logs.configure(data_dir() / "logs")
        await clients_loaded()
        folder = team_folder(project.url, tokens.user_id, organisation.id)
        connectivity = Connectivity()
        file = await asyncio.to_thread(OutboxFile, folder, now=connectivity.now)
        stack.callback(file.close)
        cache = await asyncio.to_thread(CacheFile, folder, organisation_id=organisation.id, clock=connectivity.now)
        stack.callback(cache.close)
        connection, session = signed_in(project, tokens, keep=keep)
        await stack.enter_async_context(connection)
        connection.on_late_answer = connectivity.answered
        authority = TeamAuthority(connection, organisation_id=organisation.id)
        vault = await asyncio.to_thread(TeamVault, organisation.id, tokens.user_id)
        engine = await doors_of(stack, authority, vault, services, state=folder / "practice.jsonl", limits=limits)
        engine = replace(engine, lease_ttl_s=lease_ttl_s)
        sync = assembled(authority, cache, file, engine.changes, connectivity, workspace_id=organisation.id)
        platform = RememberingPlatform(engine.platform, cache, lambda: connectivity.is_online, engine.changes)
        doors = replace(engine, store=sync.store, outbox=sync.outbox, platform=platform)
        menus = MenuPrefetch(platform, cache, sync.store, doors.changes)
        connection.on_silence = partial(_silent, connectivity, sync.puller)
        sync.shut_out.on_removed = partial(asyncio.to_thread, vault.forget)
        await sync.shut_out.in_time()
        key = _Key(connection, connectivity, vault, organisation.id)
        sync.shut_out.on_back = key.look
        kept = folder / "feature_flags.json"
        sync.puller.on_loading = loading
        if patience_s or not cache.is_complete:
            await _reached(sync.puller, cache, patience_s, key.fetch, partial(_look_up_flags, connection, organisation.id, kept))
        sync.puller.on_loading = None
        flags = {**doors.feature_flags, **await asyncio.to_thread(_flags, kept)}
        doors, engine = replace(doors, feature_flags=flags), replace(engine, feature_flags=flags)

        engine = replace(engine, changes=_beside(doors.changes, sync.puller, stack))
        notices = tuple(text for text in (file.recovery, cache.recovery, "" if vault.has_key else _NO_KEY) if text)
        yield TeamDesk(
            doors, engine, authority, sync.outbox, sync.puller, sync.pusher,
            Pokes(project, session, organisation.id, sync.puller), menus, key,
            Watchdog(sync.outbox, connectivity, on_stall=connection.renew), connectivity, organisation,
            is_practice(services.platform_url), notices,
        )  # fmt: skip


def _beside(panes: Changes, puller: Puller, stack: contextlib.AsyncExitStack) -> Changes:
    """The engine's own broadcast: what it commits is in the project and has to be pulled before a pane can see it."""
    own, forwarding = Changes(), False

    def pulled(change: Change) -> None:
        if not forwarding:
            puller.poke()

    def forward(change: Change) -> None:
        nonlocal forwarding
        forwarding = True
        try:
            own.publish(change)
        finally:
            forwarding = False

    own.subscribe(pulled)
    stack.callback(panes.subscribe(forward))
    return own


def _silent(connectivity: Connectivity, puller: Puller) -> None:
    """A call has no answer: that is said before it runs out of time, and asked in another way."""
    connectivity.failed()
    puller.poke()


async def _look_up_flags(connection: Connection, organisation_id: str, kept: Path) -> None:
    """What the project says the platform allows (L37), for this start and for one without the project."""
    with contextlib.suppress(RegBatchError, OSError):
        flags = await feature_flags(connection, organisation_id)
        await asyncio.to_thread(kept.write_text, json.dumps(flags), encoding="utf-8")


def _flags(kept: Path) -> dict[str, bool]:
    """What the project said last."""
    try:
        known = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): value for name, value in known.items() if isinstance(value, bool)} if isinstance(known, dict) else {}


async def _reached(puller: Puller, cache: CacheFile, patience_s: float, *others: Callable[[], Awaitable[None]]) -> None:
    """The newest rows and what comes with them, where that is possible in time; without any rows it must be."""
    try:
        async with asyncio.timeout(patience_s if cache.is_complete else None):
            await puller.pull()
            for other in others:
                await other()
    except TimeoutError:
        _log.info("the team's project is slow; what is here is shown")
    except RegBatchError as error:
        if not cache.is_complete:
            raise
        _log.info("opened without the team's project: %s", error.code)

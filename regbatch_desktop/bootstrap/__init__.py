"""The only wiring: opens the doors in order and closes them in reverse.

Owns: which adapter stands behind which port, and the limits of practice and of life.
Never: is imported by anything but commands and the desktop.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

from regbatch_desktop import logs
from regbatch_desktop.bootstrap.registers import local_register, practice_platform, register_of
from regbatch_desktop.bootstrap.services import Services, is_practice, limits_for
from regbatch_desktop.domain.configuration.derivation import ONBOARDING_SYNC_FLAG as ONBOARDING_SYNC_FLAG
from regbatch_desktop.domain.errors import RegisterUnreadable as RegisterUnreadable
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.registers import SeveralRegisters as SeveralRegisters
from regbatch_desktop.ports import BatchStore, Clock, Compute, Secrets, ServiceLimits
from regbatch_desktop.ports import CompanyRegister as CompanyRegister
from regbatch_desktop.practice import sample as sample
from regbatch_desktop.practice.faults import FaultPlan as FaultPlan
from regbatch_desktop.practice.platform import PracticePlatform as PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.register import RegisterFileError as RegisterFileError
from regbatch_desktop.practice.transport import InProcessTransport
from regbatch_desktop.remote.companies_office import CompaniesOffice as CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.nzbn import NzbnRegister as NzbnRegister
from regbatch_desktop.remote.nzbn import nzbn_client as nzbn_client
from regbatch_desktop.remote.pictures import HttpPictures
from regbatch_desktop.remote.platform import HttpPlatform
from regbatch_desktop.remote.platform_routes import DEADLINES_S as DEADLINES_S
from regbatch_desktop.remote.releases import SignedReleases
from regbatch_desktop.remote.tls import clients_loaded
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.runtime.clock import SystemClock
from regbatch_desktop.runtime.compute import here
from regbatch_desktop.runtime.share import Share
from regbatch_desktop.services.updates import Origin, Updates
from regbatch_desktop.store.local_register import LocalRegister
from regbatch_desktop.store.register_index import indexed as indexed
from regbatch_desktop.store.sqlite_store import SqliteStore
from regbatch_desktop.store.workspace import Workspace, open_workspace
from regbatch_desktop.surroundings import data_dir
from regbatch_desktop.vault.envelope import Vault
from regbatch_desktop.vault.service_keys import NZBN as NZBN
from regbatch_desktop.vault.service_keys import stored_key as stored_key
from regbatch_desktop.vault.workspace_key import workspace_key

if TYPE_CHECKING:
    from regbatch_desktop.remote.supabase.change_feed import ChangeFeed
    from regbatch_desktop.remote.supabase.pokes import Pokes
    from regbatch_desktop.remote.supabase.project import Project
    from regbatch_desktop.remote.supabase.session import Keep, Tokens
    from regbatch_desktop.remote.supabase.sign_in import Organisation
    from regbatch_desktop.remote.supabase.team_store import TeamStore

PRACTICE_URL = "http://practice.invalid"


@dataclass(frozen=True, slots=True)
class Session:
    """An open workspace with its doors. `notices` are sentences the person should see."""

    doors: Doors
    workspace: Workspace
    path: Path
    notices: tuple[str, ...]
    is_practice: bool


@contextlib.asynccontextmanager
async def opened(
    path: Path, services: Services, *, limits: ServiceLimits | None = None, create: bool = True
) -> AsyncGenerator[Session, None]:
    """Open everything for a run; closes in reverse, also after an error. WorkspaceUnusable where there is none and none is made."""
    async with contextlib.AsyncExitStack() as stack:
        logs.configure(data_dir() / "logs")
        workspace = await asyncio.to_thread(open_workspace, path, create=create)
        stack.callback(workspace.close)
        key = workspace_key(workspace.store.workspace_id, data_dir=data_dir())
        vault = Vault(key.key, workspace_id=workspace.store.workspace_id)
        state = path.with_name(path.name + ".practice.jsonl")
        doors = await doors_of(stack, workspace.store, vault, services, state=state, limits=limits)
        notices = tuple(text for text in (workspace.store.recovery, key.notice) if text)
        yield Session(doors, workspace, path, notices, is_practice(services.platform_url))


def updates_from(origin: Origin, clock: Clock) -> Updates:
    """Looking for new versions where this build was told to."""
    return Updates(SignedReleases(origin.url, origin.key), now=clock.now)


@dataclass(frozen=True, slots=True)
class TeamWorkspace:
    """An organisation of a project, opened as one of its members."""

    doors: Doors
    store: TeamStore
    feed: ChangeFeed
    pokes: Pokes
    organisation: Organisation
    is_practice: bool


@contextlib.asynccontextmanager
async def opened_team(
    project: Project,
    tokens: Tokens,
    organisation: Organisation,
    services: Services,
    *,
    keep: Keep,
    limits: ServiceLimits | None = None,
    lease_ttl_s: float = 60.0,
) -> AsyncGenerator[TeamWorkspace, None]:
    """Open everything for a member of a team; closes in reverse. SignInNeeded and its kin, MembershipMissing, Offline."""
    # The library behind them takes a second to load, which nobody with a local workspace should wait for.
    from regbatch_desktop.remote.supabase.change_feed import ChangeFeed
    from regbatch_desktop.remote.supabase.pokes import Pokes
    from regbatch_desktop.remote.supabase.sign_in import feature_flags, organisation_keys, signed_in
    from regbatch_desktop.remote.supabase.team_store import TeamStore

    async with contextlib.AsyncExitStack() as stack:
        logs.configure(data_dir() / "logs")
        connection, session = signed_in(project, tokens, keep=keep)
        await stack.enter_async_context(connection)
        store = TeamStore(connection, organisation_id=organisation.id)
        vault = Vault(await organisation_keys(connection, organisation.id), workspace_id=organisation.id)
        state = data_dir() / "team" / f"{organisation.id}.practice.jsonl"
        doors = await doors_of(stack, store, vault, services, state=state, limits=limits)
        flags = {**doors.feature_flags, **await feature_flags(connection, organisation.id)}
        doors = replace(doors, lease_ttl_s=lease_ttl_s, feature_flags=flags)
        feed = ChangeFeed(connection, organisation.id, doors.changes)
        # Whatever is read from now on is newer than the feed's beginning.
        await feed.pull()
        pokes = Pokes(project, session, organisation.id, feed)
        yield TeamWorkspace(doors, store, feed, pokes, organisation, is_practice(services.platform_url))


async def doors_of(
    stack: contextlib.AsyncExitStack,
    store: BatchStore,
    vault: Secrets,
    services: Services,
    *,
    state: Path,
    limits: ServiceLimits | None,
) -> Doors:
    """The doors with the services behind them."""
    await clients_loaded(network=bool(services.platform_url))
    transport: httpx.AsyncBaseTransport | None = None
    url = services.platform_url
    if not url:
        searched = PracticeRegister(()) if services.register_file else None
        practice = await asyncio.to_thread(practice_platform, services, state, searched)
        stack.callback(practice.close)
        transport, url = InProcessTransport(practice), PRACTICE_URL
    chosen = limits or limits_for(services)
    share = Share()
    client = await stack.enter_async_context(ServiceClient(url, limits=chosen, transport=transport, share=share))
    # Reads of the register must not wait behind a dozen platform calls.
    register_client = await stack.enter_async_context(ServiceClient(url, limits=chosen, transport=transport, share=share))
    compute: Compute = here
    if services.beside_window:
        # What starts processes takes a moment to load, which no command line should wait for.
        from regbatch_desktop.runtime.side_process import SideProcess

        compute = side = SideProcess()
        stack.callback(side.close)
    local: LocalRegister | None = None
    if services.register_file is not None:
        local = await asyncio.to_thread(local_register, services.register_file, services.indexing, compute)
        stack.callback(local.close)
    register = await register_of(stack, services, chosen, register_client, local)
    return Doors(
        store=store,
        platform=HttpPlatform(client),
        register=register,
        secrets=vault,
        clock=SystemClock(),
        limits=chosen,
        instance_id=str(uuid4()),
        changes=Changes(),
        pictures=await stack.enter_async_context(HttpPictures(transport=transport)),
        feature_flags=services.feature_flags,
        share=share,
        compute=compute,
    )


@contextlib.contextmanager
def opened_for_reading(path: Path) -> Generator[SqliteStore, None, None]:
    """A workspace beside a running program, for `status`."""
    workspace = open_workspace(path, read_only=True)
    try:
        yield workspace.store
    finally:
        workspace.close()

"""The only wiring: opens the doors in order and closes them in reverse.

Owns: which adapter stands behind which port, and the limits of practice and of life.
Never: is imported by anything but commands and the desktop.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

from regbatch_desktop import logs
from regbatch_desktop.domain.configuration.derivation import ONBOARDING_SYNC_FLAG
from regbatch_desktop.domain.errors import RegisterUnreadable
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.registers import SeveralRegisters
from regbatch_desktop.ports import BatchStore, Clock, CompanyRegister, Compute, Secrets, ServiceLimits
from regbatch_desktop.practice import sample
from regbatch_desktop.practice.faults import FaultPlan
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister, RegisterFileError
from regbatch_desktop.practice.transport import InProcessTransport
from regbatch_desktop.remote.companies_office import CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.nzbn import NzbnRegister, nzbn_client
from regbatch_desktop.remote.pictures import HttpPictures
from regbatch_desktop.remote.platform import HttpPlatform
from regbatch_desktop.remote.platform_routes import DEADLINES_S
from regbatch_desktop.remote.releases import SignedReleases
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.runtime.clock import SystemClock
from regbatch_desktop.runtime.compute import SideProcess, here
from regbatch_desktop.runtime.share import Share
from regbatch_desktop.services.updates import Origin, Updates
from regbatch_desktop.store.local_register import LocalRegister
from regbatch_desktop.store.register_index import indexed
from regbatch_desktop.store.sqlite_store import SqliteStore
from regbatch_desktop.store.workspace import Workspace, open_workspace
from regbatch_desktop.surroundings import data_dir
from regbatch_desktop.vault.envelope import Vault
from regbatch_desktop.vault.service_keys import NZBN, stored_key
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
class Services:
    """Where platform and register are. No `platform_url`: the practice services in this process.

    `failing_per_mille`: how many menu extractions of the practice platform fail. `onboarding_sync`: the platform lets the organisation
    synchronise onboarding records; None = as usual, which is on in practice and off in life (L37). `indexing` hears, from another thread,
    how many companies of a new register file are indexed. `beside_window`: long computations run in a process of their own.
    """

    platform_url: str = ""
    register_file: Path | None = None
    speed: float = 0.02
    faults: FaultPlan | None = None
    failing_per_mille: int = 20
    onboarding_sync: bool | None = None
    indexing: Callable[[int], None] | None = None
    beside_window: bool = False

    @property
    def feature_flags(self) -> dict[str, bool]:
        """What the platform allows, as far as it is known without a team's project."""
        usual = is_practice(self.platform_url)
        return {ONBOARDING_SYNC_FLAG: usual if self.onboarding_sync is None else self.onboarding_sync}


@dataclass(frozen=True, slots=True)
class Session:
    """An open workspace with its doors. `notices` are sentences the person should see."""

    doors: Doors
    workspace: Workspace
    path: Path
    notices: tuple[str, ...]
    is_practice: bool


def practice_limits(speed: float) -> ServiceLimits:
    """Times scaled like the practice services' latencies, with floors that a slow machine keeps."""
    return ServiceLimits(
        default_deadline_s=5.0,
        deadlines_s={name: max(5.0, 3 * seconds * speed) for name, seconds in DEADLINES_S.items()},
        settle_lag_s=0.2,
        account_spacing_s=60.0 * speed * 0.05,
        max_in_flight=8,
        connect_timeout_s=2.0,
        register_per_minute=0,
        breaker_open_s=1.0,
        breaker_max_open_s=5.0,
        extraction_poll_s=max(0.05, 5.0 * speed),
        extraction_limit_s=max(30.0, 600.0 * speed),
        retry_base_s=0.1,
        retry_cap_s=2.0,
    )


def real_limits() -> ServiceLimits:
    """The real platform's."""
    return ServiceLimits(deadlines_s=DEADLINES_S)


def limits_for(services: Services) -> ServiceLimits:
    """What goes with these services: practice, also behind a socket of this machine, is faster than life."""
    return practice_limits(services.speed) if is_practice(services.platform_url) else real_limits()


def is_practice(platform_url: str) -> bool:
    """Nothing real is touched there."""
    return not platform_url or platform_url.startswith("http://127.0.0.1")


def load_register(path: Path | None) -> PracticeRegister:
    """A register file, or the generated sample's. RegisterUnreadable with the reason."""
    if path is None:
        return PracticeRegister(sample.generate().register)
    try:
        return PracticeRegister.from_csv(path)
    except RegisterFileError as error:
        raise RegisterUnreadable(f"The register cannot be used: {error}.") from error


def local_register(path: Path, told: Callable[[int], None] | None, compute: Compute) -> LocalRegister:
    """A register file, indexed when it is new or has changed. RegisterUnreadable with the reason. Blocks."""
    index = indexed(path, data_dir() / "registers", told=told)
    return LocalRegister(index, name=path.name, compute=None if compute is here else compute)


def practice_platform(services: Services, state_path: Path | None, register: PracticeRegister | None = None) -> PracticePlatform:
    """The practice services with their state file. A register file that is searched here is not searched there too."""
    register = load_register(None) if register is None else register
    return PracticePlatform(
        register,
        state_path=state_path,
        speed=services.speed,
        faults=services.faults,
        failing_per_mille=services.failing_per_mille,
    )


async def _register(
    stack: contextlib.AsyncExitStack,
    services: Services,
    limits: ServiceLimits,
    client: ServiceClient,
    local: LocalRegister | None,
) -> CompanyRegister:
    """The register file where one is named, else the platform's route; in life also the NZBN where its key is stored."""
    first: CompanyRegister = local or CompaniesOffice(client)
    key = None if is_practice(services.platform_url) else await asyncio.to_thread(stored_key, NZBN)
    if key is None:
        return first
    nzbn = await stack.enter_async_context(nzbn_client(key, limits=limits, share=client.share))
    return SeveralRegisters((NzbnRegister(nzbn), first))


@contextlib.asynccontextmanager
async def opened(path: Path, services: Services, *, limits: ServiceLimits | None = None) -> AsyncIterator[Session]:
    """Open everything for a run; closes in reverse, also after an error."""
    async with contextlib.AsyncExitStack() as stack:
        logs.configure(data_dir() / "logs")
        workspace = await asyncio.to_thread(open_workspace, path)
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
) -> AsyncIterator[TeamWorkspace]:
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
        compute = side = SideProcess()
        stack.callback(side.close)
    local: LocalRegister | None = None
    if services.register_file is not None:
        local = await asyncio.to_thread(local_register, services.register_file, services.indexing, compute)
        stack.callback(local.close)
    register = await _register(stack, services, chosen, register_client, local)
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
def opened_for_reading(path: Path) -> Iterator[SqliteStore]:
    """A workspace beside a running program, for `status`."""
    workspace = open_workspace(path, read_only=True)
    try:
        yield workspace.store
    finally:
        workspace.close()

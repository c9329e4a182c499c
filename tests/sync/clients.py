"""One person's program without a window: its files, its place on the network, its clock; killed and started at will.

Owns: losing and doubling of calls at the transport, and what the project was seen to apply.
Never: stands in for a part of sync.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.supabase.authority import TeamAuthority
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.store.cache_file import CacheFile
from regbatch_desktop.store.outbox_file import OutboxFile
from regbatch_desktop.sync.assembly import Sync, assembled
from regbatch_desktop.sync.connectivity import Connectivity
from tests.team.fixtures import Person


@dataclass
class Network(httpx.AsyncBaseTransport):
    """The real network, with trouble. `applied` counts what the project applied for each mutation, whoever heard of it."""

    is_cut: bool = False
    losing: int = 0
    doubling: int = 0
    # Calls that write are swallowed without a word while this is set.
    is_deaf: bool = False
    # So many calls go through before the network is cut.
    left: int = 1_000_000
    applied: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    _real: httpx.AsyncHTTPTransport = field(default_factory=httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut or self.left <= 0:
            raise httpx.ConnectError("the network is cut", request=request)
        self.left -= 1
        is_mutation = request.url.path.endswith("/apply_mutation")
        if self.is_deaf and is_mutation:
            await asyncio.Event().wait()
        again = self.doubling > 0 and is_mutation
        response = await self._answer(request, is_mutation)
        if again:
            self.doubling -= 1
            response = await self._answer(request, is_mutation)
        if self.losing > 0 and is_mutation:
            self.losing -= 1
            raise httpx.ReadError("the answer is lost", request=request)
        return response

    async def _answer(self, request: httpx.Request, is_mutation: bool) -> httpx.Response:
        response = await self._real.handle_async_request(request)
        await response.aread()
        if is_mutation and response.status_code == 200:
            answer, asked = response.json(), json.loads(request.content)
            if answer["status"] == "applied" and not answer.get("duplicate"):
                self.applied[asked["p_mutation_id"]] += 1
                for write in asked["p_writes"]:
                    if write["kind"] == "save_job":
                        self.writes[write["id"]] += 1
        return response

    async def aclose(self) -> None:
        """A program that ends leaves the network where it is."""

    async def end(self) -> None:
        await self._real.aclose()


class Client:
    """`start` opens what lies in the folder; `kill` leaves the files as they are and starts on a copy of them."""

    def __init__(self, folder: Path, person: Person, project: Project, organisation_id: str) -> None:
        self.folder, self.person, self.network = folder, person, Network()
        self._project, self._organisation_id = project, organisation_id
        self.skew = timedelta()
        self.schema = PAYLOAD_SCHEMA
        self.acknowledged: list[str] = []
        self._starts = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew

    async def start(self) -> None:
        self._starts += 1
        self._connection = Connection(self._project, auth=self.person.session, transport=self.network)
        self.authority = TeamAuthority(self._connection, organisation_id=self._organisation_id)
        connectivity = Connectivity(now=self.now)
        self.file = OutboxFile(self.folder, now=connectivity.now)
        self.cache = CacheFile(self.folder, organisation_id=self._organisation_id, clock=connectivity.now)
        changes = Changes()
        self.sync: Sync = assembled(
            self.authority, self.cache, self.file, changes, connectivity,
            workspace_id=self._organisation_id, schema=self.schema, page=3,
        )  # fmt: skip
        nothing: Any = None
        clock: Any = connectivity
        self.doors = Doors(self.sync.store, nothing, nothing, nothing, clock, ServiceLimits(), "test", changes)

    async def stop(self) -> None:
        self.file.close()
        self.cache.close()
        await self._connection.__aexit__(None, None, None)

    async def kill(self) -> None:
        """What lies on the disk at this moment is all that the next start finds."""
        image = self.folder.with_name(f"{self.folder.name}-{self._starts}")
        await asyncio.to_thread(shutil.copytree, self.folder, image, ignore=shutil.ignore_patterns("*.lock", "*-shm"))
        await self.stop()
        await asyncio.to_thread(shutil.rmtree, self.folder)
        self.folder = image
        await self.start()

    def ids(self) -> set[str]:
        return {entry.mutation.id for entry in self.file.entries}

"""A bench whose clock can be moved on, and whose platform tells what it was asked and can be made to keep an answer back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from regbatch_desktop.bootstrap import PRACTICE_URL
from regbatch_desktop.bootstrap.services import practice_limits
from regbatch_desktop.domain.job import Job
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.practice.exchange import PracticeReply, PracticeRequest
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.transport import InProcessTransport
from regbatch_desktop.remote.companies_office import CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.platform import HttpPlatform
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.store.workspace import open_workspace
from regbatch_desktop.vault.envelope import Vault
from tests.pipeline.workbench import Bench, company

PATIENCE_S = 30.0
T = TypeVar("T")
Asked = Callable[[PracticeRequest], bool]


class MovedClock:
    """Real time plus what was skipped: waits still end, and an hour takes no time."""

    def __init__(self) -> None:
        self._skipped = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._skipped

    def skip(self, seconds: float) -> None:
        self._skipped += timedelta(seconds=seconds)


class WatchedPlatform(PracticePlatform):
    """The practice platform with a list of its requests. `together`: one effect asked for twice at the same moment."""

    def __init__(self, register: PracticeRegister, **more: Any) -> None:
        super().__init__(register, **more)
        self.asked: list[PracticeRequest] = []
        self.together: list[str] = []
        self._under_way: set[str] = set()
        self._held: list[tuple[Asked, asyncio.Event]] = []

    def hold(self, which: Asked) -> asyncio.Event:
        """Keep the answers to such requests back, unserved, until the event is set."""
        release = asyncio.Event()
        self._held.append((which, release))
        return release

    def count(self, path: str, restaurant_id: str = "") -> int:
        """Requests so far whose path begins with `path` (and that name the restaurant)."""
        return sum(names(path, restaurant_id)(request) for request in self.asked)

    async def handle(self, request: PracticeRequest) -> PracticeReply:
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        self.asked.append(request)
        if key and key in self._under_way:
            self.together.append(f"{request.path} {key}")
        self._under_way.add(key)
        try:
            for which, release in self._held:
                if which(request):
                    await release.wait()
            return await super().handle(request)
        finally:
            self._under_way.discard(key)


def names(path: str, restaurant_id: str = "") -> Asked:
    """Requests to a path, for one restaurant."""

    def asked(request: PracticeRequest) -> bool:
        everything = f"{request.path} {dict(request.query)} {request.body.decode(errors='replace')}"
        return request.path.startswith(path) and restaurant_id in everything

    return asked


@dataclass
class ProvingGround(Bench):
    """A bench with a movable clock and a watched platform."""

    platform: WatchedPlatform
    clock: MovedClock = field(default_factory=MovedClock)

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.platform.ledger.events if event["kind"] == kind]

    async def until(self, job_id: str, wanted: Callable[[Job], bool]) -> Job:
        """The job as soon as it is as wanted; looks again at every commit."""
        return await self.until_true(lambda: self.doors.store.job(job_id), wanted)

    async def until_true(self, read: Callable[[], Awaitable[T]], wanted: Callable[[T], bool]) -> T:
        """What `read` gives as soon as it is as wanted; looks again at every change and every few milliseconds."""
        news = asyncio.Event()
        unsubscribe = self.doors.changes.subscribe(lambda _change: news.set())
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not wanted(found := await read()):
                    news.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(news.wait(), 0.005)
                return found
        finally:
            unsubscribe()


@asynccontextmanager
async def proving_ground(
    folder: Path, *, clock: MovedClock | None = None, failing_per_mille: int = 0, speed: float = 0.001, **limits: Any
) -> AsyncIterator[ProvingGround]:
    """Open it; the platform remembers what it did in the folder, so that it can be opened again as after a restart."""
    clock = clock or MovedClock()
    workspace = open_workspace(folder / "w.db", clock=clock.now)
    register = PracticeRegister(company(number, f"{number + 1} Kea Street") for number in range(60))
    platform = WatchedPlatform(register, state_path=folder / "platform.jsonl", speed=speed, failing_per_mille=failing_per_mille)
    chosen = replace(practice_limits(speed), **({"account_spacing_s": 0.0, "settle_lag_s": 0.05} | limits))
    async with ServiceClient(PRACTICE_URL, limits=chosen, transport=InProcessTransport(platform)) as client:
        doors = Doors(
            workspace.store, HttpPlatform(client), CompaniesOffice(client), Vault(b"0" * 32, workspace_id="w"), clock,
            chosen, "one", Changes(),
        )  # fmt: skip
        try:
            yield ProvingGround(workspace, platform, doors, clock)
        finally:
            workspace.close()
            platform.close()

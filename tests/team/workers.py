"""`regbatch worker` processes that can be paused, killed and asked how they are; and the person who decides meanwhile.

Owns: the processes; the desktop's side of a team: leads, batch, decisions.
Never: waits for luck; every wait is for a condition with a limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from regbatch_desktop.bootstrap import TeamWorkspace, opened_team
from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.domain.batch import Batch, BatchStatus, ExecutionMode
from regbatch_desktop.domain.job import Job
from regbatch_desktop.remote.supabase.project import written
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services import batches
from regbatch_desktop.services.leads import create_batch, import_leads
from regbatch_desktop.services.reviewer import Reviewer, Selection
from tests.pipeline.workbench import leads
from tests.team.fixtures import PASSWORD, Team
from tests.team.practice_server import PracticeServer


async def until(condition: Callable[[], bool], *, within_s: float = 60.0) -> None:
    """TimeoutError when it does not come true."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - other processes tell nobody
            await asyncio.sleep(0.05)


@dataclass
class WorkerProcess:
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def started(cls, command: list[str], env: dict[str, str], log: Path) -> WorkerProcess:
        # Into files: a pipe that nobody reads is full after a minute or two, and the worker would wait for its reader.
        with log.open("wb") as errors, log.with_suffix(".health").open("wb") as health:
            return cls(subprocess.Popen(command, env=env, stdout=health, stderr=errors), log)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> tuple[int, list[dict[str, object]]]:
        """Orderly: the exit code and its health lines."""
        self.go_on()
        self.process.terminate()
        code = self.process.wait(timeout=60)
        return code, [json.loads(line) for line in self.log.with_suffix(".health").read_text().splitlines()]


@dataclass
class Office:
    """A team with a practice platform; `desk` is one desktop of it."""

    team: Team
    organisation_id: str
    server: PracticeServer
    folder: Path
    desk: TeamWorkspace
    workers: list[WorkerProcess] = field(default_factory=list)

    async def worker(self, *, lease_s: float = 60.0, at_once: int = 8, speed: float = 0.002, in_flight: int = 8) -> WorkerProcess:
        person = await self.team.person(self.organisation_id)
        project = self.folder / "project.json"
        project.write_text(written(self.team.stack.project))
        number = len(self.workers)
        env = os.environ | {"REGBATCH_PASSWORD": PASSWORD, "REGBATCH_DATA_DIR": str(self.folder / f"worker-{number}")}
        log = self.folder / f"worker-{number}.log"
        command = [
            sys.executable, "-m", "regbatch_desktop", "worker", "--project", str(project), "--email", person.email, "--at-once", str(at_once),
            "--lease", str(lease_s), "--health-every", "0.5", "--in-flight", str(in_flight), "--platform-url", self.server.url, "--speed", str(speed),
        ]  # fmt: skip
        started = await asyncio.to_thread(WorkerProcess.started, command, env, log)
        self.workers.append(started)
        return started

    async def batch(self, count: int, mode: ExecutionMode = ExecutionMode.PARALLEL) -> Batch:
        doors = self.desk.doors
        made = await create_batch(doors, (await import_leads(doors, leads(count))).added, mode=mode)
        await batches.start_batch(doors, made.id)
        return made

    async def jobs(self, batch: Batch) -> tuple[Job, ...]:
        return await self.desk.doors.store.jobs(batch.id)

    async def ended(self, batch: Batch, *, within_s: float = 160.0) -> BatchStatus:
        """Wait until every job ended or waits for somebody to say what became of a call."""
        async with asyncio.timeout(within_s):
            while True:
                jobs = await self.jobs(batch)
                if all(job.is_ended or (job.has_unknown and job.waits_for_person) for job in jobs):
                    return (await self.desk.doors.store.batch_progress(batch.id)).status
                await asyncio.sleep(0.2)

    async def held(self, batch: Batch) -> set[str]:
        """The restaurants' jobs that some worker holds now."""
        rows = await self.team.sql.fetch(
            "select resource_id from public.run_leases where expires_at > now() and resource_id in "
            "(select id::text from public.registration_jobs where batch_job_id = $1)",
            batch.id,
        )
        return {row["resource_id"] for row in rows}

    async def taken(self, batch: Batch, jobs: set[str] | None = None, *, within_s: float = 60.0) -> set[str]:
        """Wait until each of these was held by somebody, or any at all; what is held then."""
        seen: set[str] = set()
        async with asyncio.timeout(within_s):
            while not (now := await self.held(batch)) or not (jobs or set()) <= (seen := seen | now):  # noqa: ASYNC110 - others tell nobody
                await asyncio.sleep(0.05)
        return now

    async def paused_in_a_call(self, worker: WorkerProcess, batch: Batch, *, within_s: float = 60.0) -> set[str]:
        """Pause it while a call of a restaurant it holds is under way, with calls of that restaurant still to come; what it holds then.

        What it does next under that lease is refused once somebody else has the restaurant.
        """
        under_way = (
            "select count(*) from public.effects e where e.state = 'intent' and e.job_id::text = any($1) "
            "and (select count(*) from public.effects o where o.job_id = e.job_id) < 6"
        )
        async with asyncio.timeout(within_s):
            while True:
                await self.taken(batch)
                worker.pause()
                holding = await self.held(batch)
                if await self.team.sql.fetchval(under_way, list(holding)):
                    return holding
                worker.go_on()
                await asyncio.sleep(0.05)

    async def let_go(self, batch: Batch, *, within_s: float = 10.0) -> None:
        """Wait until nobody holds a restaurant of it any more."""
        async with asyncio.timeout(within_s):
            while await self.held(batch):  # noqa: ASYNC110 - a lease ends without a word
                await asyncio.sleep(0.05)

    @contextlib.asynccontextmanager
    async def deciding(self, batch: Batch) -> AsyncIterator[None]:
        """A person at the desk, who hears of waiting restaurants through the change feed only."""
        scope = TaskScope("office")
        reviewer = Reviewer(self.desk.doors, selection=Selection.BEST, practice_contacts=True)
        scope.spawn(self.desk.feed.run(), name="feed")
        scope.spawn(reviewer.run(batch.id), name="reviewer")
        scope.spawn(self._poke(), name="pokes")
        try:
            yield
        finally:
            await scope.aclose()

    async def _poke(self) -> None:
        # As Realtime would, so that nobody waits for the interval.
        while True:
            await asyncio.sleep(0.3)
            self.desk.feed.poke()


@contextlib.asynccontextmanager
async def office(team: Team, server: PracticeServer, folder: Path) -> AsyncIterator[Office]:
    organisation_id = await team.organisation("Office")
    person = await team.person(organisation_id)
    services = Services(platform_url=server.url, speed=0.002)
    organisation = Organisation(organisation_id, "Office", "member")
    async with opened_team(team.stack.project, person.tokens, organisation, services, keep=lambda _: None) as desk:
        made = Office(team, organisation_id, server, folder, desk)
        try:
            yield made
        finally:
            for each in made.workers:
                if each.process.poll() is None:
                    each.go_on()
                    each.kill()

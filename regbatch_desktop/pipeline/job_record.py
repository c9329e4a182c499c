"""One job as the engine holds it: the last committed value, and the one way to change it.

Owns: decide → commit by compare-and-swap → decide again on a conflict, one commit at a time per job.
Never: decides anything itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from uuid import uuid4

from regbatch_desktop.domain.errors import Conflict
from regbatch_desktop.domain.job import Job
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import ChangeSet, Committed, Lease, SaveJob, Write
from regbatch_desktop.runtime.changes import Change

MAX_DECISIONS = 8
# Unique without asking the system for randomness at every one of a batch's two thousand commits.
_PROCESS = uuid4().hex
_numbers = count(1)


def mutation_id() -> str:
    """A new mutation id: this process's random name and a number."""
    return f"{_PROCESS}-{next(_numbers)}"


class LeaseLost(Exception):
    """Another instance runs this job now; whatever was sent here is still recorded."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The job after the decision and the writes that go with it."""

    job: Job
    writes: Sequence[Write] = ()


Decide = Callable[[Job], Plan | None]


class JobRecord:
    """A job under a lease."""

    def __init__(self, doors: Doors, job: Job) -> None:
        self._doors = doors
        self.job = job
        self.lease: Lease | None = None
        self._one_at_a_time = asyncio.Lock()

    async def reload(self) -> Job:
        """Read the job again; somebody else may have changed it."""
        self.job = await self._doors.store.job(self.job.id)
        return self.job

    async def commit(self, decide: Decide, *, fenced: bool = False) -> Job:
        """Commit what `decide` makes of the newest job; it may be called again after a conflict. None = nothing to do.

        With `fenced` the commit is refused when the lease is not valid any more: raises LeaseLost.
        """
        async with self._one_at_a_time:
            for _ in range(MAX_DECISIONS):
                plan = decide(self.job)
                if plan is None:
                    return self.job
                after = plan.job
                writes = tuple(plan.writes)
                if after is not self.job:
                    after = replace(after, version=self.job.version + 1)
                    writes = (SaveJob(self.job, after), *writes)
                if not writes:
                    return self.job
                lease = self.lease if fenced else None
                answer = await self._doors.store.commit(ChangeSet(mutation_id(), writes, lease))
                if isinstance(answer, Committed):
                    self.job = after
                    self._doors.changes.publish(Change("job", (after.id,)))
                    if after.waits_for_person:
                        # Who decides for people need not read a job at each of its hundred commits.
                        self._doors.changes.publish(Change("waiting", (after.id,)))
                    return after
                if answer.fenced:
                    raise LeaseLost(self.job.id)
                await self.reload()
            raise Conflict("This restaurant is being changed by somebody else at the same time; please try again.")

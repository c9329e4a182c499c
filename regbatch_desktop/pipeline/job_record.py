"""One job as the engine holds it: the last committed value, what it will be next, and the one way to change it.

Owns: decide → commit by compare-and-swap → decide again on a conflict, one commit at a time per job.
Never: decides anything itself; shows a draft as a fact.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from regbatch_desktop.domain.errors import Conflict
from regbatch_desktop.domain.job import Job
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import ChangeSet, Committed, Lease, SaveJob, Write
from regbatch_desktop.runtime.changes import Change

MAX_DECISIONS = 8


class LeaseLost(Exception):
    """Another instance runs this job now; whatever was sent here is still recorded."""


class Plan(Struct, frozen=True):
    """The job after the decision and the writes that go with it."""

    job: Job
    writes: Sequence[Write] = ()


Decide = Callable[[Job], Plan | None]


class _Asked:
    """One caller's decision, what it made of which job and, in the end, its answer."""

    __slots__ = ("_woken", "decide", "error", "fenced", "job", "on", "plan")

    def __init__(self, decide: Decide, *, fenced: bool) -> None:
        self.decide = decide
        self.fenced = fenced
        self.on: Job | None = None
        self.plan: Plan | None = None
        self.job: Job | None = None
        self.error: Exception | None = None
        self._woken: asyncio.Future[None] | None = None

    @property
    def is_settled(self) -> bool:
        return self.job is not None or self.error is not None

    async def woken(self) -> None:
        """Wait until somebody has news for this caller: an answer, or that it is its turn."""
        self._woken = asyncio.get_running_loop().create_future()
        await self._woken

    def wake(self) -> None:
        """There is news."""
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    def foreseen_on(self, job: Job) -> Job:
        """The job after the decision, as far as it can be said before its turn has come."""
        try:
            self.plan = self.decide(job)
        except Exception:
            return job
        self.on = job
        return job if self.plan is None else self.plan.job

    def decided_on(self, job: Job) -> Job:
        """The job after the decision; what was foreseen on the same job holds."""
        if job is not self.on:
            self.plan, self.on = None, job
            try:
                self.plan = self.decide(job)
            except Exception as error:
                self.error = error
        return job if self.plan is None else self.plan.job


class JobRecord:
    """A job under a lease. What its sub-steps decide in the same turn of the loop, or while a commit is under way, shares a change
    set; and so does what follows from a decision, by `draft` and `followed_by`.
    """

    def __init__(self, doors: Doors, job: Job) -> None:
        self._doors = doors
        self.job = job
        # What the job will be when everything asked for so far is committed. Only for deciding what to ask for next.
        self.draft = job
        self._go_on: Callable[[], None] | None = None
        self._has_news = False
        self.lease: Lease | None = None
        # A random name once and then numbers: unique without asking the system for randomness at every commit.
        self._name = uuid4().hex
        self._numbers = count(1)
        self._asked: list[_Asked] = []
        self._is_committing = False

    async def reload(self) -> Job:
        """Read the job again; somebody else may have changed it."""
        self.job = self.draft = await self._doors.store.job(self.job.id)
        return self.job

    @contextlib.contextmanager
    def followed_by(self, go_on: Callable[[], None]) -> Iterator[None]:
        """Meanwhile `go_on` is called before an outcome is committed; what it asks for at once goes into the same change set."""
        self._go_on = go_on
        try:
            yield
        finally:
            self._go_on = None

    async def commit(self, decide: Decide, *, fenced: bool = False) -> Job:
        """Commit what `decide` makes of the newest job; it may be called again after a conflict. None = nothing to do.

        With `fenced` the commit is refused when the lease is not valid any more: raises LeaseLost.
        """
        asked = _Asked(decide, fenced=fenced)
        self._asked.append(asked)
        self.draft = asked.foreseen_on(self.draft)
        # What is fenced begins something; only what has become of something makes room for more.
        self._has_news |= not fenced
        try:
            while not asked.is_settled:
                if self._is_committing:
                    await asked.woken()
                    continue
                self._is_committing = True
                try:
                    await self._gather()
                    await self._commit_what_is_asked()
                finally:
                    self._is_committing = False
        finally:
            if asked in self._asked:
                self._asked.remove(asked)
                self.draft = self.job
            if self._asked and not self._is_committing:
                self._asked[0].wake()
        if asked.error is not None:
            raise asked.error
        return asked.job or self.job

    async def _gather(self) -> None:
        """What else this job decides in this turn of the loop, and what follows from it, goes together."""
        more = True
        while more:
            so_far = len(self._asked)
            if self._go_on is not None and self._has_news:
                self._has_news = False
                self._go_on()
            await asyncio.sleep(0)
            more = self._go_on is not None and len(self._asked) > so_far

    async def _commit_what_is_asked(self) -> None:
        together, self._asked = self._asked, []
        try:
            if len(together) > 1 and await self._try(together):
                return
            # Alone, what does not fit cannot hold up the others.
            for asked in together:
                for _ in range(MAX_DECISIONS):
                    if asked.is_settled or await self._try([asked]):
                        break
                else:
                    asked.error = Conflict(
                        "This restaurant is being changed by somebody else at the same time; please try again."
                    )
        finally:
            # Left over only when this caller was cancelled: the next one takes them up.
            self._asked = [asked for asked in together if not asked.is_settled] + self._asked
            for asked in together:
                asked.wake()

    async def _try(self, group: Sequence[_Asked]) -> bool:
        """One change set for all of them. False: nothing was written, decide again."""
        job, writes, decided = self.job, list[Write](), list[_Asked]()
        for asked in group:
            job = asked.decided_on(job)
            if asked.error is None:
                decided.append(asked)
                writes.extend(asked.plan.writes if asked.plan else ())
        if job is not self.job:
            if job.version != self.job.version + 1:
                # Several decisions together are one commit.
                job = replace(job, version=self.job.version + 1)
            writes.insert(0, SaveJob(self.job, job))
        self.draft = job
        if writes and not await self._written(job, writes, decided):
            self.draft = self.job
            return False
        for asked in decided:
            asked.job = job
        return True

    async def _written(self, job: Job, writes: Sequence[Write], decided: Sequence[_Asked]) -> bool:
        lease = self.lease if any(asked.fenced for asked in decided) else None
        try:
            answer = await self._doors.store.commit(ChangeSet(f"{self._name}-{next(self._numbers)}", tuple(writes), lease))
        except Exception as error:
            if len(decided) == 1:
                decided[0].error = error
            return False
        if isinstance(answer, Committed):
            self.job = job
            self._doors.changes.publish(Change("job", (job.id,)))
            if job.waits_for_person:
                # Who decides for people need not read a job at each of its hundred commits.
                self._doors.changes.publish(Change("waiting", (job.id,)))
            return True
        if answer.fenced:
            for asked in decided:
                if asked.fenced:
                    asked.error = LeaseLost(self.job.id)
        else:
            await self.reload()
        return False

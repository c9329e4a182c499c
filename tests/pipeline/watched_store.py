"""One actor's view of the shared workspace: notes every commit that breaks a rule, and can die like a process."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from msgspec import structs

from regbatch_desktop.domain.effects import EffectState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import JOB_TRANSITIONS, STEP_TRANSITIONS, SUB_STEP_TRANSITIONS, JobStatus
from regbatch_desktop.domain.sub_steps import SubStepStatus
from regbatch_desktop.domain.transitions import derived_status
from regbatch_desktop.ports import ChangeSet, CommitAnswer, Committed, Lease, SaveEffect, SaveJob
from tests.pipeline.proving_ground import MovedClock

S = TypeVar("S", bound=Hashable)
# One commit may carry several events: a reopened Step 6 is reset, started and settled; a lost call retried and started.
STEP_EVENTS, SUB_STEP_EVENTS, JOB_EVENTS = 3, 2, 3


def within(pairs: Iterable[tuple[S, S]], events: int) -> frozenset[tuple[S, S]]:
    """What at most so many transitions lead to; staying where one is counts as none."""
    single = frozenset(pairs)
    places = {place for pair in single for place in pair}
    found = {(place, place) for place in places}
    for _ in range(events):
        found |= {(start, end) for start, middle in found for begin, end in single if begin == middle}
    return frozenset(found)


def _pairs(table: Mapping[tuple[S, Any], S]) -> Iterable[tuple[S, S]]:
    return ((old, new) for (old, _event), new in table.items())


_STEPS = within(_pairs(STEP_TRANSITIONS), STEP_EVENTS)
_SUB_STEPS = within(_pairs(SUB_STEP_TRANSITIONS), SUB_STEP_EVENTS)
_JOBS = within(JOB_TRANSITIONS, JOB_EVENTS)


class ProcessGone(Exception):
    """The process that would have gone on here is dead."""


@dataclass
class Watch:
    """What all actors did. `held`: who may run which job, until when."""

    clock: MovedClock
    broken: list[str] = field(default_factory=list)
    held: dict[str, Lease] = field(default_factory=dict)

    def is_held_by_another(self, job_id: str, instance_id: str) -> bool:
        lease = self.held.get(job_id)
        return lease is not None and lease.instance_id != instance_id and lease.expires_at > self.clock.now()

    def expect(self, kept: bool, sentence: str) -> None:
        if not kept:
            self.broken.append(sentence)

    def granted(self, lease: Lease) -> None:
        last = self.held.get(lease.resource_id)
        self.expect(not self.is_held_by_another(lease.resource_id, lease.instance_id), f"two live leases: {last} {lease}")
        if last is not None and last.instance_id != lease.instance_id:
            self.expect(lease.token > last.token, f"the token did not rise: {last} {lease}")
        self.held[lease.resource_id] = lease

    def committed(self, actor: str, change: ChangeSet) -> None:
        for write in change.writes:
            if isinstance(write, SaveJob):
                self._job(actor, write.before, write.after)
            elif isinstance(write, SaveEffect) and write.expected is EffectState.SUCCEEDED:
                self.expect(write.effect.state is EffectState.SUCCEEDED, f"{actor} unmade the success of {write.effect.name}")
        cancelled = any(isinstance(write, SaveJob) and write.after.cancelled_at is not None for write in change.writes)
        intends = any(isinstance(write, SaveEffect) and write.effect.state is EffectState.INTENT for write in change.writes)
        self.expect(not (cancelled and intends), f"{actor} began a call of a cancelled job")
        self.expect(not intends or change.lease is not None, f"{actor} began a call without a lease")

    def _job(self, actor: str, before: Job, after: Job) -> None:
        self.expect(after.version == before.version + 1, f"{actor}: version {before.version} -> {after.version}")
        self.expect(after.status is derived_status(after), f"{actor}: the status does not follow from the steps")
        self.expect((before.status, after.status) in _JOBS, f"{actor}: job {before.status} -> {after.status}")
        if before.status is JobStatus.CANCELLED:
            self.expect(after.status is JobStatus.CANCELLED, f"{actor}: a cancelled job became {after.status}")
        for old, new in zip(before.steps, after.steps, strict=True):
            moved = f"{actor}: step {old.number} {old.status} -> {new.status}"
            self.expect((old.status, new.status) in _STEPS, moved)
            self.expect(actor == "person" or not old.is_done or new.is_done, f"an engine reopened, L9: {moved}")
        for key, sub in before.sub_steps.items():
            status = after.sub_steps[key].status
            self.expect((sub.status, status) in _SUB_STEPS, f"{actor}: {key} {sub.status} -> {status}")
            undone = sub.status is SubStepStatus.COMPLETED and status is not SubStepStatus.COMPLETED
            self.expect(actor == "person" or not undone, f"an engine undid {key}: {status}")


def _recorded(change: ChangeSet) -> set[str]:
    effects = (write.effect for write in change.writes if isinstance(write, SaveEffect))
    return {effect.name for effect in effects if effect.state is not EffectState.INTENT}


class WatchedStore:
    """The real store under one actor's name. `dies_after`: the commit (from 1) that is the process's last; `dies_recording`: the call
    whose outcome it is about to record then, whichever commit that is.
    """

    def __init__(
        self, inner: Any, watch: Watch, actor: str, *, dies_after: int = 0, dies_recording: str = "", answer_lost: bool = False
    ) -> None:
        self._inner = inner
        self._watch = watch
        self._actor = actor
        self._left = dies_after
        self._dies_recording = dies_recording
        self._answer_lost = answer_lost
        self.is_dead = False

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)

        async def call(*given: Any, **named: Any) -> Any:
            self._live()
            return await inner(*given, **named)

        return call

    def _live(self) -> None:
        if self.is_dead:
            raise ProcessGone(self._actor)

    async def commit(self, change: ChangeSet) -> CommitAnswer:
        self._live()
        self._left -= 1
        last = self._left == 0 or self._dies_recording in _recorded(change)
        self.is_dead = self.is_dead or last
        if last and not self._answer_lost:
            raise ProcessGone(self._actor)
        answer: CommitAnswer = await self._inner.commit(change)
        if isinstance(answer, Committed) and not answer.duplicate:
            self._watch.committed(self._actor, change)
        self._live()
        return answer

    async def acquire_lease(self, resource_id: str, *, instance_id: str, ttl_s: float) -> Lease | None:
        self._live()
        lease: Lease | None = await self._inner.acquire_lease(resource_id, instance_id=instance_id, ttl_s=ttl_s)
        if lease is not None:
            self._watch.granted(lease)
        return lease

    async def release_lease(self, lease: Lease) -> None:
        self._live()
        if (held := self._watch.held.get(lease.resource_id)) is not None and held.token == lease.token:
            self._watch.held[lease.resource_id] = structs.replace(held, expires_at=self._watch.clock.now())
        await self._inner.release_lease(lease)

"""One restaurant moving through its steps by itself, under a lease, until it ends, waits, or is asked to stop.

Owns: turning a processor's answer into a committed transition.
Never: waits for another restaurant (L8); runs a step that is not its turn (L9).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

from regbatch_desktop.domain.effects import EffectVerdict, on_ambiguity
from regbatch_desktop.domain.errors import Conflict, Offline, RegBatchError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import STEPS, JobStatus, StepEvent, StepStatus, StepType
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepStatus
from regbatch_desktop.domain.transitions import apply_step
from regbatch_desktop.pipeline.account_turn import AccountTurn
from regbatch_desktop.pipeline.backoff import delay_s
from regbatch_desktop.pipeline.definition import LIMITED_STEP, Processor
from regbatch_desktop.pipeline.doors import Doors, InFlight
from regbatch_desktop.pipeline.effect_calls import EffectCalls
from regbatch_desktop.pipeline.job_record import JobRecord, LeaseLost, Plan
from regbatch_desktop.pipeline.kept_lease import kept_lease
from regbatch_desktop.pipeline.outcomes import Done, Failed, NeedsPerson, RetryLater, Skipped, StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.ports import SaveRestaurant
from regbatch_desktop.runtime.stop_signal import StopSignal
from regbatch_desktop.runtime.tasks import TaskScope

_log = logging.getLogger(__name__)


class JobRunner:
    """Runs one job. `may_start` says whether the batch still starts new work (>50 % rule)."""

    def __init__(
        self,
        doors: Doors,
        job: Job,
        *,
        stop: StopSignal,
        scope: TaskScope,
        account_turn: AccountTurn,
        limited: AbstractAsyncContextManager[object],
        in_flight: dict[str, InFlight],
        may_start: Callable[[], bool],
        draw: random.Random,
        processors: Mapping[int, Processor],
    ) -> None:
        self._doors = doors
        self._record = JobRecord(doors, job)
        self._stop = stop
        self._scope = scope
        self._account_turn = account_turn
        self._limited = limited
        self._in_flight = in_flight
        self._may_start = may_start
        self._draw = draw
        self._processors = processors
        self._asked_again = False
        self.held_elsewhere = False

    @property
    def job(self) -> Job:
        """The last committed job."""
        return self._record.job

    async def run(self) -> None:
        """Move the job on as far as it goes by itself; returns at once when another instance holds it."""
        async with kept_lease(self._doors, self._record, self._scope) as is_ours:
            if not is_ours:
                self.held_elsewhere = True
                return
            try:
                await self._record.reload()
                while await self._advance():
                    pass
            except LeaseLost:
                _log.warning("lease lost", extra={"job_id": self.job.id})

    async def _advance(self) -> bool:
        """One step further; False when nothing more happens here by itself."""
        job = self.job
        if self._stop.is_set or job.cancelled_at is not None or job.status is JobStatus.COMPLETED:
            return False
        number = job.current_step
        step = job.step(number)
        if step.status is StepStatus.FAILED:
            return False
        if step.status is StepStatus.ACTION_REQUIRED and not self._can_ask_again(job):
            return False
        if step.status is StepStatus.PENDING and STEPS[number - 1].step_type is StepType.ACTION_REQUIRED:
            await self._move(number, StepEvent.NEED_PERSON)
            return False
        if step.status is StepStatus.RETRYING and not await self._wait_for(job):
            return not self._stop.is_set and self.job.cancelled_at is None and self.job is not job
        gate: AbstractAsyncContextManager[object] = self._limited if number == LIMITED_STEP else nullcontext()
        async with gate:
            if step.status is not StepStatus.IN_PROGRESS:
                if self._stop.is_set or not self._may_start():
                    return False
                if not await self._move(number, StepEvent.START):
                    return self.job is not job
            return await self._process(number)

    def _can_ask_again(self, job: Job) -> bool:
        """Step 6 waits for a person about an unknown outcome that the platform can be asked about: ask it once more."""
        askable = any(
            sub.status is SubStepStatus.UNKNOWN and on_ambiguity(SUB_STEPS[key].effect_class) is EffectVerdict.QUERY
            for key, sub in job.sub_steps.items()
        )
        if job.current_step != LIMITED_STEP or not askable or self._asked_again:
            return False
        self._asked_again = True
        return True

    async def _wait_for(self, job: Job) -> bool:
        due = job.step(job.current_step).next_attempt_at
        left = (due - self._doors.clock.now()).total_seconds() if due else 0.0
        return await self._stop.poll(min(left, 900.0), lambda: self.job is job)

    async def _process(self, number: int) -> bool:
        restaurant = await self._doors.store.restaurant(self.job.restaurant_id)
        calls = EffectCalls(
            self._doors, self._record, restaurant_name=restaurant.name, stop=self._stop, in_flight=self._in_flight
        )
        context = StepContext(
            doors=self._doors,
            record=self._record,
            restaurant=restaurant,
            calls=calls,
            stop=self._stop,
            scope=self._scope,
            account_turn=self._account_turn,
            draw=self._draw,
        )
        try:
            outcome = await self._processors[number](context)
        except (LeaseLost, Conflict, Offline):
            # The authority is away: that says nothing about the step.
            raise
        except RegBatchError as error:
            outcome = Failed(error.code, error.sentence)
        except Exception as error:
            _log.exception("step %d failed unexpectedly", number, extra={"job_id": self.job.id})
            outcome = Failed("UNEXPECTED", f"An unexpected problem stopped this step ({type(error).__name__}).")
        return await self._settle(number, outcome)

    async def _settle(self, number: int, outcome: StepOutcome) -> bool:
        match outcome:
            case Done(result=result, writes=writes):
                return await self._complete(number, writes, dict(result))
            case NeedsPerson(code=code, sentence=sentence, writes=writes):
                await self._move(number, StepEvent.NEED_PERSON, writes=writes, error_code=code, error_message=sentence)
                return False
            case Skipped(reason=reason):
                return await self._move(number, StepEvent.SKIP, result_data={"reason": reason})
            case Failed(code=code, sentence=sentence):
                await self._move(number, StepEvent.FAIL, error_code=code, error_message=sentence)
                return False
            case RetryLater():
                return await self._retry_later(number, outcome)
            case _:
                step = self.job.step(6)
                return self.job.current_step != number or (step.status is StepStatus.PENDING)

    async def _complete(self, number: int, writes: tuple[object, ...], result: dict[str, object]) -> bool:
        """While the step was under way a person may have written a note: both are kept."""
        for last in (False, False, True):
            newest = [await self._on_newest(write) if isinstance(write, SaveRestaurant) else write for write in writes]
            try:
                return await self._move(number, StepEvent.COMPLETE, writes=tuple(newest), result_data=result)
            except Conflict:
                if last or not any(isinstance(write, SaveRestaurant) for write in writes):
                    raise
        raise AssertionError("unreachable")

    async def _on_newest(self, write: SaveRestaurant) -> SaveRestaurant:
        if write.before is None:
            return write
        newest = await self._doors.store.restaurant(write.after.id)
        return SaveRestaurant(newest, newest.with_changes(write.before, write.after))

    async def _retry_later(self, number: int, outcome: RetryLater) -> bool:
        limits = self._doors.limits
        attempt = self.job.step(number).attempt
        if attempt > limits.max_retries:
            sentence = f"{outcome.sentence} (tried {attempt} times)"
            await self._move(number, StepEvent.FAIL, error_code=outcome.code, error_message=sentence)
            return False
        wait = delay_s(attempt, limits=limits, retry_after_s=outcome.after_s, draw=self._draw)
        due = self._doors.clock.now() + timedelta(seconds=wait)
        return await self._move(
            number, StepEvent.RETRY_LATER, next_attempt_at=due, error_code=outcome.code, error_message=outcome.sentence
        )

    def _goes_straight_on(self, job: Job, number: int) -> bool:
        """The next step starts in the same commit: it is automatic, not limited, and nobody asked to stop."""
        if number >= LIMITED_STEP or self._stop.is_set or not self._may_start():
            return False
        return STEPS[number - 1].step_type is not StepType.ACTION_REQUIRED and job.step(number).status is StepStatus.PENDING

    async def _move(self, number: int, event: StepEvent, *, writes: tuple[object, ...] = (), **changes: object) -> bool:
        """Commit one transition if the step is still where it was decided; False when somebody moved it meanwhile.

        Always under the lease: what a step came to is its holder's to say; only a call's outcome is accepted late.
        """
        expected = self.job.step(number)
        now = self._doors.clock.now()
        moved = False

        def decide(job: Job) -> Plan | None:
            nonlocal moved
            moved = job.cancelled_at is None and job.step(number).status is expected.status
            if not moved:
                return None
            after = apply_step(job, number, event, now=now, **changes)
            if event is StepEvent.COMPLETE and self._goes_straight_on(after, number + 1):
                after = apply_step(after, number + 1, StepEvent.START, now=now)
            return Plan(after, writes)  # type: ignore[arg-type]

        await self._record.commit(decide, fenced=True)
        return moved

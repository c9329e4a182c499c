"""One job under random legal and illegal events: it never reaches a state that nothing explains."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from regbatch_desktop.domain.batch import Batch, batch_progress
from regbatch_desktop.domain.errors import RuleError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import (
    JOB_TRANSITIONS,
    STEP_TRANSITIONS,
    STEPS,
    SUB_STEP_TRANSITIONS,
    JobStatus,
    StepEvent,
    StepStatus,
    StepType,
    SubStepEvent,
)
from regbatch_desktop.domain.sub_step_flow import readiness, reset_sub_step, set_sub_step, settle_step_six
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.domain.transitions import (
    apply_step,
    apply_sub_step,
    cancel,
    derived_status,
    retry_from,
    start,
)

NUMBERS = st.integers(1, 6)
KEYS = st.sampled_from(SubStepKey)


class OneJob(RuleBasedStateMachine):
    """Every event goes through the public functions; a refusal changes nothing."""

    @initialize()
    def begin(self) -> None:
        self.now = datetime(2026, 5, 4, 12, tzinfo=UTC)
        self.job = Job(id="j", batch_id="b", restaurant_id="r", organisation_id="o")

    def _try(self, change: Callable[[Job], Job]) -> bool:
        """Apply; True if it was accepted and changed something."""
        before = self.job
        self.now += timedelta(seconds=1)
        try:
            after = change(before)
        except RuleError:
            return False
        if after is before:
            return False
        assert after.version > before.version, "every change raises the version"
        assert after.status is before.status or (before.status, after.status) in JOB_TRANSITIONS
        if before.status is JobStatus.CANCELLED:
            assert after.status is JobStatus.CANCELLED
            assert after.steps == before.steps
        self.job = after
        return True

    def _sub_step(self, key: SubStepKey, event: SubStepEvent, **changes: str) -> bool:
        return self._try(lambda job: apply_sub_step(job, key, event, now=self.now, **changes))

    @rule()
    def person_starts(self) -> None:
        was = self.job.status
        assert self._try(lambda job: start(job, now=self.now)) is (was is JobStatus.PENDING)

    @rule(number=NUMBERS, event=st.sampled_from(StepEvent))
    def step_event(self, number: int, event: StepEvent) -> None:
        before = self.job
        if self._try(lambda job: apply_step(job, number, event, now=self.now)):
            assert (before.step(number).status, event) in STEP_TRANSITIONS
            if event is StepEvent.START:
                assert all(step.is_done for step in before.steps[: number - 1]), "started early (L9)"

    @rule(key=KEYS, event=st.sampled_from(SubStepEvent))
    def sub_step_event(self, key: SubStepKey, event: SubStepEvent) -> None:
        before = self.job
        if self._try(lambda job: apply_sub_step(job, key, event, now=self.now)):
            assert (before.sub_steps[key].status, event) in SUB_STEP_TRANSITIONS
            if before.cancelled_at is not None:
                assert event is not SubStepEvent.START, "a new call in a cancelled job (L15)"

    @rule(outcome=st.sampled_from((SubStepEvent.COMPLETE, SubStepEvent.FAIL, SubStepEvent.LOSE)))
    def engine_turn(self, outcome: SubStepEvent) -> None:
        """Bring the job on its ordinary way, so that the random events meet every depth of it."""
        job, number = self.job, self.job.current_step
        if job.cancelled_at is not None:
            return
        status = job.step(number).status
        if number < 6 or status in (StepStatus.PENDING, StepStatus.RETRYING):
            event = StepEvent.START if status in (StepStatus.PENDING, StepStatus.RETRYING) else StepEvent.COMPLETE
            self._try(lambda each: apply_step(each, number, event, now=self.now))
            return
        plan = readiness(job, now=self.now)
        for key, reason in plan.skip.items():
            self._sub_step(key, SubStepEvent.SKIP, reason=reason)
        for key in plan.ready:
            self._sub_step(key, SubStepEvent.START)
            self._sub_step(key, outcome)
        self._try(lambda each: settle_step_six(each, now=self.now))

    @rule(number=st.integers(0, 7), reset_config=st.booleans())
    def person_retries(self, number: int, reset_config: bool) -> None:
        before = self.job
        if self._try(lambda job: retry_from(job, number, now=self.now, reset_config=reset_config)):
            for key, sub in before.sub_steps.items():
                if sub.status in (SubStepStatus.COMPLETED, SubStepStatus.UNKNOWN, SubStepStatus.IN_PROGRESS):
                    assert self.job.sub_steps[key] == sub, "a retry never forgets what happened outside (L17)"

    @rule(key=KEYS, cascade=st.booleans(), new_effect=st.booleans())
    def person_resets(self, key: SubStepKey, cascade: bool, new_effect: bool) -> None:
        self._try(lambda job: reset_sub_step(job, key, now=self.now, cascade=cascade, new_effect=new_effect))

    @rule(key=KEYS, status=st.sampled_from(SubStepStatus))
    def person_sets(self, key: SubStepKey, status: SubStepStatus) -> None:
        if self._try(lambda job: set_sub_step(job, key, status, now=self.now, reason="by hand")):
            assert self.job.sub_steps[key].status is status

    @rule(sure=st.integers(0, 7))
    def person_cancels(self, sure: int) -> None:
        if sure == 7:
            self._try(lambda job: cancel(job, now=self.now))

    @invariant()
    def status_follows_from_the_steps(self) -> None:
        assert self.job.status is derived_status(self.job)
        assert (self.job.completed_at is not None) is self.job.is_ended
        batch = Batch(id="b", organisation_id="o", name="n", started_at=self.now)
        assert batch_progress(batch, [self.job.status]).counts[self.job.status] == 1

    @invariant()
    def a_persons_step_never_stays_hidden(self) -> None:
        for definition in STEPS:
            before = self.job.steps[: definition.number - 1]
            if definition.step_type is StepType.ACTION_REQUIRED and all(step.is_done for step in before):
                assert self.job.step(definition.number).status is not StepStatus.PENDING, "panel hidden (L10)"

    @invariant()
    def stamps_agree_with_the_status(self) -> None:
        for step in self.job.steps:
            ended = step.is_done or step.status is StepStatus.FAILED
            assert (step.completed_at is not None) is ended or step.status is StepStatus.ACTION_REQUIRED
            assert not (step.is_done and step.error_code)
        for sub in self.job.sub_steps.values():
            assert sub.next_attempt_at is None or sub.status is SubStepStatus.RETRYING
            assert sub.completed_at is not None or not sub.is_ended
            assert sub.generation >= 1


TestOneJob = OneJob.TestCase
TestOneJob.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)

"""Step 6: the 12 sub-steps, each as soon as what it needs is done, each at most once.

Owns: running the graph of design §4 for one restaurant, in one process.
Never: decides the graph (domain/sub_step_flow.py) or makes a call outside the durable-call protocol.
"""

from __future__ import annotations

import asyncio
import contextlib

from msgspec.structs import replace

from regbatch_desktop.domain.configuration import YoloConfiguration
from regbatch_desktop.domain.configuration.sub_step_bodies import skip_reason
from regbatch_desktop.domain.effects import CallOutcome, EffectClass, OutcomeKind
from regbatch_desktop.domain.errors import Conflict, ServiceError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import StepStatus, SubStepEvent
from regbatch_desktop.domain.sub_step_flow import Readiness, next_due, readiness, settle_step_six
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey, SubStepStatus
from regbatch_desktop.domain.transitions import apply_sub_step
from regbatch_desktop.pipeline.job_record import Plan
from regbatch_desktop.pipeline.outcomes import Settled, StepOutcome
from regbatch_desktop.pipeline.restaurant_profile import send_profile
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.pipeline.sub_step_requests import sub_step_request

_RESUMABLE = (SubStepStatus.IN_PROGRESS, SubStepStatus.UNKNOWN)


async def process(context: StepContext) -> StepOutcome:
    """Runs until nothing in the step moves by itself any more; every transition is committed on the way."""
    return await _AccountSetup(context, await context.configuration()).run()


class _AccountSetup:
    def __init__(self, context: StepContext, configuration: YoloConfiguration) -> None:
        self._context = context
        self._configuration = configuration
        self._running: dict[SubStepKey, asyncio.Task[None]] = {}
        self._one_has_ended = asyncio.Event()
        self._may_begin = False
        # What an earlier process left open is taken up once; what stays unknown then waits for a person.
        self._taken_up: set[SubStepKey] = set()

    async def run(self) -> StepOutcome:
        try:
            with self._context.record.followed_by(self._start_what_can_run):
                sent = await send_profile(self._context, _profile(self._configuration), arrived=self._profile_has_arrived)
                if sent is not None:
                    return sent
                self._profile_has_arrived()
                return await self._run_until_nothing_moves()
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _profile_has_arrived(self) -> None:
        """The platform knows the restaurant as the sub-steps want it (L25)."""
        self._may_begin = True

    async def _run_until_nothing_moves(self) -> StepOutcome:
        while True:
            await self._skip_what_cannot_run()
            self._start_what_can_run()
            if self._running:
                await self._wait_for_one()
            elif not await self._wait_for_retry():
                return Settled()

    def _not_wanted(self, plan: Readiness) -> dict[SubStepKey, str]:
        """What is skipped now, with the reason."""
        return plan.skip or {key: reason for key in plan.ready if (reason := skip_reason(key, self._configuration))}

    async def _skip_what_cannot_run(self) -> None:
        now = self._context.doors.clock.now()

        def decide(job: Job) -> Plan | None:
            before = job
            while job.cancelled_at is None and (reasons := self._not_wanted(readiness(job, now=now))):
                for key, reason in reasons.items():
                    job = apply_sub_step(job, key, SubStepEvent.SKIP, now=now, reason=reason)
            return None if job is before else Plan(job)

        # Looked at first: nearly always there is nothing to skip, and then nothing to wait for.
        if decide(self._context.job) is not None:
            await self._context.record.commit(decide)

    def _start_what_can_run(self) -> None:
        """By the draft: the intent of what follows from an outcome goes into the outcome's change set."""
        if not self._may_begin or not self._context.wanted():
            return
        job = self._context.draft
        plan = readiness(job, now=self._context.doors.clock.now())
        wanted = [key for key in plan.ready if not skip_reason(key, self._configuration)]
        for key, sub in job.sub_steps.items():
            # A blind call that is not known waits for a person; everything else can find out by itself.
            asks = sub.status is SubStepStatus.UNKNOWN and SUB_STEPS[key].effect_class is EffectClass.BLIND
            if sub.status in _RESUMABLE and not asks and key not in self._taken_up:
                wanted.append(key)
        for key in wanted:
            if key not in self._running:
                self._taken_up.add(key)
                self._running[key] = self._context.scope.spawn(self._run_one(key), name=f"sub-step:{key.value}")

    async def _run_one(self, key: SubStepKey) -> None:
        job = self._context.job
        before, foreseen = job.sub_steps[key], self._context.draft is not job
        try:
            await self._call(key)
        finally:
            self._one_has_ended.set()
        stuck = self._context.job.sub_steps[key] == before and self._context.wanted()
        if stuck and not foreseen and before.status not in _RESUMABLE:
            # Starting it again would only spin; a failed step is seen and can be retried.
            raise RuntimeError(f"{key.value} did not move")

    async def _call(self, key: SubStepKey) -> None:
        if key is SubStepKey.CLOUDWAITRESS_ACCOUNT:
            outcome = await self._create_account()
        else:
            outcome = await self._context.calls.perform(sub_step_request(self._context, key, self._configuration))
        if key is SubStepKey.UPLOAD_IMAGES and outcome is not None and outcome.kind is OutcomeKind.SUCCEEDED:
            await self._await_upload(str(outcome.reply.get("batchId") or ""))

    async def _create_account(self) -> CallOutcome | None:
        turn = self._context.account_turn
        async with turn.taken():
            while True:
                go, last = await turn.wait()
                if not go or not self._context.wanted():
                    return None
                request = sub_step_request(self._context, SubStepKey.CLOUDWAITRESS_ACCOUNT, self._configuration)
                request = replace(request, intent_writes=lambda now, last=last: turn.reservation(last, now))
                try:
                    return await self._context.calls.perform(request)
                except Conflict:
                    # Another machine took the turn; wait for the next one.
                    continue

    async def _await_upload(self, batch_id: str) -> None:
        """L35: more than ten images are uploaded after the reply; the menu waits for their end."""
        key, doors = SubStepKey.UPLOAD_IMAGES, self._context.doors
        if not batch_id:
            return
        while not self._context.job.sub_steps[key].is_ended:
            try:
                upload = await doors.platform.upload_batch(batch_id)
            except ServiceError:
                upload = None
            now = doors.clock.now()
            if upload is not None and upload.status == "completed":
                result = {"batchId": batch_id, "uploaded": upload.uploaded, "failed": upload.failed}
                await self._move(key, SubStepEvent.COMPLETE, result=result)
                return
            if upload is not None and upload.status == "failed":
                error = f"{upload.failed} of {upload.total} images could not be uploaded"
                await self._move(key, SubStepEvent.FAIL, error=error, error_code="UPLOAD_FAILED")
                return
            began = self._context.job.sub_steps[key].started_at or now
            if (now - began).total_seconds() > doors.limits.extraction_limit_s:
                error = "the image upload did not end in time"
                await self._move(key, SubStepEvent.FAIL, error=error, error_code="UPLOAD_TIMEOUT")
                return
            if not await self._context.stop.poll(doors.limits.extraction_poll_s, self._context.wanted):
                return

    async def _move(self, key: SubStepKey, event: SubStepEvent, **changes: object) -> None:
        now = self._context.doors.clock.now()

        def decide(job: Job) -> Plan | None:
            return None if job.sub_steps[key].is_ended else Plan(apply_sub_step(job, key, event, now=now, **changes))

        await self._context.record.commit(decide)

    async def _wait_for_one(self) -> None:
        due = next_due(self._context.job)
        timeout = None
        if due is not None and self._context.wanted():
            timeout = max(0.0, (due - self._context.doors.clock.now()).total_seconds())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout if timeout != 0.0 else 0.005):
                await self._one_has_ended.wait()
        self._one_has_ended.clear()
        for key in [key for key, task in self._running.items() if task.done()]:
            self._running.pop(key).result()

    async def _wait_for_retry(self) -> bool:
        """Nothing runs: close the step if it has ended, or wait for the next planned attempt. False = return."""
        now = self._context.doors.clock.now()

        def decide(job: Job) -> Plan | None:
            settled = settle_step_six(job, now=now)
            return None if settled is job else Plan(settled)

        job = await self._context.record.commit(decide)
        if job.step(6).status is not StepStatus.IN_PROGRESS or not self._context.wanted():
            return False
        if readiness(job, now=now).ready:
            return True
        due = next_due(job)
        if due is None:
            return False
        longest = max(self._context.doors.limits.retry_cap_s, 900.0)
        wait_s = min((due - now).total_seconds(), longest)
        return await self._context.stop.poll(wait_s, self._context.wanted)


def _profile(configuration: YoloConfiguration) -> dict[str, object]:
    """What the saved configuration says about the restaurant's row (L25: the sub-steps read it there)."""
    restaurant, website = configuration.restaurant, configuration.website
    return {
        "name": restaurant.name,
        "phone": restaurant.phone,
        "address": restaurant.address,
        "city": restaurant.city,
        "subdomain": restaurant.subdomain,
        "theme": website.theme,
        "primary_color": website.primary_color,
        "secondary_color": website.secondary_color,
    }

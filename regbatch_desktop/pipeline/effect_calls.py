"""The durable-call protocol: intent before the call, outcome after it, never twice without asking (reliability §1.4).

Owns: the `effects` rows and `effect_events` of one job, and settling an unknown outcome by query.
Never: knows what a call means for the job (the caller's `began` and `ended` say so).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from msgspec.structs import replace

from regbatch_desktop.domain.effects import (
    CallOutcome,
    Effect,
    EffectClass,
    EffectState,
    EffectVerdict,
    OutcomeKind,
    effect_key,
    on_ambiguity,
    request_fingerprint,
    settled_at,
)
from regbatch_desktop.domain.errors import Conflict, InvalidStatus, ServiceError
from regbatch_desktop.domain.job import Job
from regbatch_desktop.pipeline.doors import Doors, InFlight
from regbatch_desktop.pipeline.effect_request import EffectRequest
from regbatch_desktop.pipeline.job_record import JobRecord, Plan
from regbatch_desktop.ports import AddEffectEvent, SaveEffect, Write
from regbatch_desktop.runtime.stop_signal import StopSignal

_log = logging.getLogger(__name__)

# How often a query that cannot be answered is repeated before the question is left for a person ("check again").
QUERY_ATTEMPTS = 5

_STATES = {
    OutcomeKind.SUCCEEDED: EffectState.SUCCEEDED,
    OutcomeKind.FAILED_DEFINITE: EffectState.FAILED,
    OutcomeKind.NOT_SENT: EffectState.FAILED,
    OutcomeKind.NOT_EXECUTED: EffectState.FAILED,
    OutcomeKind.UNKNOWN: EffectState.UNKNOWN,
}


class EffectCalls:
    """The effects of one job."""

    def __init__(
        self,
        doors: Doors,
        record: JobRecord,
        *,
        restaurant_name: str,
        stop: StopSignal,
        in_flight: dict[str, InFlight],
    ) -> None:
        self._doors = doors
        self._record = record
        self._restaurant_name = restaurant_name
        self._stop = stop
        self._in_flight = in_flight
        self._known: dict[tuple[str, int], Effect] | None = None
        self._reading = asyncio.Lock()

    async def known(self, name: str, generation: int = 1) -> Effect | None:
        """The stored effect, if its intent was ever recorded."""
        if self._known is None:
            async with self._reading:
                if self._known is None:
                    effects = await self._doors.store.effects(self._record.job.id)
                    self._known = {(effect.name, effect.generation): effect for effect in effects}
        return self._known.get((name, generation))

    async def perform(self, request: EffectRequest) -> CallOutcome | None:
        """Make the call if it may be made; the recorded outcome, or None when asked to stop before anything was sent."""
        effect = await self.known(request.name, request.generation)
        fingerprint = request_fingerprint(request.body)
        if effect is not None and effect.state is EffectState.SUCCEEDED:
            return await self._adopt(request, effect)
        if effect is not None and effect.state in (EffectState.INTENT, EffectState.UNKNOWN):
            settled = await self._settle(request, effect, fingerprint)
            if settled is not None:
                return settled
        if self._stop.is_set:
            return None
        sent = await self._begin(request, effect, fingerprint)
        if sent is None:
            return None
        outcome = await self._send(request, sent)
        if outcome.already_exists and sent.result.get("ambiguous") is True:
            # What exists is what the earlier attempt made, whose answer was lost.
            outcome = replace(outcome, kind=OutcomeKind.SUCCEEDED)
        outcome = await self._finish(request, sent, outcome)
        if outcome.kind is OutcomeKind.UNKNOWN and on_ambiguity(request.effect_class) is EffectVerdict.QUERY:
            return await self.reconcile(request) or outcome
        return outcome

    async def reconcile(self, request: EffectRequest) -> CallOutcome | None:
        """Settle an unknown effect by query; the new outcome, or None when it is still not known.

        "Not found" counts only after sent + deadline + lag (reliability §0.3); then one new attempt is allowed.
        """
        effect = await self.known(request.name, request.generation)
        if effect is None or request.query is None or effect.state not in (EffectState.INTENT, EffectState.UNKNOWN):
            return None
        limits, longest = self._doors.limits, request.deadline_s + self._doors.limits.settle_lag_s
        due = settled_at(effect.sent_at or self._doors.clock.now(), deadline_s=request.deadline_s, lag_s=limits.settle_lag_s)
        for attempt in range(QUERY_ATTEMPTS):
            # A clock that jumped back must not make this wait for ever.
            wait_s = min((due - self._doors.clock.now()).total_seconds(), longest)
            if not await self._stop.pause(wait_s if attempt == 0 else limits.retry_base_s * 2**attempt):
                return None
            try:
                answer = await request.query()
            except ServiceError as error:
                await self._note(effect, "query_failed", {"code": error.code})
                continue
            if answer.kind is OutcomeKind.UNKNOWN:
                await self._note(effect, "contradiction", {"message": answer.message})
                return None
            return await self._finish(request, effect, answer, kind="reconciled")
        return None

    async def _settle(self, request: EffectRequest, effect: Effect, fingerprint: str) -> CallOutcome | None:
        """What to do about an intent without outcome; None = the call may be made (again)."""
        verdict = on_ambiguity(effect.effect_class)
        same = effect.request_sha256 == fingerprint
        if verdict is EffectVerdict.REPEAT and (same or effect.effect_class is EffectClass.PUT):
            return None
        if verdict is EffectVerdict.QUERY:
            answer = await self.reconcile(request)
            if answer is not None:
                return answer
        code = "REQUEST_CHANGED" if verdict is EffectVerdict.REPEAT else "OUTCOME_UNKNOWN"
        lost = CallOutcome(OutcomeKind.UNKNOWN, code=code, message="the call was sent and its outcome is not known")
        return await self._finish(request, effect, lost, kind="unknown")

    async def _adopt(self, request: EffectRequest, effect: Effect, *writes: Write) -> CallOutcome:
        outcome = CallOutcome(OutcomeKind.SUCCEEDED, reply=effect.result)

        def decide(job: Job) -> Plan | None:
            after = request.ended(job, outcome)
            return None if after is job and not writes else Plan(after, writes)

        await self._record.commit(decide)
        return outcome

    async def _begin(self, request: EffectRequest, effect: Effect | None, fingerprint: str) -> Effect | None:
        """Commit the intent under the lease; None when the job does not want the call any more."""
        now = self._doors.clock.now()
        job_id = self._record.job.id
        ambiguous = effect is not None and (
            effect.state in (EffectState.INTENT, EffectState.UNKNOWN) or effect.result.get("ambiguous") is True
        )
        intent = Effect(
            job_id=job_id,
            name=request.name,
            generation=request.generation,
            effect_class=request.effect_class,
            state=EffectState.INTENT,
            idempotency_key=effect_key(job_id, request.name, request.generation),
            request_sha256=fingerprint,
            token=self._record.lease.token if self._record.lease else 0,
            attempt=effect.attempt + 1 if effect else 1,
            sent_at=now,
            result={"ambiguous": True} if ambiguous else {},
        )
        writes = (
            SaveEffect(intent, effect.state if effect else None),
            self._event(intent, "intent", {"attempt": intent.attempt}),
            *request.intent_writes(now),
        )
        wanted = False

        def decide(job: Job) -> Plan | None:
            nonlocal wanted
            # On another job the answer may be another: a late truth or a person's word may have ended it since this instance looked.
            wanted = False
            with contextlib.suppress(InvalidStatus):
                if job.cancelled_at is None:
                    plan = Plan(request.began(job), writes)
                    wanted = True
                    return plan
            return None

        await self._record.commit(decide, fenced=True)
        if not wanted:
            return None
        self._remember(intent)
        return intent

    async def _send(self, request: EffectRequest, effect: Effect) -> CallOutcome:
        """One request. Cancelling this task does not abort it: aborting only hides the outcome."""
        key, sent_at = effect.idempotency_key, effect.sent_at or self._doors.clock.now()
        self._in_flight[key] = InFlight(effect.job_id, self._restaurant_name, effect.name, sent_at)
        try:
            return await request.send(key)
        except Exception as error:
            _log.exception("call %s raised", effect.name, extra={"job_id": effect.job_id})
            return CallOutcome(OutcomeKind.UNKNOWN, code="UNEXPECTED", message=type(error).__name__)
        finally:
            self._in_flight.pop(key, None)

    async def _finish(
        self, request: EffectRequest, effect: Effect, outcome: CallOutcome, *, kind: str = "outcome"
    ) -> CallOutcome:
        """Record what became of the call, together with what it means for the job; what counts. Never refused for a lost lease."""
        keep = {"ambiguous": True} if effect.result.get("ambiguous") or outcome.kind is OutcomeKind.UNKNOWN else {}
        ended = replace(
            effect,
            state=_STATES[outcome.kind],
            result=dict(outcome.reply) if outcome.kind is OutcomeKind.SUCCEEDED else keep,
        )
        detail = {
            "outcome": outcome.kind.value, "http_status": outcome.http_status, "code": outcome.code,
            "message": outcome.message[:500], "attempt": effect.attempt,
        }  # fmt: skip
        for last in (False, True):
            stored = await self.known(effect.name, effect.generation)
            if stored is not None and stored.state is EffectState.SUCCEEDED and ended.state is not EffectState.SUCCEEDED:
                # Whoever took the job over knows that it took effect; an answer that came too late to be read unmakes nothing.
                return await self._adopt(request, stored, self._event(effect, kind, detail))
            expected = stored.state if stored else effect.state
            writes = (SaveEffect(ended, expected), self._event(effect, kind, detail))
            try:
                await self._record.commit(lambda job, w=writes: Plan(request.ended(job, outcome), w))  # type: ignore[misc]
            except Conflict:
                # Whoever took the job over has written about this effect meanwhile; a late truth still counts.
                if last:
                    raise
                self._known = None
            else:
                break
        self._remember(ended)
        return outcome

    async def _note(self, effect: Effect, kind: str, detail: Mapping[str, object]) -> None:
        await self._record.commit(lambda job: Plan(job, (self._event(effect, kind, detail),)))

    def _event(self, effect: Effect, kind: str, detail: Mapping[str, object]) -> AddEffectEvent:
        return AddEffectEvent(effect.job_id, effect.name, effect.generation, kind, self._doors.clock.now(), detail)

    def _remember(self, effect: Effect) -> None:
        if self._known is not None:
            self._known[(effect.name, effect.generation)] = effect

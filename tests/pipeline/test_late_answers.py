"""An answer that comes after somebody else took the restaurant over never unmakes what is known to have happened."""

from __future__ import annotations

from pathlib import Path

from regbatch_desktop.domain.effects import CallOutcome, EffectClass, EffectState, OutcomeKind
from regbatch_desktop.pipeline.effect_calls import EffectCalls
from regbatch_desktop.pipeline.effect_request import EffectRequest
from regbatch_desktop.pipeline.job_record import JobRecord
from regbatch_desktop.runtime.stop_signal import StopSignal
from tests.pipeline.proving_ground import proving_ground

NAME = "websiteConfig"


async def test_an_unreadable_answer_leaves_the_heirs_success_as_it_is(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        batch = await g.batch(1)
        (job,) = await g.jobs(batch)

        def calls() -> EffectCalls:
            return EffectCalls(g.doors, JobRecord(g.doors, job), restaurant_name="Kea", stop=StopSignal(), in_flight={})

        async def answered(_key: str) -> CallOutcome:
            return CallOutcome(OutcomeKind.SUCCEEDED, reply={"success": True})

        async def paused(_key: str) -> CallOutcome:
            # While this process slept another one took over, sent the same again under the same key, and was answered.
            await calls().perform(EffectRequest(NAME, EffectClass.PUT, {}, answered, 5.0))
            return CallOutcome(OutcomeKind.UNKNOWN, code="TIMEOUT", message="the answer was cut off")

        outcome = await calls().perform(EffectRequest(NAME, EffectClass.PUT, {}, paused, 5.0))
        assert outcome is not None
        assert outcome.kind is OutcomeKind.SUCCEEDED
        (effect,) = await g.doors.store.effects(job.id)
        assert effect.state is EffectState.SUCCEEDED
        assert effect.result == {"success": True}
        # Both answers stand in the restaurant's history.
        told = [event.detail["outcome"] for event in await g.doors.store.effect_events(job.id) if event.kind == "outcome"]
        assert told == ["succeeded", "unknown"]

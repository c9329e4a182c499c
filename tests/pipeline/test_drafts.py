"""What is asked for on a draft counts only as far as the draft comes true."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from regbatch_desktop.domain.effects import CallOutcome, EffectClass, EffectState, OutcomeKind
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.transitions import cancel
from regbatch_desktop.pipeline.effect_calls import EffectCalls
from regbatch_desktop.pipeline.effect_request import EffectRequest
from regbatch_desktop.pipeline.job_record import JobRecord, Plan
from regbatch_desktop.ports import ChangeSet, SaveJob
from regbatch_desktop.runtime.stop_signal import StopSignal
from tests.pipeline.proving_ground import ProvingGround, proving_ground

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def explained(job: Job, message: str) -> Plan:
    return Plan(replace(job, version=job.version + 1, error_message=job.error_message + message))


async def record(g: ProvingGround) -> JobRecord:
    (job,) = await g.jobs(await g.batch(1))
    return JobRecord(g.doors, job)


async def test_a_call_refused_on_a_draft_that_did_not_come_true_is_made(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        held, sent = await record(g), []

        async def send(key: str) -> CallOutcome:
            sent.append(key)
            return CallOutcome(OutcomeKind.SUCCEEDED, reply={"success": True})

        calls = EffectCalls(g.doors, held, restaurant_name="Kea", stop=StopSignal(), in_flight={})
        await calls.known("websiteConfig")
        # Somebody else writes first, so that nothing is committed as it was foreseen; then the cancellation has lost its reason.
        moved = explained(held.job, "somebody else").job
        await g.doors.store.commit(ChangeSet("theirs", (SaveJob(held.job, moved),)))
        withdrawn = asyncio.ensure_future(held.commit(lambda job: Plan(cancel(job, now=NOW)) if not job.error_message else None))
        outcome = asyncio.ensure_future(calls.perform(EffectRequest("websiteConfig", EffectClass.PUT, {}, send, 5.0)))
        await asyncio.gather(withdrawn, outcome)
        assert len(sent) == 1
        (effect,) = await g.doors.store.effects(held.job.id)
        assert effect.state is EffectState.SUCCEEDED
        assert held.job.cancelled_at is None


async def test_what_follows_from_a_decision_goes_into_its_change_set(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        held = await record(g)
        before, followers = held.job.version, []

        def go_on() -> None:
            if held.draft.error_message == "one":
                followers.append(asyncio.ensure_future(held.commit(lambda job: explained(job, "two"))))

        with held.followed_by(go_on):
            await held.commit(lambda job: explained(job, "one"))
        await asyncio.gather(*followers)
        assert (held.job.error_message, held.job.version) == ("onetwo", before + 1)
        assert held.draft is held.job


async def test_whoever_gives_up_waiting_takes_his_part_of_the_draft_along(tmp_path: Path) -> None:
    async with proving_ground(tmp_path) as g:
        held = await record(g)
        impatient = asyncio.ensure_future(held.commit(lambda job: explained(job, "one")))
        patient = asyncio.ensure_future(held.commit(lambda job: explained(job, "two")))
        await asyncio.sleep(0)
        assert held.draft.error_message == "onetwo"
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        await patient
        assert held.job.error_message == held.draft.error_message == "two"
        assert (await g.doors.store.job(held.job.id)).error_message == "two"

"""A person's word on a sub-step: it happened, it did not, set it, or do it again.

Owns: what an answer to "unknown" means for the effect's record; "it did not" is the only way to a second call.
Never: makes the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from regbatch_desktop.domain.effects import EffectState
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.sub_step_flow import reset_sub_step, set_sub_step
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.job_record import Plan
from regbatch_desktop.ports import AddEffectEvent, SaveEffect, Write
from regbatch_desktop.services.decide import change_job


async def answer_unknown(doors: Doors, job_id: str, key: SubStepKey, *, happened: bool, decided_by: str) -> Job:
    """Settle an unknown outcome by a person's look at the platform. InvalidStatus when it is not unknown."""
    now = doors.clock.now()

    async def writes_for(job: Job) -> Sequence[Write]:
        state = EffectState.SUCCEEDED if happened else EffectState.FAILED
        return await _effect_writes(
            doors, job, key, state, f"person: {'it happened' if happened else 'it did not happen'}", decided_by
        )

    job = await doors.store.job(job_id)
    if job.sub_steps[key].status is not SubStepStatus.UNKNOWN:
        raise InvalidStatus("The outcome of this sub-step is not in question.")
    writes = await writes_for(job)

    def decide(job: Job) -> Plan:
        if job.sub_steps[key].status is not SubStepStatus.UNKNOWN:
            raise InvalidStatus("The outcome of this sub-step is not in question any more.")
        if happened:
            return Plan(set_sub_step(job, key, SubStepStatus.COMPLETED, now=now, reason=f"confirmed by {decided_by}"), writes)
        return Plan(reset_sub_step(job, key, now=now, new_effect=True), writes)

    return await change_job(doors, job_id, decide)


async def set_status(doors: Doors, job_id: str, key: SubStepKey, status: SubStepStatus, *, decided_by: str) -> Job:
    """Manual status (§3.5); refused while the sub-step runs or what it needs is open."""
    now = doors.clock.now()
    reason = f"set by {decided_by}"
    return await change_job(doors, job_id, lambda job: Plan(set_sub_step(job, key, status, now=now, reason=reason)))


async def do_again(doors: Doors, job_id: str, key: SubStepKey) -> Job:
    """Reset with everything that needs it, asking for new effects (a new generation)."""
    now = doors.clock.now()
    return await change_job(doors, job_id, lambda job: Plan(reset_sub_step(job, key, now=now, new_effect=True)))


async def _effect_writes(
    doors: Doors, job: Job, key: SubStepKey, state: EffectState, kind: str, decided_by: str
) -> Sequence[Write]:
    generation = job.sub_steps[key].generation
    found = next((e for e in await doors.store.effects(job.id) if (e.name, e.generation) == (key.value, generation)), None)
    if found is None:
        return ()
    event = AddEffectEvent(job.id, key.value, generation, kind, doors.clock.now(), {"by": decided_by})
    return (SaveEffect(replace(found, state=state), found.state), event)

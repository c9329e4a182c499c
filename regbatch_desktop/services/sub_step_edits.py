"""A person's word on a sub-step: it happened, it did not, set it, or do it again.

Owns: nothing; verbs/sub_steps.py says what each changes.
Never: makes the call.
"""

from __future__ import annotations

from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services.perform import perform_on_job


async def answer_unknown(doors: Doors, job_id: str, key: SubStepKey, *, happened: bool, decided_by: str) -> Job:
    """Settle an unknown outcome by a person's look at the platform. InvalidStatus when it is not unknown."""
    args = {"key": key.value, "happened": happened}
    return await perform_on_job(doors, MutationKind.ANSWER_UNKNOWN, job_id, args, decided_by=decided_by)


async def set_status(doors: Doors, job_id: str, key: SubStepKey, status: SubStepStatus, *, decided_by: str) -> Job:
    """Manual status (§3.5); refused while the sub-step runs or what it needs is open."""
    args = {"key": key.value, "status": status.value}
    return await perform_on_job(doors, MutationKind.SET_SUB_STEP, job_id, args, decided_by=decided_by)


async def do_again(doors: Doors, job_id: str, key: SubStepKey, *, decided_by: str = "") -> Job:
    """Reset with everything that needs it, asking for new effects (a new generation)."""
    return await perform_on_job(doors, MutationKind.DO_AGAIN, job_id, {"key": key.value}, decided_by=decided_by)

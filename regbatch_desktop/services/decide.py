"""A person's change to one job: decide on the newest row, commit, decide again after a conflict.

Owns: the loop and the broadcast for every service.
Never: decides anything itself.
"""

from __future__ import annotations

from collections.abc import Callable

from regbatch_desktop.domain.job import Job
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.job_record import JobRecord, Plan

Decide = Callable[[Job], Plan | None]


async def change_job(doors: Doors, job_id: str, decide: Decide) -> Job:
    """The job after the change. InvalidStatus and its kin from `decide`; Conflict when it keeps changing."""
    return await JobRecord(doors, await doors.store.job(job_id)).commit(decide)

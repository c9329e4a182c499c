"""Starting, cancelling, renaming and retrying batches and single restaurants.

Owns: nothing; verbs/batch.py says what each changes.
Never: runs anything; the engine is woken by the change.
"""

from __future__ import annotations

from regbatch_desktop.domain.errors import MissingSelections
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.domain.names import cleaned
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services.perform import perform, perform_on_job
from regbatch_desktop.verbs.batch import can_skip, is_retryable

__all__ = ["can_skip", "cancel_batch", "is_retryable", "rename_batch", "retry_job", "skip_step", "start_batch"]


async def start_batch(doors: Doors, batch_id: str, *, decided_by: str = "") -> None:
    """Pending → in progress, with every job, in one commit. BatchAlreadyStarted the second time."""
    await perform(doors, MutationKind.START_BATCH, batch_id, decided_by=decided_by)


async def cancel_batch(doors: Doors, batch_id: str, *, decided_by: str = "") -> int:
    """Cancel for good; the number of jobs cancelled. Calls under way still record their outcome."""
    return len(await perform(doors, MutationKind.CANCEL_BATCH, batch_id, decided_by=decided_by))


async def rename_batch(doors: Doors, batch_id: str, name: str, *, decided_by: str = "") -> None:
    """Another name. MissingSelections for an empty one."""
    wanted = cleaned(name)[:120]
    if not wanted:
        raise MissingSelections("A batch needs a name.")
    await perform(doors, MutationKind.RENAME_BATCH, batch_id, {"name": wanted}, decided_by=decided_by)


async def retry_job(
    doors: Doors, job_id: str, *, from_step: int | None = None, reset_config: bool = False, decided_by: str = ""
) -> Job:
    """Reopen one restaurant from a step (its first unfinished one by default)."""
    args = {"from_step": from_step, "reset_config": reset_config}
    return await perform_on_job(doors, MutationKind.RETRY_JOB, job_id, args, decided_by=decided_by)


async def skip_step(doors: Doors, job_id: str, *, decided_by: str = "") -> Job:
    """Leave out the step at which a restaurant failed; what comes after it goes on. InvalidStatus where it cannot."""
    return await perform_on_job(doors, MutationKind.SKIP_STEP, job_id, decided_by=decided_by)

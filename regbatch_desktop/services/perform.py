"""A person's verb: decide on the newest rows, commit with its intent, decide again after a conflict.

Owns: the loop and the broadcast for every verb.
Never: decides anything itself (verbs/ does).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from regbatch_desktop.domain.errors import Conflict
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.job_record import MAX_DECISIONS
from regbatch_desktop.ports import ChangeSet, Committed, SaveJob
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.verbs.scope import scope_of
from regbatch_desktop.verbs.table import based, decide


async def perform(
    doors: Doors, kind: MutationKind, entity_id: str, args: Mapping[str, Any] | None = None, *, decided_by: str = ""
) -> tuple[Job, ...]:
    """The jobs as the verb leaves them. RuleError and NotFound of the verb; Conflict when the rows keep changing."""
    wanted = Mutation(str(uuid4()), kind, entity_id, args or {}, doors.clock.now(), decided_by)
    for _ in range(MAX_DECISIONS):
        scope = await scope_of(doors.store, wanted)
        mutation = based(wanted, scope)
        writes = decide(mutation, scope, mutation.at)
        # Refused or not, an answer belongs to the rows that were sent: other rows are another change set.
        if isinstance(await doors.store.commit(ChangeSet(str(uuid4()), writes, intent=mutation)), Committed):
            return _told(doors, mutation, tuple(write.after for write in writes if isinstance(write, SaveJob)))
    raise Conflict("This is being changed by somebody else at the same time; please try again.")


async def perform_on_job(
    doors: Doors, kind: MutationKind, job_id: str, args: Mapping[str, Any] | None = None, *, decided_by: str = ""
) -> Job:
    """The job after the verb."""
    changed = await perform(doors, kind, job_id, args, decided_by=decided_by)
    return changed[0] if changed else await doors.store.job(job_id)


def _told(doors: Doors, mutation: Mutation, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    if mutation.batch_id:
        doors.changes.publish(Change("batch", (mutation.batch_id,)))
    ids = (mutation.job_id,) if mutation.job_id else tuple(job.id for job in jobs)
    doors.changes.publish(Change("job", ids))
    if waiting := tuple(job.id for job in jobs if job.waits_for_person):
        doors.changes.publish(Change("waiting", waiting))
    return jobs

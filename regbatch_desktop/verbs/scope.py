"""The rows that one mutation is decided on, read from whatever store is asked.

Owns: which rows a kind needs.
Never: decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from msgspec import structs

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.effects import Effect
from regbatch_desktop.domain.errors import JobNotFound
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import BatchStore, SaveJob

# They are decided on the restaurant's row as well.
OF_A_RESTAURANT = frozenset({MutationKind.ENTER_MANUALLY, MutationKind.WRITE_NOTE})


@dataclass(frozen=True, slots=True)
class Scope:
    """`batch` and all its `jobs` for a verb on a batch; else one job with its restaurant and, where needed, its effects."""

    jobs: tuple[Job, ...] = ()
    batch: Batch | None = None
    restaurant: Restaurant | None = None
    search: CandidateSearch | None = None
    decisions: tuple[Decision, ...] = ()
    effects: tuple[Effect, ...] = ()

    @property
    def job(self) -> Job:
        """The only job."""
        if not self.jobs:
            raise JobNotFound("There is no such registration in this workspace.")
        return self.jobs[0]


async def scope_of(store: BatchStore, mutation: Mutation) -> Scope:
    """The newest rows that `store` has. BatchNotFound, JobNotFound."""
    if mutation.batch_id:
        return Scope(await store.jobs(mutation.batch_id), await store.batch(mutation.batch_id))
    job = await store.job(mutation.job_id)
    scope = Scope((job,))
    if mutation.kind in OF_A_RESTAURANT:
        scope = replace(scope, restaurant=await store.restaurant(job.restaurant_id))
    elif mutation.kind is MutationKind.ANSWER_UNKNOWN:
        scope = replace(scope, effects=await store.effects(job.id))
    return scope


def saved(before: Job, after: Job) -> SaveJob:
    """A decision is one commit, however many transitions it is made of."""
    return SaveJob(before, after if after.version == before.version + 1 else structs.replace(after, version=before.version + 1))

"""What the one writer of a file committed last: such a job need not be read from the file.

Owns: jobs and restaurants by id, no more than its cap.
Never: holds what was only read, which might be older than what is committed meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import ChangeSet, CreateBatch, RemoveRestaurant, SaveJob, SaveRestaurant

# Some twenty batches.
_KEPT = 1_000
T = TypeVar("T")


class Newest:
    """Noted in the writer's thread after COMMIT, before anybody hears of it; looked up in any thread."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._restaurants: dict[str, Restaurant] = {}

    def note(self, change: ChangeSet) -> None:
        """This change set is durable now."""
        for write in change.writes:
            match write:
                case SaveJob(after=job):
                    _keep(self._jobs, job.id, job)
                case CreateBatch(jobs=jobs):
                    for job in jobs:
                        _keep(self._jobs, job.id, job)
                case SaveRestaurant(before=before, after=after):
                    saved = after if before is None else replace(after, version=before.version + 1)
                    _keep(self._restaurants, after.id, saved)
                case RemoveRestaurant(restaurant_id=key):
                    self._restaurants.pop(key, None)
                case _:
                    pass

    def job(self, job_id: str) -> Job | None:
        """The job, if it was committed here."""
        return self._jobs.get(job_id)

    def restaurant(self, restaurant_id: str) -> Restaurant | None:
        """The restaurant, if it was committed here."""
        return self._restaurants.get(restaurant_id)


def _keep(kept: dict[str, T], key: str, value: T) -> None:
    kept.pop(key, None)
    if len(kept) >= _KEPT:
        # The one that was committed longest ago.
        kept.pop(next(iter(kept)))
    kept[key] = value

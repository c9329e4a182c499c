"""What a step's processor is given for one restaurant.

Owns: nothing; it is handed from the job runner to the processor.
Never: commits by itself (record and calls do).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from regbatch_desktop.domain.configuration import YoloConfiguration, from_json, secret_references
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.pipeline.account_turn import AccountTurn
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.pipeline.effect_calls import EffectCalls
from regbatch_desktop.pipeline.job_record import JobRecord
from regbatch_desktop.runtime.stop_signal import StopSignal
from regbatch_desktop.runtime.tasks import TaskScope


@dataclass(frozen=True, slots=True)
class StepContext:
    """The doors, the job under its lease, its restaurant, its calls, and the request to stop."""

    doors: Doors
    record: JobRecord
    restaurant: Restaurant
    calls: EffectCalls
    stop: StopSignal
    scope: TaskScope
    account_turn: AccountTurn
    draw: random.Random

    @property
    def job(self) -> Job:
        """The last committed job."""
        return self.record.job

    @property
    def draft(self) -> Job:
        """The job as it will be when everything asked for is committed."""
        return self.record.draft

    def wanted(self) -> bool:
        """The job was not cancelled and nobody asked to stop."""
        return self.job.cancelled_at is None and not self.stop.is_set

    async def configuration(self) -> YoloConfiguration:
        """The job's saved configuration with its secrets opened. SecretUnreadable, InvalidConfiguration."""
        data = self.job.execution_config
        opened: dict[str, Secret] = {}
        for reference in secret_references(data):
            opened[reference] = self.doors.secrets.open(await self.doors.store.sealed(reference))
        return from_json(data, opened.__getitem__)

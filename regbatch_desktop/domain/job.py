"""One restaurant in one batch: the job, its six steps and its 12 sub-steps, as one value.

Owns: the shape. `version` counts commits; a change set names the version it was decided on.
Never: changes by itself; transitions.py returns changed copies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from regbatch_desktop.domain.steps import STEPS, TOTAL_STEPS, JobStatus, Step, StepStatus
from regbatch_desktop.domain.sub_steps import SubStep, SubStepKey, SubStepStatus, fresh_sub_steps


def fresh_steps() -> tuple[Step, ...]:
    """Six pending steps."""
    return tuple(Step(definition.number) for definition in STEPS)


class Job(Struct, frozen=True):
    """A registration job. `execution_config` is JSON of the yolo configuration with secrets as references."""

    id: str
    batch_id: str
    restaurant_id: str
    organisation_id: str
    status: JobStatus = JobStatus.PENDING
    version: int = 1
    steps: tuple[Step, ...] = msgspec.field(default_factory=fresh_steps)
    sub_steps: Mapping[SubStepKey, SubStep] = msgspec.field(default_factory=fresh_sub_steps)
    execution_config: Mapping[str, object] = msgspec.field(default_factory=dict)
    error_code: str = ""
    error_message: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None

    def step(self, number: int) -> Step:
        """The step 1..6."""
        return self.steps[number - 1]

    @property
    def current_step(self) -> int:
        """The first step that is not done, or the last."""
        return next((step.number for step in self.steps if not step.is_done), TOTAL_STEPS)

    @property
    def is_ended(self) -> bool:
        """Completed, failed or cancelled."""
        return self.status in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)

    @property
    def has_failures(self) -> bool:
        """Some sub-step failed though the job may be completed: "completed with failures", resumable (L13)."""
        return any(sub.status is SubStepStatus.FAILED for sub in self.sub_steps.values())

    @property
    def has_unknown(self) -> bool:
        """Some call may have happened and nobody knows yet."""
        return any(sub.status is SubStepStatus.UNKNOWN for sub in self.sub_steps.values())

    @property
    def waits_for_person(self) -> bool:
        """Some step waits for a person."""
        waits = StepStatus.ACTION_REQUIRED
        return any(step.status is waits for step in self.steps)

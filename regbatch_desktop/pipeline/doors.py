"""What the pipeline needs from outside, handed in by bootstrap.

Owns: nothing.
Never: opens or closes a door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from regbatch_desktop.ports import BatchStore, Clock, CompanyRegister, Compute, Outbox, Pictures, Platform, Secrets, ServiceLimits
from regbatch_desktop.runtime.changes import Changes
from regbatch_desktop.runtime.compute import here
from regbatch_desktop.runtime.share import Share


@dataclass(frozen=True, slots=True)
class Doors:
    """`instance_id` is new per process start, so a restarted process gets a higher lease token; no `pictures`: none is shown.

    `lease_ttl_s`: how long nobody takes a job over after this process stopped breathing. `feature_flags`: what the platform has switched
    on or off for the organisation, by the platform's dotted names (L37).
    No `outbox`: the store answers for itself, as a workspace's file does.
    """

    store: BatchStore
    platform: Platform
    register: CompanyRegister
    secrets: Secrets
    clock: Clock
    limits: ServiceLimits
    instance_id: str
    changes: Changes
    pictures: Pictures | None = None
    lease_ttl_s: float = 60.0
    feature_flags: Mapping[str, bool] = field(default_factory=dict)
    share: Share = field(default_factory=Share)
    outbox: Outbox | None = None
    compute: Compute = here


class InFlight(Struct, frozen=True):
    """A call that was sent and has no recorded outcome yet."""

    job_id: str
    restaurant_name: str
    name: str
    sent_at: datetime

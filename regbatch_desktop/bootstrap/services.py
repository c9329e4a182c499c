"""Where platform and register are, and what they bear.

Owns: the limits of practice and of life.
Never: opens anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from regbatch_desktop.domain.configuration.derivation import ONBOARDING_SYNC_FLAG
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.practice.faults import FaultPlan
from regbatch_desktop.remote.platform_routes import DEADLINES_S


@dataclass(frozen=True, slots=True)
class Services:
    """Where platform and register are. No `platform_url`: the practice services in this process.

    `failing_per_mille`: how many menu extractions of the practice platform fail. `onboarding_sync`: the platform lets the organisation
    synchronise onboarding records; None = as usual, which is on in practice and off in life (L37). `indexing` hears, from another thread,
    how many companies of a new register file are indexed. `beside_window`: long computations run in a process of their own.
    """

    platform_url: str = ""
    register_file: Path | None = None
    speed: float = 0.02
    faults: FaultPlan | None = None
    failing_per_mille: int = 20
    onboarding_sync: bool | None = None
    indexing: Callable[[int], None] | None = None
    beside_window: bool = False

    @property
    def feature_flags(self) -> dict[str, bool]:
        """What the platform allows, as far as it is known without a team's project."""
        usual = is_practice(self.platform_url)
        return {ONBOARDING_SYNC_FLAG: usual if self.onboarding_sync is None else self.onboarding_sync}


def practice_limits(speed: float) -> ServiceLimits:
    """Times scaled like the practice services' latencies, with floors that a slow machine keeps."""
    return ServiceLimits(
        default_deadline_s=5.0,
        deadlines_s={name: max(5.0, 3 * seconds * speed) for name, seconds in DEADLINES_S.items()},
        settle_lag_s=0.2,
        account_spacing_s=60.0 * speed * 0.05,
        max_in_flight=8,
        connect_timeout_s=2.0,
        register_per_minute=0,
        breaker_open_s=1.0,
        breaker_max_open_s=5.0,
        extraction_poll_s=max(0.05, 5.0 * speed),
        extraction_limit_s=max(30.0, 600.0 * speed),
        retry_base_s=0.1,
        retry_cap_s=2.0,
    )


def real_limits() -> ServiceLimits:
    """The real platform's."""
    return ServiceLimits(deadlines_s=DEADLINES_S)


def limits_for(services: Services) -> ServiceLimits:
    """What goes with these services: practice, also behind a socket of this machine, is faster than life."""
    return practice_limits(services.speed) if is_practice(services.platform_url) else real_limits()


def is_practice(platform_url: str) -> bool:
    """Nothing real is touched there."""
    return not platform_url or platform_url.startswith("http://127.0.0.1")

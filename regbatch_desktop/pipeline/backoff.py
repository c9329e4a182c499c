"""How long to wait before the next attempt.

Owns: exponential backoff with full jitter; what the server asks for is obeyed exactly (reliability §1.4).
Never: sleeps.
"""

from __future__ import annotations

import random

from regbatch_desktop.ports import ServiceLimits

RETRY_AFTER_CAP_S = 900.0


def delay_s(attempt: int, *, limits: ServiceLimits, retry_after_s: float | None, draw: random.Random) -> float:
    """Seconds until attempt `attempt + 1`; never shorter than `Retry-After`, which is capped at 15 min."""
    ceiling = min(limits.retry_cap_s, limits.retry_base_s * 2.0 ** min(attempt, 16))
    jittered = draw.uniform(0.0, ceiling)
    if retry_after_s is None:
        return jittered
    return max(min(retry_after_s, RETRY_AFTER_CAP_S), 0.0) + jittered * 0.1

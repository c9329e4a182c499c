"""What a step's processor can answer; the engine alone turns it into a committed transition.

Owns: the answer types.
Never: writes state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regbatch_desktop.ports import Write


@dataclass(frozen=True, slots=True)
class Done:
    """The step's work is complete; `writes` are committed together with the transition."""

    result: Mapping[str, object] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """A person must decide before it can go on."""

    code: str
    sentence: str
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """There is nothing to do, for the stated reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work and trying again by itself cannot help."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RetryLater:
    """It did not work now; it is tried again, not before `after_s` seconds (None: by the backoff)."""

    code: str
    sentence: str
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The processor moved the step itself (Step 6 commits each sub-step), or stopped because it was asked to."""


StepOutcome = Done | NeedsPerson | Skipped | Failed | RetryLater | Settled

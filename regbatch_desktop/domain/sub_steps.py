"""The 12 sub-steps of Step 6: their names, phases, needs and effect classes, and one sub-step's state.

Owns: the dependency graph of design §4 (resume and reset follow it transitively, never the phase number, L14).
Never: decides what a running job does next (transitions.py), or builds request bodies (configuration/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec
from msgspec import Struct

from regbatch_desktop.domain.effects import EffectClass


class SubStepKey(StrEnum):
    """The original keys of `sub_step_progress` (reference §4.6)."""

    CLOUDWAITRESS_ACCOUNT = "cloudwaitressAccount"
    CODE_GENERATION = "codeGeneration"
    CREATE_ONBOARDING_USER = "createOnboardingUser"
    UPLOAD_IMAGES = "uploadImages"
    RESTAURANT_REGISTRATION = "restaurantRegistration"
    WEBSITE_CONFIG = "websiteConfig"
    SERVICES_CONFIG = "servicesConfig"
    PAYMENT_CONFIG = "paymentConfig"
    MENU_IMPORT = "menuImport"
    SYNC_ONBOARDING_USER = "syncOnboardingUser"
    OPTION_SETS = "optionSets"
    ITEM_TAGS = "itemTags"


class SubStepStatus(StrEnum):
    """`unknown`: the call may have happened; only a query or a person can tell (reliability §1.4)."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    RETRYING = "retrying"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


# Looked up in an Enum at every question, these would be the dearest part of a run.
_DONE = frozenset({SubStepStatus.COMPLETED, SubStepStatus.SKIPPED})
ENDED = _DONE | {SubStepStatus.FAILED}


@dataclass(frozen=True, slots=True)
class SubStepDefinition:
    """What is fixed about a sub-step. `blocks`: its failure fails the job; `label` is for people."""

    key: SubStepKey
    label: str
    phase: int
    effect_class: EffectClass
    needs: tuple[SubStepKey, ...] = ()
    blocks: bool = False


def _definitions() -> tuple[SubStepDefinition, ...]:
    key, effect = SubStepKey, EffectClass
    registration = key.RESTAURANT_REGISTRATION
    return (
        SubStepDefinition(key.CLOUDWAITRESS_ACCOUNT, "Account registration", 1, effect.QUERYABLE, (), True),
        SubStepDefinition(key.CODE_GENERATION, "Code generation", 1, effect.PUT),
        SubStepDefinition(key.CREATE_ONBOARDING_USER, "Onboarding user", 1, effect.KEYED),
        SubStepDefinition(key.UPLOAD_IMAGES, "Image upload", 1, effect.PUT),
        SubStepDefinition(registration, "Restaurant registration", 2, effect.QUERYABLE, (key.CLOUDWAITRESS_ACCOUNT,), True),
        SubStepDefinition(key.WEBSITE_CONFIG, "Website settings", 2, effect.PUT, (registration, key.CODE_GENERATION)),
        SubStepDefinition(key.SERVICES_CONFIG, "Services", 2, effect.PUT, (registration,)),
        SubStepDefinition(key.PAYMENT_CONFIG, "Payment", 2, effect.PUT, (registration,)),
        SubStepDefinition(key.MENU_IMPORT, "Menu import", 2, effect.BLIND, (registration, key.UPLOAD_IMAGES)),
        SubStepDefinition(
            key.SYNC_ONBOARDING_USER, "Onboarding record", 2, effect.PUT, (registration, key.CREATE_ONBOARDING_USER)
        ),
        SubStepDefinition(key.OPTION_SETS, "Option sets", 3, effect.BLIND, (key.MENU_IMPORT,)),
        SubStepDefinition(key.ITEM_TAGS, "Item tags", 4, effect.BLIND, (key.MENU_IMPORT,)),
    )


SUB_STEPS: Mapping[SubStepKey, SubStepDefinition] = MappingProxyType({d.key: d for d in _definitions()})
PHASE_LABELS: Mapping[int, str] = MappingProxyType({1: "Initial setup", 2: "Configuration", 3: "Menu setup", 4: "Finalisation"})
# L35: the menu names images by their uploaded ids, so an upload must have ended; its failure is no reason to stop.
WAITS_ONLY_FOR_END: frozenset[tuple[SubStepKey, SubStepKey]] = frozenset({(SubStepKey.MENU_IMPORT, SubStepKey.UPLOAD_IMAGES)})


def dependents(key: SubStepKey) -> frozenset[SubStepKey]:
    """Every sub-step that needs `key`, directly or through others (L14: all levels, not two)."""
    found: set[SubStepKey] = set()
    frontier = {key}
    while frontier:
        frontier = {d.key for d in SUB_STEPS.values() if frontier & set(d.needs)} - found
        found |= frontier
    return frozenset(found)


class SubStep(Struct, frozen=True, omit_defaults=True):
    """One sub-step of one job. `generation` rises only when a person asks for a new effect; `result` is the reply kept."""

    key: SubStepKey
    status: SubStepStatus = SubStepStatus.PENDING
    attempt: int = 0
    generation: int = 1
    reason: str = ""
    error: str = ""
    error_code: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    next_attempt_at: datetime | None = None
    manually_updated: bool = False
    result: Mapping[str, object] = msgspec.field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Completed or skipped: what needs it may start (if a skip carries no upstream failure)."""
        return self.status in _DONE

    @property
    def is_ended(self) -> bool:
        """Nothing more happens here by itself."""
        return self.status in ENDED


def sub_step_progress(sub_steps: Mapping[SubStepKey, SubStep]) -> dict[str, dict[str, object]]:
    """The form in which sub-steps are stored: by key, what differs from a fresh one as JSON values, times as ISO 8601."""
    progress: dict[str, dict[str, object]] = {}
    for key, sub in sub_steps.items():
        changed = msgspec.to_builtins(sub)
        del changed["key"]
        if changed:
            progress[key.value] = changed
    return progress


def fresh_sub_steps() -> Mapping[SubStepKey, SubStep]:
    """All 12, pending."""
    return {key: SubStep(key) for key in SUB_STEPS}

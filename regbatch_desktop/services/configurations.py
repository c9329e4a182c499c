"""The yolo configuration of a restaurant: derive, check, save; then the engine goes on by itself.

Owns: passwords are sealed before anything is stored (L30); nothing invalid starts (L26).
Never: keeps a password in a row, a log or an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from regbatch_desktop.domain.configuration import (
    FieldProblem,
    YoloConfiguration,
    derive,
    from_json,
    overlay,
    secret_references,
    to_json,
    validate,
)
from regbatch_desktop.domain.errors import InvalidConfiguration, SubdomainTaken
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.domain.subdomain import MAX_LENGTH, derived_subdomain, is_subdomain
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import Menu, SaveSecret
from regbatch_desktop.services.perform import perform_on_job
from regbatch_desktop.verbs.configuration import sealed_json

# Leaves room for the number that makes a subdomain unique.
TAKEN_PREFIX = MAX_LENGTH - 5


async def _taken(doors: Doors, prefix: str, restaurant_id: str) -> frozenset[str]:
    """Other restaurants' subdomains that begin with the prefix."""
    found = await doors.store.taken_subdomains(prefix)
    return frozenset(name for name, owner in found.items() if owner != restaurant_id)


async def propose(doors: Doors, job_id: str, *, overrides: Mapping[str, object] | None = None) -> YoloConfiguration:
    """The derived configuration with a person's overrides on top. ServiceError when the menus cannot be read."""
    job = await doors.store.job(job_id)
    restaurant = await doors.store.restaurant(job.restaurant_id)
    configuration, _ = await _derived(doors, restaurant, await doors.platform.menus(restaurant.id))
    return overlay(configuration, overrides) if overrides else configuration


async def proposed(doors: Doors, restaurant: Restaurant) -> tuple[YoloConfiguration, tuple[FieldProblem, ...]]:
    """The derived configuration and what is wrong with it, for many forms at once: from the menus that are remembered, where there
    are any. ServiceError when there are none and they cannot be read.
    """
    configuration, taken = await _derived(doors, restaurant, await doors.platform.menus_at_hand(restaurant.id))
    return configuration, validate(configuration, taken_subdomains=taken)


async def _derived(doors: Doors, restaurant: Restaurant, menus: Sequence[Menu]) -> tuple[YoloConfiguration, frozenset[str]]:
    """With others' subdomains that begin like its own."""
    own = restaurant.subdomain or derived_subdomain(restaurant.name)[:TAKEN_PREFIX]
    taken = await _taken(doors, own, restaurant.id)
    return derive(restaurant, menus=menus, taken_subdomains=taken, feature_flags=doors.feature_flags), taken


def with_practice_contacts(configuration: YoloConfiguration) -> YoloConfiguration:
    """Made-up contacts where none is known, so that public records without any can be practised on. Never for life."""
    account, onboarding = configuration.account, configuration.onboarding
    email = account.email or f"{configuration.restaurant.subdomain}@practice.example.com"
    return replace(
        configuration,
        account=replace(account, email=email, phone=account.phone or "+64215550100"),
        onboarding=replace(onboarding, user_email=onboarding.user_email or email),
    )


async def problems(doors: Doors, job_id: str, configuration: YoloConfiguration) -> tuple[FieldProblem, ...]:
    """What is wrong with it for this restaurant, field by field."""
    job = await doors.store.job(job_id)
    taken = await _taken(doors, configuration.restaurant.subdomain, job.restaurant_id)
    return validate(configuration, taken_subdomains=taken)


async def save_and_start(doors: Doors, job_id: str, configuration: YoloConfiguration, *, decided_by: str = "") -> Job:
    """Save and let Step 5 go on (it releases itself when the menu is there). InvalidConfiguration lists the
    fields; SubdomainTaken when another restaurant was given the subdomain at the same moment.
    """
    found = await problems(doors, job_id, configuration)
    if {problem.field for problem in found} == {"restaurant.subdomain"} and is_subdomain(configuration.restaurant.subdomain):
        raise SubdomainTaken(found[0].sentence)
    if found:
        listed = "; ".join(f"{problem.field}: {problem.sentence}" for problem in found)
        raise InvalidConfiguration(f"The configuration cannot start yet. {listed}")
    return await _kept(doors, MutationKind.START_CONFIGURATION, job_id, configuration, decided_by)


async def save(doors: Doors, job_id: str, configuration: YoloConfiguration, *, decided_by: str = "") -> Job:
    """Keep it without starting; it need not be valid yet. SubdomainTaken, StepNotActionRequired."""
    return await _kept(doors, MutationKind.SAVE_CONFIGURATION, job_id, configuration, decided_by)


async def _kept(doors: Doors, kind: MutationKind, job_id: str, configuration: YoloConfiguration, decided_by: str) -> Job:
    data, sealed = _sealed(doors, job_id, configuration)
    starts = kind is MutationKind.START_CONFIGURATION
    args = {"config": data, "secrets": [sealed_json(each) for each in sealed], "start": starts}
    return await perform_on_job(doors, kind, job_id, args, decided_by=decided_by)


async def saved(doors: Doors, job: Job) -> YoloConfiguration | None:
    """What was saved for a restaurant, with its passwords opened; None when nothing was."""
    if not job.execution_config:
        return None
    opened = {each: doors.secrets.open(await doors.store.sealed(each)) for each in secret_references(job.execution_config)}
    return from_json(job.execution_config, opened.__getitem__)


def _sealed(doors: Doors, job_id: str, configuration: YoloConfiguration) -> tuple[dict[str, object], tuple[SaveSecret, ...]]:
    sealed: list[SaveSecret] = []

    def refer(field: str, secret: Secret) -> str:
        sealed.append(doors.secrets.seal(secret, job_id=job_id, field=field))
        return sealed[-1].id

    data = to_json(configuration, refer)
    return data, tuple(sealed)

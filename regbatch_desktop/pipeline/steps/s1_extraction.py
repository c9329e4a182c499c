"""Step 1: start what is missing of menu and branding extraction, and track both until they have ended (L20).

Owns: which extraction a restaurant needs, each tracked apart with its own status.
Never: takes an old failed extraction for a result, or "started" for "done".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from regbatch_desktop.domain.effects import CallOutcome, EffectClass, OutcomeKind
from regbatch_desktop.domain.errors import ServiceError
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.pipeline.effect_request import EffectRequest
from regbatch_desktop.pipeline.outcomes import Done, Failed, RetryLater, Settled, StepOutcome
from regbatch_desktop.pipeline.restaurant_profile import send_profile
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.ports import ExtractionJob, SaveRestaurant

MENU, BRANDING = "menu", "branding"
_BRANDING_FIELDS = ("theme", "primary_color", "secondary_color")


async def process(context: StepContext) -> StepOutcome:
    """Completed when every wanted extraction has ended; a failed menu extraction fails the step, branding does not."""
    sent = await send_profile(context, {})
    if sent is not None:
        return sent
    wanted = _wanted(context.restaurant)
    try:
        jobs = await _latest(context)
        for kind, url in wanted.items():
            known = jobs.get(kind)
            if known is None or known.status == "failed":
                problem = await _start(context, kind, url)
                if problem is not None:
                    return problem
        return await _track(context, frozenset(wanted))
    except ServiceError as error:
        return RetryLater(error.code, error.sentence, error.retry_after_s)


def _wanted(restaurant: Restaurant) -> Mapping[str, str]:
    wanted = {}
    if restaurant.ubereats_url:
        wanted[MENU] = restaurant.ubereats_url
    if restaurant.website_url and not restaurant.logos.get("logo_url"):
        wanted[BRANDING] = restaurant.website_url
    return wanted


async def _latest(context: StepContext) -> dict[str, ExtractionJob]:
    """The newest extraction job of each kind."""
    return {job.job_type: job for job in await context.doors.platform.extraction_jobs(context.restaurant.id)}


async def _start(context: StepContext, kind: str, url: str) -> StepOutcome | None:
    platform = context.doors.platform
    # A person's retry of the step asks for a new extraction; an attempt within it is the same one.
    generation = context.job.step(1).retry_count + 1

    async def send(_key: str) -> CallOutcome:
        call = platform.start_menu_extraction if kind == MENU else platform.start_branding_extraction
        return await call(context.restaurant.id, url=url)

    async def query() -> CallOutcome:
        found = (await _latest(context)).get(kind)
        if found is None or found.status == "failed":
            return CallOutcome(OutcomeKind.NOT_EXECUTED, code="CONFIRMED_ABSENT")
        return CallOutcome(OutcomeKind.SUCCEEDED, reply={"jobId": found.job_id})

    outcome = await context.calls.perform(
        EffectRequest(
            name=f"{kind}Extraction",
            effect_class=EffectClass.QUERYABLE,
            body={"restaurantId": context.restaurant.id, "url": url},
            send=send,
            deadline_s=context.doors.limits.deadline_s(f"{kind}Extraction"),
            generation=generation,
            query=query,
        )
    )
    if outcome is None:
        return Settled()
    if outcome.kind is OutcomeKind.SUCCEEDED:
        return None
    if outcome.kind is OutcomeKind.FAILED_DEFINITE:
        return Failed(outcome.code or "EXTRACTION_REFUSED", f"The {kind} extraction was refused: {outcome.message}")
    return RetryLater(
        outcome.code or "EXTRACTION_NOT_STARTED", f"The {kind} extraction could not be started.", outcome.retry_after_s
    )


async def _track(context: StepContext, kinds: frozenset[str]) -> StepOutcome:
    limits = context.doors.limits
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + limits.extraction_limit_s
    while True:
        jobs = {kind: job for kind, job in (await _latest(context)).items() if kind in kinds}
        running = [kind for kind, job in jobs.items() if job.status == "running"]
        if not running and len(jobs) == len(kinds):
            return _ended(context.restaurant, jobs)
        if loop.time() > give_up_at:
            names = " and ".join(sorted(running)) or "nothing"
            return Failed("EXTRACTION_TIMEOUT", f"The extraction did not end in time; still running: {names}.")
        if not await context.stop.poll(limits.extraction_poll_s, context.wanted):
            return Settled()


def _ended(restaurant: Restaurant, jobs: Mapping[str, ExtractionJob]) -> StepOutcome:
    menu, branding = jobs.get(MENU), jobs.get(BRANDING)
    if menu is not None and menu.status == "failed":
        return Failed("MENU_EXTRACTION_FAILED", f"The menu extraction failed: {menu.error or 'no reason given'}")
    result: dict[str, object] = {
        "existing_extraction_jobs": {kind: job.job_id for kind, job in jobs.items()},
        "menu": menu.status if menu else "not wanted",
        "branding": branding.status if branding else "not wanted",
    }
    if not jobs:
        result["skipped_reason"] = "No delivery page or website to extract from"
    if branding is None or branding.status != "completed":
        return Done(result)
    values: dict[str, object] = {name: branding.result.get(name, "") for name in _BRANDING_FIELDS}
    values = {name: value for name, value in values.items() if isinstance(value, str)}
    logos = {k: v for k, v in branding.result.items() if k.startswith("logo_") and isinstance(v, str)}
    image = branding.result.get("website_og_image")
    if logos:
        values["logos"] = {**restaurant.logos, **logos}
    if isinstance(image, str) and image:
        values["header_images"] = {**restaurant.header_images, "website_og_image": image}
    changed = restaurant.with_known(values)
    return Done(result, (SaveRestaurant(restaurant, changed),) if changed is not restaurant else ())

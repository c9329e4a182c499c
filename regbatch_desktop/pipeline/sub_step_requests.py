"""One sub-step of Step 6 as a durable call: body, sender, and the query that finds a lost outcome.

Owns: which platform read proves that an account or a shop exists.
Never: decides the order of sub-steps (domain/sub_step_flow.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from regbatch_desktop.domain.configuration import YoloConfiguration
from regbatch_desktop.domain.configuration.sub_step_bodies import body_for
from regbatch_desktop.domain.effects import CallOutcome, EffectClass, OutcomeKind
from regbatch_desktop.domain.errors import InvalidStatus
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import SubStepEvent
from regbatch_desktop.domain.sub_step_flow import after_an_outcome, has_what_it_needs
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey, SubStepStatus
from regbatch_desktop.domain.transitions import apply_sub_step
from regbatch_desktop.pipeline.effect_request import EffectRequest
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.pipeline.sub_step_outcome import after_call


def sub_step_request(context: StepContext, key: SubStepKey, configuration: YoloConfiguration) -> EffectRequest:
    """The durable call of one sub-step as its saved configuration wants it (L25).

    It is made from the draft: what it needs may be on its way into the store, and then its intent goes along.
    """
    restaurant, drafted = context.restaurant, context.draft
    definition = SUB_STEPS[key]
    # What an earlier sub-step answered is kept with it, so that a resume finds it again (L3).
    generated = drafted.sub_steps[SubStepKey.CODE_GENERATION].result
    body: Mapping[str, object] = body_for(key, configuration, restaurant, generated)
    menu_id = configuration.menu.selected_menu_id or None
    limits = context.doors.limits

    async def send(idempotency_key: str) -> CallOutcome:
        return await context.doors.platform.run_sub_step(
            key, restaurant_id=restaurant.id, menu_id=menu_id, body=body, idempotency_key=idempotency_key
        )

    async def query() -> CallOutcome:
        return await _find(context, key, configuration)

    def began(job: Job) -> Job:
        # After a crash the sub-step still reads "in progress" or "unknown"; a repeat goes through "retrying".
        if job.sub_steps[key].status in (SubStepStatus.UNKNOWN, SubStepStatus.IN_PROGRESS):
            job = apply_sub_step(job, key, SubStepEvent.RETRY_LATER, now=context.doors.clock.now())
        elif not has_what_it_needs(job, key):
            # It was asked for on a draft that has not come true.
            raise InvalidStatus(f"{definition.label} cannot start before what it needs is done.")
        return apply_sub_step(job, key, SubStepEvent.START, now=context.doors.clock.now())

    def ended(job: Job, outcome: CallOutcome) -> Job:
        now = context.doors.clock.now()
        return after_an_outcome(after_call(job, key, outcome, limits=limits, now=now, draw=context.draw), now=now)

    return EffectRequest(
        name=key.value,
        effect_class=definition.effect_class,
        body=body,
        send=send,
        deadline_s=limits.deadline_s(key.value),
        generation=drafted.sub_steps[key].generation,
        query=query if definition.effect_class is EffectClass.QUERYABLE else None,
        began=began,
        ended=ended,
    )


async def _find(context: StepContext, key: SubStepKey, configuration: YoloConfiguration) -> CallOutcome:
    """Ask the platform whether the account or the shop exists. ServiceError when it cannot be asked."""
    status = await context.doors.platform.registration_status(context.restaurant.id)
    if key is SubStepKey.CLOUDWAITRESS_ACCOUNT:
        found, wanted = status.account_email, configuration.account.email
        reply: dict[str, object] = {"accountId": status.account_id}
        absent = not found
    else:
        found, wanted = status.subdomain, configuration.restaurant.subdomain
        reply = {"restaurantId": status.restaurant_id, "subdomain": status.subdomain}
        absent = not status.restaurant_id
        # The platform gives the final subdomain; any shop under this restaurant's id is this call's.
        wanted = found
    if absent:
        return CallOutcome(OutcomeKind.NOT_EXECUTED, code="CONFIRMED_ABSENT", message="not found at the platform")
    if found.casefold() != wanted.casefold():
        message = f"the platform has another account ({found}) for this restaurant"
        return CallOutcome(OutcomeKind.UNKNOWN, code="CONTRADICTION", message=message)
    return CallOutcome(OutcomeKind.SUCCEEDED, reply={"success": True, **reply})

"""Sending the restaurant's row to the platform, which reads address, hours and colours from its own copy.

Owns: which fields go, and that an unchanged row is not sent again within a run of a step.
Never: sends a password.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from regbatch_desktop.domain.effects import CallOutcome, EffectClass, OutcomeKind
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.pipeline.effect_request import EffectRequest
from regbatch_desktop.pipeline.outcomes import Failed, RetryLater, Settled, StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext

_FIELDS = (
    "name", "address", "city", "phone", "email", "theme", "primary_color", "secondary_color", "contact_name",
    "contact_email", "contact_phone", "company_name", "company_number", "nzbn", "gst_number", "full_legal_name",
    "website_url", "ubereats_url", "facebook_url", "instagram_url", "subdomain",
)  # fmt: skip


def profile_fields(restaurant: Restaurant, extra: Mapping[str, object]) -> dict[str, object]:
    """The row as sent: known fields, then what the saved configuration says (L25)."""
    fields: dict[str, object] = {name: value for name in _FIELDS if (value := getattr(restaurant, name))}
    fields["cuisine"] = list(restaurant.cuisine)
    if restaurant.opening_hours is not None:
        fields["opening_hours"] = restaurant.opening_hours.for_platform()
    return fields | {name: value for name, value in extra.items() if value not in ("", None)}


async def send_profile(
    context: StepContext, extra: Mapping[str, object], *, arrived: Callable[[], None] | None = None
) -> StepOutcome | None:
    """Put the row at the platform; None when it is there, else what the step should answer.

    `arrived` is called as soon as the platform has taken it, before that is recorded: what follows can share the commit.
    """
    fields = profile_fields(context.restaurant, extra)
    number = context.job.current_step
    generation = context.job.step(number).retry_count + 1

    async def send(_key: str) -> CallOutcome:
        answer = await context.doors.platform.put_restaurant(context.restaurant.id, fields)
        if arrived is not None and answer.kind is OutcomeKind.SUCCEEDED:
            arrived()
        return answer

    outcome = await context.calls.perform(
        EffectRequest(
            name=f"restaurantProfile{number}",
            effect_class=EffectClass.PUT,
            body=fields,
            send=send,
            deadline_s=context.doors.limits.deadline_s("restaurantProfile"),
            generation=generation,
        )
    )
    if outcome is None:
        return Settled()
    if outcome.kind is OutcomeKind.SUCCEEDED:
        return None
    if outcome.kind is OutcomeKind.FAILED_DEFINITE:
        return Failed(outcome.code or "SERVICE_REFUSED", f"The platform refused the restaurant's data: {outcome.message}")
    return RetryLater(outcome.code or "SERVICE_UNAVAILABLE", "The platform could not be reached.", outcome.retry_after_s)

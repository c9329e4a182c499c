"""Step 4: read the chosen company's details and save them with the restaurant; what was known otherwise is said (§4.4).

Owns: reading and saving in the commit that completes the step.
Never: decides which detail goes to which field (domain/company_profile.py).
"""

from __future__ import annotations

from regbatch_desktop.domain.company_profile import company_profile, differences
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.pipeline.outcomes import Done, Failed, RetryLater, Skipped, StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.ports import SaveRestaurant


async def process(context: StepContext) -> StepOutcome:
    """Skipped without a company; else the details are saved in the same commit as the step's completion."""
    chosen = context.job.step(3).result_data
    number = str(chosen.get("company_number") or "")
    if not number:
        return Skipped("No company selected")
    try:
        details = await context.doors.register.details(number)
    except ServiceUnavailable as error:
        return RetryLater("REGISTER_UNAVAILABLE", error.sentence, error.retry_after_s)
    except ServiceRefused as error:
        return Failed("REGISTER_REFUSED", error.sentence)
    profile = company_profile(details, director=str(chosen.get("director") or ""))
    restaurant = context.restaurant
    changed = restaurant.with_known(profile.values)
    writes = (SaveRestaurant(restaurant, changed),) if changed is not restaurant else ()
    result = {
        "company_details_saved": True,
        "company_number": details.company_number,
        "director": profile.director.name if profile.director else "",
        "director_because": profile.director_because,
        "differences": [*differences(restaurant, profile), *details.conflicts],
    }
    return Done(result, writes)

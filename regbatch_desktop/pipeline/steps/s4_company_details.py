"""Step 4: read the chosen company's details and fill the restaurant's empty knowledge with them (§4.4).

Owns: which detail goes to which field; the person's choice of director wins over the first current one.
Never: overwrites anything with emptiness.
"""

from __future__ import annotations

from dataclasses import asdict

from regbatch_desktop.domain.candidate import CompanyDetails, Director
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.names import title_case
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
    director = chosen_director(details, str(chosen.get("director") or ""))
    values: dict[str, object] = {
        "company_name": details.company_name,
        "company_number": details.company_number,
        "nzbn": details.nzbn,
        "gst_number": next(iter(details.gst_numbers), ""),
        "contact_email": next(iter(details.email_addresses), ""),
        "contact_phone": next(iter(details.phone_numbers), ""),
        "additional_contacts": asdict(details),
    }
    if director is not None:
        values["contact_name"] = title_case(director.name)
        values["full_legal_name"] = director.full_legal_name or director.name
    restaurant = context.restaurant
    changed = restaurant.with_known(values)
    writes = (SaveRestaurant(restaurant, changed),) if changed is not restaurant else ()
    return Done({"company_details_saved": True, "company_number": details.company_number}, writes)


def chosen_director(details: CompanyDetails, wanted: str) -> Director | None:
    """The director the person named, else the first who is current, else none (§4.4)."""
    if wanted:
        for director in details.directors:
            if wanted.casefold() in (director.name.casefold(), director.full_legal_name.casefold()):
                return director
    return next((director for director in details.directors if director.is_current), None)

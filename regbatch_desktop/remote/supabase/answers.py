"""What the project's functions answer, as values and errors of the program.

Owns: the words of refused change sets.
Never: asks for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from regbatch_desktop.domain import errors
from regbatch_desktop.domain.names import shown
from regbatch_desktop.ports import Lease
from regbatch_desktop.read_models import LeadRow

Row = Mapping[str, Any]


def lease_of(resource_id: str, instance_id: str, answer: Mapping[str, Any] | None) -> Lease | None:
    """The lease, or None when somebody else has it."""
    if answer is None:
        return None
    return Lease(resource_id, instance_id, answer["token"], datetime.fromisoformat(answer["expires_at"]).astimezone(UTC))


def lead_row(row: Row) -> LeadRow:
    """One restaurant of the list."""
    known = {name: row[name] or "" for name in ("name", "address", "city", "phone", "email")}
    return LeadRow(
        row["id"], **known, cuisine=", ".join(row["cuisine"] or ()), batch_id=row["batch_job_id"] or "",
        batch_name=row["batch_name"] or "", status_key=row["status"] or "new",
    )  # fmt: skip


def refusal(code: str, detail: Mapping[str, Any]) -> errors.RegBatchError:
    """The program's error for a rule that refused a change set."""

    def named(what: str) -> str:
        return shown(str(detail.get(what) or ""), cap=80)

    if code == "RESTAURANT_ALREADY_IN_BATCH":
        return errors.RestaurantAlreadyInBatch(
            f"{named('restaurant')} is already in the batch “{named('batch')}”, which has not ended."
        )
    if code == "SUBDOMAIN_TAKEN":
        return errors.SubdomainTaken(f"The subdomain {named('subdomain')} is taken by {named('restaurant')}.")
    return errors.RuleError("The team's project refused this change.", detail=code)

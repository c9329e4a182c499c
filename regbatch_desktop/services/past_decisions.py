"""People's decisions on companies as labels: for choosing the threshold, and to be learned from.

Owns: which decisions count (the last of each restaurant, looked at one by one by a person), the columns of the export.
Never: counts what a policy or one click for many accepted: that would only say that it agrees with itself.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from regbatch_desktop.domain.decision import Decision, DecisionKind
from regbatch_desktop.domain.matching import is_active
from regbatch_desktop.domain.matching.simulation import Judged
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import BatchStore
from regbatch_desktop.services.exports import safe_cell, write_file

POLICY = "the policy “best”"
TOGETHER = " (accepted together)"
COLUMNS = (
    "decision", "decided_at", "restaurant", "address", "city", "label", "rank", "score", "company_number", "company_name",
    "company_address", "status", "reasons",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastDecision:
    """The last decision of one restaurant, and whether a person looked at it by itself."""

    restaurant: Restaurant
    decision: Decision
    is_by_itself: bool


async def past_decisions(store: BatchStore) -> tuple[PastDecision, ...]:
    """Every restaurant's last decision, oldest batch first."""
    found = []
    for batch in await store.batch_rows():
        restaurants = {each.id: each for each in await store.batch_restaurants(batch.key)}
        for job in await store.jobs(batch.key):
            made = await store.decisions(job.id)
            if made:
                by = made[-1].decided_by
                own = by != POLICY and not by.endswith(TOGETHER)
                found.append(PastDecision(restaurants[job.restaurant_id], made[-1], own))
    return tuple(found)


def judged(past: Sequence[PastDecision]) -> tuple[Judged, ...]:
    """The decisions that a threshold can be tried on: those made by a person with candidates on the table."""
    rows = []
    for each in past:
        evidence = each.decision.evidence
        if not each.is_by_itself or not evidence:
            continue
        best = evidence[0]
        second = _score(evidence[1]) if len(evidence) > 1 else 0.0
        chosen = each.decision.company_number if each.decision.kind is not DecisionKind.NONE_OF_THESE else ""
        # Decisions of earlier versions do not know the status; then it does not speak against the candidate.
        active = is_active(str(best.get("status", "Registered")))
        right, doubt = bool(chosen) and chosen == best.get("number"), str(best.get("doubt", ""))
        rows.append(Judged(_score(best), _score(best) - second, active, right, doubt))
    return tuple(rows)


def labelled_rows(past: Sequence[PastDecision]) -> Iterator[dict[str, str]]:
    """One row for each candidate that lay on the table; `label` 1 for the one that a person chose."""
    for each in past:
        if not each.is_by_itself:
            continue
        decision, restaurant = each.decision, each.restaurant
        for rank, candidate in enumerate(decision.evidence, start=1):
            reasons = candidate.get("reasons")
            chosen = decision.kind is not DecisionKind.NONE_OF_THESE and candidate.get("number") == decision.company_number
            yield {
                "decision": decision.id, "decided_at": decision.decided_at.isoformat(), "restaurant": restaurant.name,
                "address": restaurant.address, "city": restaurant.city, "label": str(int(chosen)), "rank": str(rank),
                "score": str(candidate.get("score", "")), "company_number": str(candidate.get("number", "")),
                "company_name": str(candidate.get("name", "")), "company_address": str(candidate.get("address", "")),
                "status": str(candidate.get("status", "")),
                "reasons": "; ".join(str(reason) for reason in reasons) if isinstance(reasons, list | tuple) else "",
            }  # fmt: skip


def write_labelled(path: Path, past: Sequence[PastDecision]) -> int:
    """A CSV of the labelled candidates; how many rows it has. No cell can be a formula; OSError."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    count = 0
    for row in labelled_rows(past):
        table.writerow({name: safe_cell(value) for name, value in row.items()})
        count += 1
    write_file(path, text.getvalue().encode("utf-8-sig", errors="replace"))
    return count


def _score(candidate: Mapping[str, object]) -> float:
    value = candidate.get("score", 0.0)
    return float(value) if isinstance(value, int | float) else 0.0

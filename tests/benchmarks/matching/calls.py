"""How many of the right companies the first calls of a plan bring, from a register that only answers searches.

The register answers as strictly as the real one: every word asked for must begin a word. Beside the plan: what the reference measured
as the best fixed order (name as typed, then number, street and city).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from regbatch_desktop.domain.search_plan import SearchCall, planned_calls
from regbatch_desktop.domain.search_query import clean_name, clean_street, search_query
from regbatch_desktop.practice.register import PracticeRegister
from tests.benchmarks.matching.development import REGIONS, Row, address_of, companies, restaurants

CALLS = 5


def _answered(register: PracticeRegister, call: SearchCall) -> set[str]:
    body: dict[str, object] = {"restaurant_name": call.name}
    if call.is_address:
        body = {"searchType": "address", "street": call.street, "city": call.city}
    return {row["company_number"] for row in register.search(body)}


def fixed(row: Row) -> Sequence[SearchCall]:
    """Name as typed; number, street and city."""
    return SearchCall(name=clean_name(row["trading_name"])), SearchCall(street=clean_street(row["street"]), city=row["city"])


def planned(row: Row) -> Sequence[SearchCall]:
    """The product's plan."""
    return planned_calls(search_query(row["trading_name"], address_of(row), row["city"]))


def recall(plan: Callable[[Row], Sequence[SearchCall]], region: str, register: PracticeRegister) -> list[float]:
    """The share of restaurants whose company is among the results, after each call."""
    asked = [row for row in restaurants(region) if row["true_id"]]
    found = [0] * CALLS
    for row in asked:
        seen = False
        calls = list(plan(row))[:CALLS]
        for at in range(CALLS):
            seen = seen or (at < len(calls) and row["true_id"] in _answered(register, calls[at]))
            found[at] += seen
    return [count / len(asked) for count in found]


def main() -> None:
    """Print the table."""
    register = PracticeRegister(
        {
            "company_number": row["id"], "company_name": row["name"], "address": row["address"], "city": row["city"],
            "postcode": row["postcode"],
        }
        for region in REGIONS
        for row in companies(region, "full")
    )  # fmt: skip
    print(f"\nCalls: the right company among the results after n calls, register of {len(register)} companies\n")
    print("| plan | " + " | ".join(f"{region.upper()} {n}" for region in REGIONS for n in range(1, CALLS + 1)) + " |")
    print("|---|" + "---|" * (CALLS * len(REGIONS)))
    for name, plan in (("name as typed, then the address", fixed), ("RegBatch", planned)):
        cells = [f"{share:.3f}" for region in REGIONS for share in recall(plan, region, register)]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()

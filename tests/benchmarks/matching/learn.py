"""`make learn`: makes regbatch_desktop/domain/matching/weights.json again from the development records.

The points are fitted on both regions in all three views. The thresholds come from restaurants the points had not seen: each region
ranked with the points of the other. A threshold keeps its precision on them, and accepts no larger share of wrong companies where
each restaurant's right one has been taken away (with 95 % confidence), in each view with addresses; where nothing but a
name speaks for a company it has a threshold of its own.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import regbatch_desktop.domain.matching as matching
from tests.benchmarks.matching.development import REGIONS, VIEWS, evidence, problems
from tests.benchmarks.matching.learning import CONTACTS, GONE, best_of, fitted, least_for_few, struck, threshold, unweighted
from tests.benchmarks.peers import peers_python

Best = list[tuple[float, bool]]
TARGET = Path(matching.__file__).parent / "weights.json"
PRECISIONS = (0.9, 0.95, 0.98, 0.99)
# Kept where nothing but a name speaks for a company, whatever else a person asks for.
STRICT = 0.99
# A register shows something between every address and only those that are not the premises' own.
WITH_ADDRESSES = ("full", "indep")


def _up(share: float) -> float:
    return min(1.0, math.ceil(10_000 * share) / 10_000)


def main() -> None:
    """Fit, find the thresholds, write the table."""
    python = peers_python()
    both, alone = unweighted(REGIONS), {region: unweighted([region]) for region in REGIONS}
    found = {(region, view): problems(region, view) for region in REGIONS for view in VIEWS}
    everything = [row for rows in found.values() for row in evidence(rows, both)]
    apart = [[row for view in VIEWS for row in evidence(found[region, view], alone[region])] for region in REGIONS]
    table, *others = fitted(python, [everything, *apart], [both, *(alone[region] for region in REGIONS)])
    learned_elsewhere = dict(zip(reversed(REGIONS), others, strict=True))
    named: Best = []
    for region, there in learned_elsewhere.items():
        named += best_of(evidence(found[region, "name"], there), there)
    by_name = _up(threshold(named, STRICT))
    accepted: Best = []
    wrong: dict[str, Best] = {view: [] for view in WITH_ADDRESSES}
    for region, there in learned_elsewhere.items():
        for view in WITH_ADDRESSES:
            accepted += best_of(evidence(found[region, view], there), there, by_name)
            wrong[view] += best_of(evidence(struck(found[region, view]), there), there, by_name)
    asked = sum(len(found[region, "full"]) for region in REGIONS)
    thresholds = {
        str(precision): _up(
            max(threshold(accepted, precision), *(least_for_few(each, asked, 1 - precision) for each in wrong.values()))
        )
        for precision in PRECISIONS
    }
    text = json.dumps(
        {
            "made_by": "make learn",
            "points": table.points, "none": table.none, "gone": GONE, "contacts": CONTACTS, "thresholds": thresholds, "by_name": by_name,
            "companies": table.companies, "words": table.words,
        },
        indent=1,
    )  # fmt: skip
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(
        f"{TARGET.name}: {len(table.points)} points, none {table.none}, thresholds {thresholds}, by name {by_name}, {len(table.words)} words"
    )


if __name__ == "__main__":
    main()

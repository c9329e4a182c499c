"""`make learn`: makes regbatch_desktop/domain/matching/weights.json again from the development records.

The points are fitted on both regions in all three views. The thresholds come from restaurants the points had not seen: each region
ranked with the points of the other. A threshold keeps its precision on them, and accepts no larger share of wrong companies where
each restaurant's right one has been taken away.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import regbatch_desktop.domain.matching as matching
from tests.benchmarks.matching.development import REGIONS, VIEWS, evidence, problems
from tests.benchmarks.matching.learning import CONTACTS, GONE, best_of, fitted, least_for_few, struck, threshold, unweighted
from tests.benchmarks.peers import peers_python

TARGET = Path(matching.__file__).parent / "weights.json"
PRECISIONS = (0.9, 0.95, 0.98, 0.99)


def main() -> None:
    """Fit, find the thresholds, write the table."""
    python = peers_python()
    both, alone = unweighted(REGIONS), {region: unweighted([region]) for region in REGIONS}
    found = {(region, view): problems(region, view) for region in REGIONS for view in VIEWS}
    everything = [row for rows in found.values() for row in evidence(rows, both)]
    apart = [[row for view in VIEWS for row in evidence(found[region, view], alone[region])] for region in REGIONS]
    table, *others = fitted(python, [everything, *apart], [both, *(alone[region] for region in REGIONS)])
    accepted, wrong, asked = [], [], 0
    for region, weights in zip(reversed(REGIONS), others, strict=True):
        accepted += best_of(evidence(found[region, "full"], weights), weights)
        missing = struck(found[region, "full"])
        wrong += best_of(evidence(missing, weights), weights)
        asked += len(missing)
    thresholds = {
        str(precision): min(
            1.0, math.ceil(1000 * max(threshold(accepted, precision), least_for_few(wrong, asked, 1 - precision))) / 1000
        )
        for precision in PRECISIONS
    }
    text = json.dumps(
        {
            "made_by": "make learn",
            "points": table.points, "none": table.none, "gone": GONE, "contacts": CONTACTS, "thresholds": thresholds,
            "companies": table.companies, "words": table.words,
        },
        indent=1,
    )  # fmt: skip
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(table.points)} points, none {table.none}, thresholds {thresholds}, {len(table.words)} words")


if __name__ == "__main__":
    main()

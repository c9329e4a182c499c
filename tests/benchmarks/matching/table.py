"""The table of `make bench`: who puts the right company first, and how much may be accepted without a person.

One run, the same registers and restaurants for everybody. RegBatch is ranked with points that were learned in the other region, and
with points learned from both by five-fold cross-validation, all restaurants of a company in the same fold.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE
from regbatch_desktop.domain.matching.simulation import lower_bound
from regbatch_desktop.domain.matching.weights import Weights, learned
from tests.benchmarks.matching.development import (
    REGIONS,
    Problem,
    address_of,
    companies,
    evidence,
    problems,
    register_row,
    restaurants,
)
from tests.benchmarks.matching.learning import Evidence, best_of, doubtful, fitted, shares, struck, unweighted
from tests.benchmarks.peers import peers_python

VIEWS = ("full", "indep", "name")
FOLDS = 5
PRECISION = 0.99
Ranking = list[list[tuple[str, float]]]


@dataclass(frozen=True)
class Figures:
    """`accepted`: the share of all restaurants above the threshold that keeps 99 %, and the lower bound of its precision."""

    top_1: float
    recall_10: float
    mrr: float
    accepted: float
    lower: float


def figures_of(region: str, found: Ranking, doubtful: Sequence[bool] = ()) -> Figures:
    """The figures of one ranking; a restaurant without a company counts only against what is accepted.

    `doubtful`: where the ranker itself says that a person should look; these are accepted last, whatever their score.
    """
    right_first = among_ten = rank_sum = known = 0.0
    tops: list[tuple[float, float, bool]] = []
    for row, best, doubt in zip(restaurants(region), found, doubtful or [False] * len(found), strict=True):
        numbers = [number for number, _ in best]
        if row["true_id"]:
            known += 1
            if row["true_id"] in numbers[:10]:
                at = numbers.index(row["true_id"])
                right_first += at == 0
                among_ten += 1
                rank_sum += 1 / (at + 1)
        if best:
            gap = best[0][1] - (best[1][1] if len(best) > 1 else 0.0)
            tops.append((best[0][1] * (not doubt), gap, numbers[0] == row["true_id"]))
    tops.sort(key=lambda each: (-each[0], -each[1]))
    right = accepted = kept = 0
    for count, (score, gap, ok) in enumerate(tops, start=1):
        right += ok
        last_of_equal = count == len(tops) or tops[count][:2] < (score, gap)
        if last_of_equal and right / count >= PRECISION:
            accepted, kept = count, right
    return Figures(right_first / known, among_ten / known, rank_sum / known, accepted / len(found), lower_bound(kept, accepted))


def _ranked(found: Sequence[Problem], rows: Evidence, weights: Sequence[Weights]) -> Ranking:
    """Best first; equal ones by number."""
    answers: Ranking = []
    for problem, row, table in zip(found, rows, weights, strict=True):
        chances = shares(row, table)
        order = sorted(range(len(chances)), key=lambda at: (-chances[at], problem.hits[at].company_number))
        answers.append([(problem.hits[at].company_number, chances[at]) for at in order[:10]])
    return answers


def _fold(problem: Problem) -> int:
    return zlib.crc32((problem.truth or problem.query["qid"]).encode()) % FOLDS


def _doubtful(rows: Evidence, weights: Sequence[Weights]) -> list[bool]:
    """Where the product would not accept its best candidate, whatever its score."""
    return [doubtful(row, shares(row, table)) for row, table in zip(rows, weights, strict=True)]


@dataclass(frozen=True)
class AsShipped:
    """At the product's own thresholds: how many of the restaurants are accepted, how many of those wrongly, and how many once the
    right company of each has been taken away.
    """

    accepted: int
    wrong: int
    missing: int


def as_shipped(found: Sequence[Problem], there: Weights) -> AsShipped:
    """What the product accepts with these points."""
    by_name = learned().by_name
    taken = [ok for score, ok in best_of(evidence(found, there), there, by_name) if score >= DEFAULT_MIN_SCORE]
    missing = best_of(evidence(struck(found), there), there, by_name)
    return AsShipped(len(taken), len(taken) - sum(taken), sum(score >= DEFAULT_MIN_SCORE for score, _ in missing))


def own(python: str) -> tuple[dict[tuple[str, str, str], tuple[Ranking, list[bool]]], dict[tuple[str, str], AsShipped]]:
    """RegBatch's rankings, and where it doubts them, by (who, region, view); what it accepts by (region, view)."""
    found = {(region, view): problems(region, view) for region in REGIONS for view in VIEWS}
    alone = {region: unweighted([region]) for region in REGIONS}
    both = unweighted(REGIONS)
    rows = {key: evidence(each, both) for key, each in found.items()}
    folds = [
        [row for key, each in found.items() for problem, row in zip(each, rows[key], strict=True) if _fold(problem) != fold]
        for fold in range(FOLDS)
    ]
    apart = [[row for view in VIEWS for row in evidence(found[region, view], alone[region])] for region in REGIONS]
    tables = fitted(python, [*apart, *folds], [*(alone[region] for region in REGIONS), *[both] * FOLDS])
    learned_in = dict(zip(REGIONS, tables[: len(REGIONS)], strict=True))
    answers, shipped = {}, {}
    for (region, view), each in found.items():
        other = learned_in[next(name for name in REGIONS if name != region)]
        rows_there = evidence(each, other)
        tables_there = [other] * len(each)
        answers["RegBatch, learned in the other region", region, view] = (
            _ranked(each, rows_there, tables_there), _doubtful(rows_there, tables_there),
        )  # fmt: skip
        shipped[region, view] = as_shipped(each, other)
        in_folds = [tables[len(REGIONS) + _fold(problem)] for problem in each]
        answers["RegBatch, cross-validated by company", region, view] = (
            _ranked(each, rows[region, view], in_folds), _doubtful(rows[region, view], in_folds),
        )  # fmt: skip
    return answers, shipped


def theirs(python: str, view: str) -> dict[tuple[str, str, str], Ranking]:
    """The peers' rankings of one view by (who, region, view)."""
    tasks = [
        {
            "region": region, "view": view,
            "register": [
                {"id": row.number, "name": row.name, "address": row.addresses} for row in map(register_row, companies(region, view))
            ],
            "queries": [
                {"name": row["trading_name"], "address": address_of(row), "postcode": row["postcode"], "truth": row["true_id"]}
                for row in restaurants(region)
            ],
        }
        for region in REGIONS
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "answers.json"
        command = [python, str(Path(__file__).parent / "peer_ranking.py"), str(target)]
        subprocess.run(command, input=json.dumps(tasks), text=True, check=True, timeout=3600, capture_output=True)
        answers = json.loads(target.read_text(encoding="utf-8"))
    return {
        (each["peer"], each["region"], each["view"]): [[(number, score) for number, score in best] for best in each["found"]]
        for each in answers
    }


def without_company(region: str, found: Ranking, doubts: Sequence[bool], least: float) -> str:
    """Of the restaurants whose company is not in the register: accepted at `least`, and the upper bound of that share."""
    tops = [
        best[0][1] if best and not doubt else 0.0
        for row, best, doubt in zip(restaurants(region), found, doubts, strict=True)
        if not row["true_id"]
    ]
    return at_most(sum(score >= least for score in tops), len(tops))


def at_most(wrong: int, asked: int) -> str:
    """A share, and what it is at most with 95 % confidence."""
    return f"{wrong} of {asked} ({wrong / asked:.1%}, at most {1 - lower_bound(asked - wrong, asked):.1%})"


def main(views: Sequence[str] = VIEWS) -> None:
    """Print the table."""
    began = time.perf_counter()
    python = peers_python()
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(theirs, python, view) for view in views]
        mine, shipped = own(python)
        answers = {key: (ranked, list[bool]()) for each in asked for key, ranked in each.result().items()} | mine
    names = list(dict.fromkeys(name for name, _, _ in answers))
    print(f"\nMatching: 600 restaurants a region, load {os.getloadavg()[0]:.1f}; accepted at >= 99 % (lower 95 % bound)")
    for view in views:
        print(f"\n{view} view\n")
        print("| ranker | VIC top-1 | R@10 | MRR | accepted | TX top-1 | R@10 | MRR | accepted |")
        print("|---|---|---|---|---|---|---|---|---|")
        for name in names:
            cells = []
            for region in REGIONS:
                if (ranked := answers.get((name, region, view))) is not None:
                    f = figures_of(region, *ranked)
                    cells.append(f"{f.top_1:.3f} | {f.recall_10:.3f} | {f.mrr:.3f} | {f.accepted:.1%} ({f.lower:.3f})")
                else:
                    cells.append("– | – | – | –")
            print(f"| {name} | {' | '.join(cells)} |")
    print(f"\nAccepted at {DEFAULT_MIN_SCORE:.3f} though no company of the register is right, full view:")
    for name in names:
        if name.startswith("RegBatch") and "full" in views:
            told = (
                f"{region.upper()} {without_company(region, *answers[name, region, 'full'], DEFAULT_MIN_SCORE)}"
                for region in REGIONS
            )
            print(f"{name}: {', '.join(told)}")
    print(
        f"\nAs shipped (threshold {DEFAULT_MIN_SCORE:.3f}, {learned().by_name:.4f} by name alone), learned in the other region\n"
    )
    print("| view | region | accepted | right of them (lower 95 % bound) | accepted wrongly, each right company taken away |")
    print("|---|---|---|---|---|")
    for view in views:
        each = {region.upper(): (shipped[region, view], len(restaurants(region))) for region in REGIONS}
        both = AsShipped(*(sum(getattr(one, part) for one, _ in each.values()) for part in ("accepted", "wrong", "missing")))
        for region, (one, restaurants_there) in {**each, "both": (both, sum(count for _, count in each.values()))}.items():
            right = one.accepted - one.wrong
            kept = f"{right} of {one.accepted} ({lower_bound(right, one.accepted):.3f})"
            print(
                f"| {view} | {region} | {one.accepted / restaurants_there:.1%} | {kept} | {at_most(one.missing, restaurants_there)} |"
            )
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:] or VIEWS)

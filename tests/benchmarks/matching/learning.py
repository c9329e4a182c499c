"""Learning the table of points from the development records, and measuring what it reaches where it was not learned.

Owns: rarity of words, the fit (in the peers' environment), the thresholds for a precision.
"""

from __future__ import annotations

import json
import math
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from regbatch_desktop.domain.matching.acceptance import MIN_GAP
from regbatch_desktop.domain.matching.doubts import Doubts, name_alone
from regbatch_desktop.domain.matching.features import AGAINST, FOR
from regbatch_desktop.domain.matching.ranking import probabilities
from regbatch_desktop.domain.matching.simulation import lower_bound
from regbatch_desktop.domain.matching.weights import Weights
from regbatch_desktop.domain.matching.words import name_parts
from tests.benchmarks.matching.development import Problem, companies

HERE = Path(__file__).parent
# The development registers list no company that is gone; this is set, not learned.
GONE = -3.0
# Nor do they publish a phone, a domain or a director: also set. A phone weighs as much as the door; a name is not one person's alone.
CONTACTS = {"same_phone": 5.0, "same_domain": 4.0, "same_person": 3.0}
# Set as well (features.py): 57 restaurants go by a legal name, all of them are that company's, but only one in Victoria.
LEGAL_NAME = {"same_legal_name": 6.0}
LEAST_COMPANIES = 2
Evidence = list[dict[str, object]]


def rarity(regions: Iterable[str], *, least: int = LEAST_COMPANIES) -> tuple[dict[str, int], int]:
    """How many companies use a word (those that at least `least` use), and how many companies there are."""
    counts: Counter[str] = Counter()
    total = 0
    for region in regions:
        for row in companies(region, "name"):
            parts = name_parts(row["name"])
            counts.update({*parts.telling, *parts.branch})
            total += 1
    return {word: count for word, count in sorted(counts.items()) if count >= least}, total


def unweighted(regions: Iterable[str]) -> Weights:
    """A table that knows only how rare words are."""
    words, total = rarity(regions)
    return Weights({}, 0.0, GONE, words, total, {})


def fitted(python: str, sets: Sequence[Evidence], bases: Sequence[Weights]) -> list[Weights]:
    """The points for each set of problems, with the rarity they were made with."""
    asked = json.dumps({"for": FOR, "against": AGAINST, "set": LEGAL_NAME, "fits": sets})
    done = subprocess.run(
        [python, str(HERE / "peer_fit.py")], input=asked, capture_output=True, text=True, check=True, timeout=900
    )
    return [
        Weights(found["points"], found["none"], GONE, base.words, base.companies, {})
        for found, base in zip(json.loads(done.stdout), bases, strict=True)
    ]


def shares(problem: dict[str, object], weights: Weights) -> tuple[float, ...]:
    """The probability of each candidate."""
    candidates: list[dict[str, float]] = problem["candidates"]  # type: ignore[assignment]
    points = [round(sum(weights.points.get(n, 0.0) * v for n, v in each.items()), 6) for each in candidates]
    return probabilities(points, weights.none)


def doubtful(problem: dict[str, object], chances: Sequence[float], by_name: float = 0.0) -> bool:
    """The best candidate is none to accept without a person, whatever its probability."""
    candidates: list[dict[str, float]] = problem["candidates"]  # type: ignore[assignment]
    if not chances:
        return True
    best = max(range(len(chances)), key=lambda at: chances[at])
    if chances[best] < by_name and name_alone(candidates[best]):
        return True
    return bool(Doubts(candidates).about(candidates[best]))


def struck(found: Sequence[Problem]) -> list[Problem]:
    """The same restaurants with their right company taken away: whatever is accepted then is wrong."""
    return [
        replace(problem, truth="", hits=tuple(hit for hit in problem.hits if hit.company_number != problem.truth))
        for problem in found
    ]


def best_of(rows: Evidence, weights: Weights, by_name: float = 0.0) -> list[tuple[float, bool]]:
    """Each best candidate that the product would not doubt: its probability, and whether it is right; as `accepted` of `threshold`.
    `by_name`: the least probability where nothing but a name speaks for it.
    """
    told = []
    for row in rows:
        chances = shares(row, weights)
        if not doubtful(row, chances, by_name):
            ahead = sorted(chances, reverse=True)
            if round(ahead[0] - (ahead[1] if len(ahead) > 1 else 0.0), 4) >= MIN_GAP:
                told.append((ahead[0], chances.index(ahead[0]) == row["right"]))
    return told


def least_for_few(wrong: Sequence[tuple[float, bool]], asked: int, share: float) -> float:
    """The least probability above which so few of `asked` are accepted that it is at most this share with 95 % confidence; all of
    `wrong` are wrong.
    """
    scores = sorted((score for score, _ in wrong), reverse=True)
    allowed = next((few for few in range(len(scores)) if 1 - lower_bound(asked - few - 1, asked) > share), len(scores))
    return math.nextafter(scores[allowed], 1.0) if len(scores) > allowed else 0.0


def threshold(accepted: Sequence[tuple[float, bool]], precision: float) -> float:
    """The least probability above which one error more than was seen still keeps the precision; 1 when none does."""
    wrong, best = 0, 1.0
    ordered = sorted(accepted, key=lambda each: -each[0])
    for count, (score, ok) in enumerate(ordered, start=1):
        wrong += not ok
        last_of_equal = count == len(ordered) or ordered[count][0] < score
        if last_of_equal and (wrong + 1) / count <= 1 - precision:
            best = score
    return best

"""Fits the points of the evidence: which candidate is right, or none. Runs in the peers' environment (NumPy, SciPy).

A conditional logit: the odds of a candidate are exp(points · evidence), those of “none of these” are exp(none). Fitted by
maximum likelihood with an L2 penalty; evidence for a company is worth at least nothing, evidence against at most nothing; that of `set` has its worth already.
Each restaurant also stands, with a small weight, for the case that its company is missing from the register.
"""

from __future__ import annotations

import json
import math
import sys

import numpy as np
from scipy.optimize import minimize

PENALTY = 2.0
MISSING = 0.15


def fit(problems, features_for, features_against, features_set):
    features = [*features_for, *features_against, *features_set]
    column = {name: at for at, name in enumerate(features)}
    width = len(features)
    starts, right, values = [0], [], []
    for problem in problems:
        if not problem["candidates"]:
            continue
        for evidence in problem["candidates"]:
            row = np.zeros(width)
            for name, value in evidence.items():
                if name in column:
                    row[column[name]] = value
            values.append(row)
        right.append(problem["right"])
        starts.append(len(values))
    x, ends, chosen = np.array(values), np.array(starts), np.array(right)
    first, sizes, has = ends[:-1], np.diff(ends), chosen >= 0
    truth = np.zeros(len(x))
    truth[first[has] + chosen[has]] = 1

    def loss(w):
        odds = np.exp(np.clip(x @ w[:width], -50, 50))
        none = math.exp(w[width])
        total = np.add.reduceat(odds, first) + none
        best = np.where(has, odds[np.where(has, first + np.maximum(chosen, 0), 0)], none)
        value = 0.5 * PENALTY * (w[:width] ** 2).sum() - np.log(best / total).sum()
        slope = np.zeros(width + 1)
        slope[:width] = PENALTY * w[:width] + x.T @ (odds / np.repeat(total, sizes) - truth)
        slope[width] = (none / total).sum() - (~has).sum()
        # The same restaurants without their company: then none of the others is right.
        others = odds * (1 - truth)
        total = np.add.reduceat(others, first) + none
        weight = np.where(has, MISSING, 0.0)
        value -= (weight * np.log(none / total)).sum()
        slope[:width] += x.T @ (np.repeat(weight / total, sizes) * others)
        slope[width] += (weight * (none / total - 1)).sum()
        return value, slope

    bounds = [(0, None)] * len(features_for) + [(None, 0)] * len(features_against)
    bounds += [(worth, worth) for worth in features_set.values()] + [(None, None)]
    start = np.array([*np.zeros(width - len(features_set)), *features_set.values(), 0.0])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    points = {name: round(float(found[at]), 3) for name, at in column.items()}
    return {"points": points, "none": round(float(found[width]), 3)}


asked = json.load(sys.stdin)
print(json.dumps([fit(problems, asked["for"], asked["against"], asked["set"]) for problems in asked["fits"]]))

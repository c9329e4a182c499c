"""Splink 5 on DuckDB, its m probabilities estimated from labelled pairs, its u by random sampling. In the peers' environment."""

from __future__ import annotations

import logging
import re
from collections import Counter

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.getLogger("splink").setLevel(logging.ERROR)
LEGAL = frozenset(["limited", "ltd", "lp", "llc", "inc", "pty", "corp", "co", "company", "the", "and", "of", "at"])
WORD = re.compile(r"[a-z0-9]+")
BEST = 10


def _frame(rows, counts):
    made = []
    for row in rows:
        words = [word for word in WORD.findall(row["name"].lower().replace("'", "")) if word not in LEGAL]
        line = WORD.findall(row["address"].lower())
        number = next((word for word in line if word.isdigit()), None)
        after = line[line.index(number) + 1 : line.index(number) + 3] if number else []
        rare = sorted(set(words), key=lambda word: (counts[word], word))
        postcode = line[-1] if line and line[-1].isdigit() and len(line[-1]) in (4, 5) else None
        made.append(
            {
                "unique_id": row["id"], "name": " ".join(words) or None, "words": sorted(set(words)) or [""],
                "rarest": rare[0] if rare else None, "second": rare[1] if len(rare) > 1 else None,
                "line": " ".join(line) or None, "door": " ".join([number, *after]) if number and after else None,
                "street": after[0] if after else None, "postcode": postcode,
            }
        )  # fmt: skip
    return pd.DataFrame(made)


def _linker(task, settings):
    counts = Counter(word for row in task["register"] for word in set(WORD.findall(row["name"].lower().replace("'", ""))))
    queries = [{"id": f"q{at}", "name": query["name"], "address": query["address"]} for at, query in enumerate(task["queries"])]
    api = DuckDBAPI()
    left = api.register(_frame(queries, counts), dataset_display_name="queries")
    right = api.register(_frame(task["register"], counts), dataset_display_name="register")
    return api, Linker([left, right], settings, log_level=logging.ERROR)


def _settings(view):
    comparisons = [
        cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]),
        cl.ArrayIntersectAtSizes("words", [3, 2, 1]),
        cl.ExactMatch("rarest").configure(term_frequency_adjustments=True),
    ]
    blocks = [block_on("name"), block_on("rarest"), block_on("second")]
    if view != "name":
        comparisons += [
            cl.LevenshteinAtThresholds("line", [2, 8]),
            cl.ExactMatch("door"),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ]
        blocks += [block_on("door"), block_on("postcode", "street"), block_on("line")]
    return SettingsCreator(
        link_type="link_only", comparisons=comparisons, blocking_rules_to_generate_predictions=blocks,
        probability_two_random_records_match=1 / len(blocks) / 1000,
    )  # fmt: skip


def splink_ranking(task, labelled):
    """The ten best of each restaurant by match weight."""
    api, linker = _linker(labelled, _settings(labelled["view"]))
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    known = {row["id"] for row in labelled["register"]}
    labels = pd.DataFrame(
        {
            "source_dataset_l": "queries", "unique_id_l": f"q{at}", "source_dataset_r": "register", "unique_id_r": query["truth"],
            "clerical_match_score": 1.0,
        }
        for at, query in enumerate(labelled["queries"])
        if query["truth"] in known
    )  # fmt: skip
    linker.training.estimate_m_from_pairwise_labels(api.register(labels, table_name="labels"))
    trained = linker.misc.save_model_to_json()
    _, linker = _linker(task, trained)
    pairs = linker.inference.predict().as_pandas_dataframe()
    found = [[] for _ in task["queries"]]
    for row in pairs.itertuples():
        ids = (row.unique_id_l, row.unique_id_r) if row.source_dataset_l == "queries" else (row.unique_id_r, row.unique_id_l)
        found[int(ids[0][1:])].append([ids[1], float(row.match_weight)])
    return [sorted(each, key=lambda one: (-one[1], one[0]))[:BEST] for each in found]

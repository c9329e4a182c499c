"""The peers rank the same restaurants in the same registers. Runs in the peers' environment; JSON in and out.

One view at a time. Asked on standard input, answered in the file that the argument names: [{"region", "view", "register": [{id, name, address}], "queries": [{name, address, postcode, truth}]}]. Each peer answers, for each
restaurant, its ten best as [id, score]. Those that learn are trained on the labels of the other region and (Splink, as it is meant to
be used) on those of the same.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import time
import warnings

import numpy as np
import pandas as pd
import recordlinkage
from peer_splink import splink_ranking
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
BEST = 10
WORD = re.compile(r"[a-z0-9]+")


def rapidfuzz_ranking(scorer):
    def rank(task):
        names = [utils.default_process(row["name"]) for row in task["register"]]
        ids = [row["id"] for row in task["register"]]
        found = []
        for query in task["queries"]:
            best = process.extract(utils.default_process(query["name"]), names, scorer=scorer, limit=BEST)
            found.append([[ids[at], score] for _, score, at in best])
        return found

    return rank


def with_address(task):
    """The better of the two cheap ways to use an address: .6 name + .4 address."""
    rows = task["register"]
    names = [utils.default_process(row["name"]) for row in rows]
    lines = [utils.default_process(row["address"]) for row in rows]
    found = []
    for query in task["queries"]:
        name = process.cdist([utils.default_process(query["name"])], names, scorer=fuzz.token_set_ratio)[0]
        line = process.cdist([utils.default_process(query["address"])], lines, scorer=fuzz.token_set_ratio)[0]
        both = 0.6 * name + 0.4 * line
        found.append([[rows[at]["id"], float(both[at])] for at in np.argsort(-both, kind="stable")[:BEST]])
    return found


def tfidf(task):
    made = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True)
    rows = made.fit_transform(row["name"].lower() for row in task["register"])
    asked = made.transform(query["name"].lower() for query in task["queries"])
    near = (asked @ rows.T).toarray()
    ids = [row["id"] for row in task["register"]]
    return [[[ids[at], float(line[at])] for at in np.argsort(-line, kind="stable")[:BEST] if line[at] > 0] for line in near]


def bm25_hits(task, limit):
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(name, address, tokenize='unicode61 remove_diacritics 2')")
    base.executemany(
        "INSERT INTO t(rowid, name, address) VALUES(?, ?, ?)",
        [(at, r["name"], r["address"]) for at, r in enumerate(task["register"])],
    )
    found = []
    for query in task["queries"]:
        name, line = WORD.findall(query["name"].lower()), WORD.findall(query["address"].lower())
        parts = []
        if name:
            parts.append("name : (" + " OR ".join(f'"{word}"' for word in name) + ")")
        if line and task["view"] != "name":
            parts.append("address : (" + " OR ".join(f'"{word}"' for word in line) + ")")
        asked = base.execute("SELECT rowid, -rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (" OR ".join(parts), limit))
        found.append(asked.fetchall() if parts else [])
    return found


def bm25(task):
    return [[[task["register"][at]["id"], score] for at, score in hits] for hits in bm25_hits(task, BEST)]


COMPARED = {}


def compared(task):
    """recordlinkage's comparisons over the pairs that bm25 finds; each region's are made once."""
    if task["region"] not in COMPARED:
        COMPARED[task["region"]] = _compared(task)
    return COMPARED[task["region"]]


def _compared(task):
    hits = bm25_hits(task, 40)
    left = pd.DataFrame(task["queries"])
    right = pd.DataFrame(task["register"])
    right["postcode"] = right["address"].str.extract(r"(\d{4,5})$")[0].fillna("")
    pairs = [(at, number) for at, found in enumerate(hits) for number, _ in found]
    index = pd.MultiIndex.from_tuples(pairs)
    compare = recordlinkage.Compare()
    for method in ("jarowinkler", "qgram", "cosine"):
        compare.string("name", "name", method=method)
        compare.string("address", "address", method=method)
    compare.exact("postcode", "postcode")
    return pairs, compare.compute(index, left, right).fillna(0).to_numpy()


def recordlinkage_ranking(task, other):
    pairs, values = compared(other)
    right = [other["register"][b]["id"] == other["queries"][a]["truth"] for a, b in pairs]
    model = LogisticRegression(max_iter=1000).fit(values, right)
    pairs, values = compared(task)
    found = [[] for _ in task["queries"]]
    for (a, b), score in zip(pairs, model.decision_function(values), strict=True):
        found[a].append([task["register"][b]["id"], float(score)])
    return [sorted(each, key=lambda one: -one[1])[:BEST] for each in found]


def main():
    tasks = json.load(sys.stdin)
    answers = []
    for task in tasks:
        other = next(each for each in tasks if each["region"] != task["region"])
        peers = {
            "rapidfuzz WRatio, name": rapidfuzz_ranking(fuzz.WRatio),
            "rapidfuzz token_set, name": rapidfuzz_ranking(fuzz.token_set_ratio),
            "rapidfuzz token_set, .6 name + .4 address": with_address,
            "TF-IDF 3-grams, name": tfidf,
            "SQLite FTS5 bm25": bm25,
            "recordlinkage + logistic, learned in the other region": lambda t, o=other: recordlinkage_ranking(t, o),
            "Splink, learned in the other region": lambda t, o=other: splink_ranking(t, o),
            "Splink, learned on these very labels": lambda t: splink_ranking(t, t),
        }
        for name, rank in peers.items():
            began = time.process_time()
            try:
                found = rank(task)
            except Exception as error:
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
                continue
            took = 1000 * (time.process_time() - began) / len(task["queries"])
            answers.append({"peer": name, "region": task["region"], "view": task["view"], "found": found, "ms": took})
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main()

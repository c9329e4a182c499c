"""A name in parts: words without legal forms, its branch in brackets, letters run together, initials.

Owns: folding of text, legal forms, abbreviations, numerals and number words; the same for both sides (matching §D.2).
Never: says how rare a word is (weights.py), or compares two names (names.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

LONGEST_TEXT = 400
_MOST_WORDS = 24
_LEGAL_FORMS = frozenset({
    "limited", "ltd", "lp", "llc", "llp", "inc", "incorporated", "pty", "proprietary", "corp", "corporation", "co", "company",
    "lc", "pllc", "lllp", "pc", "tapui", "nz", "aust", "australia", "trustee", "trustees", "trading", "as", "atf", "ta", "dba",
    "coop", "cooperative",
})  # fmt: skip
_ENDINGS = frozenset({"limited", "inc", "corp", "pty", "llc", "llp", "lp", "lc", "pllc", "lllp", "tapui"})
_FORMS = {"ltd": "limited", "incorporated": "inc", "corporation": "corp", "proprietary": "pty", "company": "co"}
STOP_WORDS = frozenset(
    {"the", "and", "of", "at", "in", "on", "by", "de", "la", "el", "los", "las", "le", "te", "a", "an", "n", "y"}
)
_SPELT = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "first": "1", "second": "2", "third": "3", "1st": "1", "2nd": "2", "3rd": "3",
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12",
    "intl": "international", "rest": "restaurant", "bros": "brothers", "mt": "mount", "ctr": "center", "centre": "center",
    "mgmt": "management", "svcs": "services", "ent": "enterprises", "grp": "group", "hldgs": "holdings",
}  # fmt: skip
NUMERALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {short: tuple(word for word, spelt in _SPELT.items() if spelt == short) for short in frozenset(_SPELT.values())}
)
_WORD = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_SPACED_LETTERS = re.compile(r"\b([a-z0-9]) (?=[a-z0-9]\b)")
_TRADING_AS = re.compile(r"\s(?:t/a|d/b/a)\s")


@dataclass(frozen=True, slots=True)
class NameParts:
    """`core`: all words but legal forms; `telling`: those that can tell companies apart; `branch`: words in brackets;
    `joined`: telling letters run together, `joined_all` with stop words, `legal` with stop words and legal forms, "" when
    it does not end in a form that only companies have; `grams`: its threes of letters.
    """

    core: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()
    joined: str = ""
    joined_all: str = ""
    legal: str = ""
    initials: frozenset[str] = frozenset()
    grams: frozenset[str] = frozenset()
    numerals: frozenset[str] = frozenset()


def folded(text: str) -> str:
    """Lower case without marks; apostrophes closed up (Whānau → whanau, Joe's → joes); at most 400 characters."""
    plain = text[:LONGEST_TEXT].lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", text[:LONGEST_TEXT]).casefold()
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.replace("'", "").replace("\u2019", "").replace("`", "").replace("&", " and ")


@lru_cache(maxsize=4096)
def word_stem(word: str) -> str:
    """Number words and abbreviations spelt one way; a plural reads like its singular."""
    word = _SPELT.get(word, word)
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _unique(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


@lru_cache(maxsize=2048)
def name_parts(name: str) -> NameParts:
    """The parts of a name; all empty for a name without a letter or digit."""
    plain = folded(name)
    if "/" in plain:
        plain = _TRADING_AS.sub(" ", plain)
    bracketed: list[str] = []
    words = _WORD.findall(plain)
    if "(" in plain:
        bracketed = [word for inside in _BRACKETS.findall(plain) for word in _WORD.findall(inside)]
        words = _WORD.findall(_BRACKETS.sub(" ", plain)) or words
    if len(words) > 1 and min(map(len, words)) == 1:
        # L.L.C. reads llc, K.F.C. reads kfc.
        words = _WORD.findall(_SPACED_LETTERS.sub(r"\1", " ".join(words)))
    words = words[:_MOST_WORDS]
    if not words:
        return NameParts()
    ending = _FORMS.get(words[-1], words[-1])
    named = [w for w in words if w not in _LEGAL_FORMS]
    core = [word_stem(word) for word in named or words]
    spoken = [w for w in core if w not in STOP_WORDS]
    telling = [w for w in spoken if len(w) > 1 or w.isdigit()] or core
    joined = "".join(spoken or core)
    initials = {"".join([w[0] for w in core]), "".join([w[0] for w in spoken])} if len(core) > 2 else ()
    edged = f"^{joined}$"
    return NameParts(
        core=tuple(core),
        telling=_unique(telling),
        branch=_unique([word_stem(w) for w in bracketed if w not in _LEGAL_FORMS and w not in STOP_WORDS]) if bracketed else (),
        joined=joined,
        joined_all="".join(core),
        legal="".join([_FORMS.get(w, w) for w in words]) if named and ending in _ENDINGS else "",
        initials=frozenset([each for each in initials if len(each) > 2]),
        grams=frozenset([edged[at : at + 3] for at in range(len(edged) - 2)]),
        numerals=frozenset([w for w in telling if w.isdigit()]),
    )

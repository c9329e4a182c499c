"""The shop's subdomain `<subdomain>.pumpd.co.nz`.

Owns: the derivation of §4.5 and uniqueness within the workspace (L26).
Never: asks the platform.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

MAX_LENGTH = 63


def derived_subdomain(name: str) -> str:
    """Lower case, other than [a-z0-9] → "-", collapsed, trimmed; macrons folded instead of cut; at most 63."""
    plain = "".join(ch for ch in unicodedata.normalize("NFKD", name) if not unicodedata.combining(ch)).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_LENGTH].strip("-") or "restaurant"


def unique_subdomain(wanted: str, taken: Container[str]) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3`, … that is free."""
    if wanted not in taken:
        return wanted
    number = 2
    while (candidate := f"{wanted[: MAX_LENGTH - len(str(number)) - 1]}-{number}") in taken:
        number += 1
    return candidate


def is_subdomain(text: str) -> bool:
    """A legal DNS label in lower case."""
    return re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", text) is not None

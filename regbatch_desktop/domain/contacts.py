"""What two records can share besides name and address: a phone number, a domain of their own, a person.

Owns: which of them tell something, and the mark by which each is searched and compared.
Never: keeps the contact itself in a mark's place; a mark is no way to reach anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from regbatch_desktop.domain.names import folded

_DIGITS = re.compile(r"\D")
_WORD = re.compile(r"[^\W\d_]+")
_HOST = re.compile(r"(?:^|//|@)(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
# Of a number, what stays the same however country and area are written.
_TELLING_DIGITS = 8
# Everybody's mail, everybody's pages: sharing one says nothing.
_EVERYBODYS = (
    "gmail", "googlemail", "hotmail", "outlook", "live", "msn", "yahoo", "ymail", "icloud", "me", "mac", "aol", "proton", "protonmail",
    "xtra", "slingshot", "orcon", "vodafone", "spark", "inspire", "bigpond", "optusnet", "facebook", "instagram", "ubereats", "doordash",
    "linktr", "google", "wixsite", "business", "squarespace", "wordpress", "weebly",
)  # fmt: skip


def phone_marks(phones: Iterable[str]) -> frozenset[str]:
    """`+64 4 555 0100`, `04 555 0100` → `t45550100`; numbers that are too short to tell anything are left out."""
    digits = (_DIGITS.sub("", phone) for phone in phones)
    return frozenset("t" + number[-_TELLING_DIGITS:] for number in digits if len(number) >= _TELLING_DIGITS)


def domain_marks(texts: Iterable[str]) -> frozenset[str]:
    """`hello@kaurilane.co.nz`, `https://www.kaurilane.co.nz/menu` → `dkaurilaneconz`; not for a provider's or a platform's domain."""
    hosts = (found.group(1) for text in texts if (found := _HOST.search(text.strip().casefold())))
    own = (host for host in hosts if not any(part in _EVERYBODYS for part in host.split(".")))
    return frozenset("d" + re.sub(r"[^a-z0-9]", "", host) for host in own)


def person_marks(names: Iterable[str]) -> frozenset[str]:
    """`Aroha SAMPLE` → `narohasample`; first and last name, so that a middle name does not part them."""
    words = (_WORD.findall(folded(name)) for name in names)
    return frozenset("n" + each[0] + each[-1] for each in words if len(each) > 1)


def contact_marks(
    *, phones: Iterable[str] = (), mails: Iterable[str] = (), sites: Iterable[str] = (), people: Iterable[str] = ()
) -> tuple[str, ...]:
    """All of them, in a fixed order."""
    bare = (site if "//" in site or not site else f"//{site}" for site in sites)
    return tuple(sorted(phone_marks(phones) | domain_marks([*mails, *bare]) | person_marks(people)))

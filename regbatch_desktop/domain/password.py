"""The password a shop's account starts with, derived from the restaurant's name (§4.5).

Owns: the derivation: one, where the original had several variants.
Never: keeps it; it becomes a Secret at once.
"""

from __future__ import annotations

import re

from regbatch_desktop.domain.secret import Secret


def derived_password(name: str) -> Secret:
    """Drop "(…)", letters only, first upper, rest lower, + `789!`; nothing left → `Restaurant789!`."""
    letters = re.sub(r"[^A-Za-z]", "", re.sub(r"\([^()]*\)", "", name))
    return Secret((letters[:60].capitalize() or "Restaurant") + "789!")

"""Command lines of the long runs: the parts that are named, or every part.

Owns: what is no part is refused by name.
Never: runs one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def chosen_parts(
    parser: argparse.ArgumentParser, parts: Sequence[str], arguments: Sequence[str] | None = None
) -> argparse.Namespace:
    """The parsed arguments with `parts`, in the order given. `choices` would refuse the empty list that stands for all of them."""
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.parts if name not in parts]:
        parser.error(f"no such part: {', '.join(unknown)} (there are {', '.join(parts)})")
    given.parts = given.parts or list(parts)
    return given

"""Computing in the program itself: for one without a window, whose loop may be held up for a moment.

Owns: nothing; side_process.py computes elsewhere.
Never: knows what is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


async def here(function: Callable[..., Answer], *arguments: object) -> Answer:
    """The Compute port for programs without a window."""
    return function(*arguments)

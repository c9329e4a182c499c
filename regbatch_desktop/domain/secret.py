"""A text that must not be seen: passwords and tokens on their way to the one place that may reveal them.

Owns: hiding itself from `repr`, `str`, formatting and comparison by time.
Never: encrypts or stores (the `vault` package does).
"""

from __future__ import annotations

import hmac


class Secret:
    """A secret text. `repr`, `str` and f-strings show `***`; only `reveal()` gives the text (L30)."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Call it where the bytes for the receiver are made, and nowhere else."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode("utf-8", "surrogatepass"), other._text.encode("utf-8", "surrogatepass"))

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Secret is never pickled")

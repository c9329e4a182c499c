"""The machine's clock behind the Clock port.

Owns: nothing.
Never: decides leases (the authority's clock does).
"""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Wall clock in UTC."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

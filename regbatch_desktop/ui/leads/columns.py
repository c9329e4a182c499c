"""What the table of leads shows.

Owns: its columns.
Never: loads.
"""

from __future__ import annotations

from regbatch_desktop.read_models import LeadRow
from regbatch_desktop.ui.kit.rows_model import Column

_WORDS = {
    "new": "new", "pending": "in a batch", "in_progress": "running", "action_required": "needs you", "completed": "completed",
    "failed": "failed", "cancelled": "cancelled",
}  # fmt: skip


def state_words(row: LeadRow) -> str:
    """The lead's state for people."""
    return _WORDS.get(row.status_key, row.status_key)


COLUMNS = (
    Column("Restaurant", lambda row: row.name, width=215),
    Column("State", state_words, width=112, least=110, cell="status"),
    Column("Address", lambda row: row.address, width=185),
    Column("City", lambda row: row.city, width=105),
    Column("Phone", lambda row: row.phone, width=120),
    Column("E-mail", lambda row: row.email, width=150),
    Column("Cuisine", lambda row: row.cuisine, width=90, least=82),
    Column("Batch", lambda row: row.batch_name, width=0),
)

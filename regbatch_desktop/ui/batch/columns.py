"""What the table of a batch's restaurants shows.

Owns: its columns.
Never: loads.
"""

from __future__ import annotations

from typing import Any

from regbatch_desktop.services.fates import state_words
from regbatch_desktop.ui.kit.rows_model import Column


def _now(row: Any) -> str:
    """What of a person's is on its way; else the step, and what happens in it or why nothing does; the shop once it is there."""
    if row.mark != row.status_key:
        return f"{row.fate.words} · {row.step}. {row.step_name}"
    if row.status_key == "completed" and not row.error:
        return f"shop: {row.shop.removeprefix('https://')}" if row.shop else "done"
    told = row.error or row.doing
    return f"{row.step}. {row.step_name}" + (f": {told}" if told else "")


def _status(row: Any) -> str:
    return row.status if row.mark == row.status_key else state_words(row.fate)


COLUMNS = (
    Column(
        "Restaurant", lambda row: row.name, width=180, tooltip=lambda row: f"{row.name}, {row.city}" if row.city else row.name
    ),
    Column("Status", _status, width=112, least=110, cell="status"),
    Column(
        "Steps",
        lambda row: ", ".join(f"step {n} {m.replace('_', ' ')}" for n, m in enumerate(row.step_marks, 1)),
        sort=lambda row: (row.step, row.percent),
        width=128,
        least=104,
        cell="steps",
    ),
    Column("Now", _now, sort=lambda row: (row.step, row.error), width=0),
)
# In a team, who works on it; last, so that in a narrow window it and not what happens is out of sight (restaurant_view.py says it too).
TEAM_COLUMNS = (*COLUMNS, Column("Worked on by", lambda row: row.worker, width=130, least=100))

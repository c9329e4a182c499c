"""What the table of a batch's restaurants shows.

Owns: its columns.
Never: loads.
"""

from __future__ import annotations

from regbatch_desktop.ui.kit.rows_model import Column


def _doing(row: object) -> str:
    return row.error or row.doing  # type: ignore[attr-defined, no-any-return]


COLUMNS = (
    Column("Restaurant", lambda row: row.name, width=190),
    Column("City", lambda row: row.city, width=90),
    Column("Status", lambda row: row.status, width=128, delegate="status"),
    Column(
        "Steps",
        lambda row: ", ".join(f"step {n} {m.replace('_', ' ')}" for n, m in enumerate(row.step_marks, 1)),
        sort=lambda row: (row.step, row.percent),
        width=132,
        delegate="steps",
    ),
    Column("Step", lambda row: f"{row.step}. {row.step_name}", sort=lambda row: row.step, width=180),
    Column("Now, or why not", _doing, width=0),
)

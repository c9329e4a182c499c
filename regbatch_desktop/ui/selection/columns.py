"""What the list of restaurants that wait for a company shows.

Owns: its columns, and until when a choice can be taken back, in words.
Never: loads.
"""

from __future__ import annotations

from regbatch_desktop.services.fates import sentence
from regbatch_desktop.ui.kit.rows_model import Column
from regbatch_desktop.ui.selection.presenter import SelectionRow

_TAKEN_BACK = ". Backspace takes it back, until the configuration of Step 5 has been started."


def _until_when(row: SelectionRow) -> str:
    if row.fate is not None:
        return f". {sentence(row.fate)}"
    return "" if row.waits else _TAKEN_BACK


COLUMNS = (
    Column("Restaurant", lambda row: row.name, width=0),
    Column(
        "State",
        lambda row: row.state,
        tooltip=lambda row: (row.choice or row.state) + _until_when(row),
        width=125,
        least=118,
        cell="status",
    ),
)

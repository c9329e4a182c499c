"""Searching again with the person's own values.

Owns: its fields.
Never: searches.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from regbatch_desktop.domain.search_query import clean_name, clean_street
from regbatch_desktop.ui.kit.form_dialog import FormDialog
from regbatch_desktop.ui.selection.presenter import SelectionRow


class SearchDialog(FormDialog):
    """Own values, pre-filled with the cleaned ones."""

    def __init__(self, parent: QWidget, row: SelectionRow) -> None:
        super().__init__(
            parent, f"Search again for {row.name}", "An empty field falls back to the restaurant's own value.", "Search"
        )
        self._name = self.line("Name", clean_name(row.name))
        self._street = self.line("Street", clean_street(row.address))
        self._city = self.line("City", row.city)

    @property
    def values(self) -> tuple[str, str, str]:
        """Name, street, city."""
        return self._name.text().strip(), self._street.text().strip(), self._city.text().strip()

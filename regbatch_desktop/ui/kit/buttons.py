"""Buttons with a name for screen readers.

Owns: which property the stylesheet knows a button by.
Never: imports anything else; the first window has buttons.
"""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def button(text: str, *, role: str = "", name: str = "", tip: str = "") -> QPushButton:
    """A button with a name for screen readers."""
    made = QPushButton(text)
    if role:
        made.setProperty("role", role)
    made.setAccessibleName(name or text.replace("&", ""))
    if tip:
        made.setToolTip(tip)
    return made

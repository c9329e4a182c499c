"""The commands of the window: their words and the keys they come with.

Owns: the list.
Never: holds a widget.
"""

from __future__ import annotations

from collections.abc import Mapping

# Name → (words, keys); the person can change the keys.
SHORTCUTS: Mapping[str, tuple[str, str]] = {
    "leads": ("Leads", "Ctrl+1"), "batches": ("Batches", "Ctrl+2"), "selection": ("Company selection", "Ctrl+3"),
    "configuration": ("Yolo configuration", "Ctrl+4"), "activity": ("Activity", "Ctrl+5"), "outbox": ("Outbox", "Ctrl+6"),
    "settings": ("Settings", "Ctrl+,"),
    "import": ("Import leads…", "Ctrl+I"), "palette": ("Commands…", "Ctrl+K"), "refresh": ("Refresh", "F5"),
    "close-workspace": ("Close the workspace", "Ctrl+W"), "quit": ("Quit", "Ctrl+Q"),
}  # fmt: skip

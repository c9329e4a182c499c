"""What this machine offers: the person's data folder, and whether there is a screen.

Owns: the answers.
Never: imports anything heavy; the window asks before anything else is loaded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_dir() -> Path:
    """The person's own data folder; REGBATCH_DATA_DIR overrides it."""
    override = os.environ.get("REGBATCH_DATA_DIR")
    if override:
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_data_dir("regbatch", appauthor=False))


def has_screen() -> bool:
    """A display to open a window on (or a platform chosen by hand)."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))

"""`regbatch desktop`: the window.

Owns: what happens on a machine without a screen or without Qt.
Never: imports Qt before it is needed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from regbatch_desktop.bootstrap import data_dir
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.options import FilePath
from regbatch_desktop.commands.screen import Screen


def has_screen() -> bool:
    """A display to open a window on (or a platform chosen by hand)."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@click.command()
@click.argument("workspace", type=FilePath, required=False)
@click.option(
    "--speed", type=click.FloatRange(0, 10), default=0.02, show_default=True, help="Latencies of the practice services."
)
def desktop(workspace: Path | None, speed: float) -> int:
    """Open the window, on WORKSPACE if one is given."""
    if not has_screen():
        Screen().problem("There is no screen here; use `regbatch run` or `regbatch practice demo` instead.", "NO_SCREEN")
        return Exit.INPUT
    from regbatch_desktop.ui.application import run_desktop

    return run_desktop(data_dir(), path=workspace, speed=speed)

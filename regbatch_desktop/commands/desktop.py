"""`regbatch desktop`: the window.

Owns: what happens on a machine without a screen or without Qt.
Never: imports Qt before it is needed, or anything heavy before the window is painted.
"""

from __future__ import annotations

from pathlib import Path

import click

from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.surroundings import data_dir, has_screen


@click.command()
@click.argument("workspace", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option(
    "--speed", type=click.FloatRange(0, 10), default=0.02, show_default=True, help="Latencies of the practice services."
)
def desktop(workspace: Path | None, speed: float) -> int:
    """Open the window, on WORKSPACE if one is given."""
    if not has_screen():
        from regbatch_desktop.commands.screen import Screen

        Screen().problem("There is no screen here; use `regbatch run` or `regbatch practice demo` instead.", "NO_SCREEN")
        return Exit.INPUT
    from regbatch_desktop.ui.start import run_desktop

    return run_desktop(data_dir(), path=workspace, speed=speed)

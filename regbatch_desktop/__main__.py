"""Arguments → desktop or headless command.

Owns: the exit code of the process, and the mode of every file that it makes.
Never: does any work itself.
"""

from __future__ import annotations

import os
import sys

from regbatch_desktop.surroundings import data_dir, has_screen

# Whatever this process writes is readable by its person alone, whoever else has an account here.
os.umask(0o077)


def main() -> None:
    """Run the command line; every command returns its documented exit code."""
    if sys.argv[1:] == ["desktop"] and has_screen():
        _window()
    from regbatch_desktop.commands.root import cli

    cli(prog_name="regbatch")


def desktop_main() -> None:
    """`regbatch-desktop`: the window."""
    if not sys.argv[1:] and has_screen():
        _window()
    from regbatch_desktop.commands.desktop import desktop_cli

    desktop_cli(prog_name="regbatch-desktop")


def _window() -> None:
    # There is nothing to parse, and a window that opens must not wait for what parses.
    from regbatch_desktop.ui.start import run_desktop

    sys.exit(run_desktop(data_dir()))


if __name__ == "__main__":
    main()

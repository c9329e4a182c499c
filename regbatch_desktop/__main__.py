"""Arguments → desktop or headless command.

Owns: the exit code of the process.
Never: does any work itself.
"""

from __future__ import annotations

import sys

from regbatch_desktop.surroundings import data_dir, has_screen


def main() -> None:
    """Run the command line; every command returns its documented exit code."""
    if sys.argv[1:] == ["desktop"] and has_screen():
        # There is nothing to parse, and a window that opens must not wait for what parses.
        from regbatch_desktop.ui.start import run_desktop

        sys.exit(run_desktop(data_dir()))
    from regbatch_desktop.commands.root import cli

    cli(prog_name="regbatch")


if __name__ == "__main__":
    main()

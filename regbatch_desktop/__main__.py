"""Arguments → desktop or headless command.

Owns: the exit code of the process.
Never: does any work itself.
"""

from __future__ import annotations

from regbatch_desktop.commands.root import cli


def main() -> None:
    """Run the command line; every command returns its documented exit code."""
    cli(prog_name="regbatch")


if __name__ == "__main__":
    main()

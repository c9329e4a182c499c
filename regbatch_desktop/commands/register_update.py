"""`regbatch register-update`: bring the index of a register file up to date from the NZBN's change feed.

Owns: the words in the terminal.
Never: changes the register file itself; a new file is indexed anew.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from regbatch_desktop.bootstrap.register_updates import updated_register
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.options import json_option
from regbatch_desktop.commands.screen import Screen


@click.command(name="register-update")
@click.argument("register", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def register_update(register: Path, as_json: bool) -> int:
    """Fetch what changed in the NZBN register since REGISTER was made, or since the last update.

    Needs the key of the NZBN API (`regbatch nzbn-key`). Made to be run every night.
    """
    screen = Screen(as_json=as_json)

    def told(done: int, of: int) -> None:
        if done % 50 == 0:
            screen.line(f"{done:,} of {of:,} companies fetched")

    update = asyncio.run(updated_register(register, told))
    screen.line(
        f"{update.changed:,} companies are up to date; the index knows the register as of {update.until.astimezone():%d %b %Y %H:%M}."
    )
    screen.event(event="result", changed=update.changed, until=update.until.isoformat())
    return Exit.OK

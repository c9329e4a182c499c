"""`regbatch nzbn-key`: keep the subscription key of the NZBN API in the keychain.

Owns: asking for it without showing it.
Never: takes the key as an argument, where other programs and the shell's history would see it.
"""

from __future__ import annotations

import click

from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.vault.service_keys import NZBN, store_key


@click.command(name="nzbn-key")
def nzbn_key() -> int:
    """Store the key of the official NZBN API (asked for, not shown); an empty one forgets it."""
    text = click.prompt("Subscription key of the NZBN API", hide_input=True, default="", show_default=False)
    store_key(NZBN, Secret(text.strip()))
    Screen().line("The key is in the keychain." if text.strip() else "The key was forgotten.")
    return Exit.OK

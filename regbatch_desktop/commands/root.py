"""The command line: `regbatch`.

Owns: the group, and how every error leaves the process.
Never: does a command's work.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import click

from regbatch_desktop import __version__
from regbatch_desktop.commands.desktop import desktop
from regbatch_desktop.commands.doctor import doctor
from regbatch_desktop.commands.exit_codes import TABLE, Exit
from regbatch_desktop.commands.follow_up import cancel, resume, retry, status
from regbatch_desktop.commands.nzbn_key import nzbn_key
from regbatch_desktop.commands.past_decisions import labels, thresholds
from regbatch_desktop.commands.practice import practice
from regbatch_desktop.commands.run import run
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.errors import RegBatchError, WorkspaceError

_log = logging.getLogger(__name__)


class _Group(click.Group):
    """Errors become one sentence, a code and a documented exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except click.exceptions.Abort:
            sys.exit(Exit.ABANDONED)
        except click.ClickException as error:
            error.show()
            sys.exit(Exit.INPUT)
        except RegBatchError as error:
            _log.warning("%s: %s %s", error.code, error.sentence, error.detail)
            Screen().problem(error.sentence, error.code)
            sys.exit(Exit.WORKSPACE if isinstance(error, WorkspaceError) else Exit.INPUT)
        except Exception:
            reference = uuid4().hex[:6].upper()
            _log.exception("unexpected problem %s", reference)
            Screen().problem(f"An unexpected problem, reference {reference}; the log has the rest.", "UNEXPECTED")
            sys.exit(Exit.UNEXPECTED)
        sys.exit(code if isinstance(code, int) else Exit.OK)


@click.group(cls=_Group, epilog=TABLE, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="regbatch")
def cli() -> None:
    """Take restaurants from sales lead to live shop, in batches of up to 50.

    Begin with `regbatch practice demo`, or `regbatch run LEADS.csv --register COMPANIES.csv`.
    """


_COMMANDS: Sequence[click.Command] = (desktop, run, resume, status, retry, cancel, practice, nzbn_key, thresholds, labels, doctor)
for _command in _COMMANDS:
    cli.add_command(_command)

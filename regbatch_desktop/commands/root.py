"""The command line: `regbatch`.

Owns: the group, and how every error leaves the process.
Never: does a command's work.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from regbatch_desktop import __version__
from regbatch_desktop.commands.exit_codes import TABLE, Exit
from regbatch_desktop.domain.errors import RegBatchError, WorkspaceError

_log = logging.getLogger(__name__)


def _desktop() -> click.Command:
    from regbatch_desktop.commands.desktop import desktop

    return desktop


def _doctor() -> click.Command:
    from regbatch_desktop.commands.doctor import doctor

    return doctor


def _follow_up(name: str) -> click.Command:
    from regbatch_desktop.commands import follow_up

    found: click.Command = getattr(follow_up, name)
    return found


def _nzbn_key() -> click.Command:
    from regbatch_desktop.commands.nzbn_key import nzbn_key

    return nzbn_key


def _past_decisions(name: str) -> click.Command:
    from regbatch_desktop.commands import past_decisions

    found: click.Command = getattr(past_decisions, name)
    return found


def _practice() -> click.Command:
    from regbatch_desktop.commands.practice import practice

    return practice


def _register_update() -> click.Command:
    from regbatch_desktop.commands.register_update import register_update

    return register_update


def _run() -> click.Command:
    from regbatch_desktop.commands.run import run

    return run


def _worker() -> click.Command:
    from regbatch_desktop.commands.worker import worker

    return worker


# Each is loaded when it is called: the window must not wait for what only a headless run needs.
_COMMANDS: Mapping[str, Callable[[], click.Command]] = {
    "desktop": _desktop, "run": _run, "resume": lambda: _follow_up("resume"), "status": lambda: _follow_up("status"),
    "retry": lambda: _follow_up("retry"), "cancel": lambda: _follow_up("cancel"), "practice": _practice, "nzbn-key": _nzbn_key,
    "thresholds": lambda: _past_decisions("thresholds"), "labels": lambda: _past_decisions("labels"), "doctor": _doctor, "worker": _worker,
    "register-update": _register_update,
}  # fmt: skip


class InWords(click.Command):
    """Errors become one sentence, a code and a documented exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """See click."""
        kwargs["standalone_mode"] = False
        # Until a workspace brings its log file, what is logged is no second message in the terminal.
        logging.getLogger("regbatch_desktop").addHandler(logging.NullHandler())
        try:
            code = super().main(*args, **kwargs)
        except click.exceptions.Abort:
            sys.exit(Exit.ABANDONED)
        except click.ClickException as error:
            error.show()
            sys.exit(Exit.INPUT)
        except RegBatchError as error:
            _log.warning("%s: %s %s", error.code, error.sentence, error.detail)
            _say(error.sentence, error.code)
            sys.exit(Exit.WORKSPACE if isinstance(error, WorkspaceError) else Exit.INPUT)
        except Exception:
            from uuid import uuid4

            reference = uuid4().hex[:6].upper()
            _log.exception("unexpected problem %s", reference)
            _say(f"An unexpected problem, reference {reference}; the log has the rest.", "UNEXPECTED")
            sys.exit(Exit.UNEXPECTED)
        sys.exit(code if isinstance(code, int) else Exit.OK)


class _Group(InWords, click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _COMMANDS[cmd_name]() if cmd_name in _COMMANDS else None


def _say(sentence: str, code: str) -> None:
    from regbatch_desktop.commands.screen import Screen

    Screen().problem(sentence, code)


@click.group(cls=_Group, epilog=TABLE, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="regbatch")
def cli() -> None:
    """Take restaurants from sales lead to live shop, in batches of up to 50.

    Begin with `regbatch practice demo`, or `regbatch run LEADS.csv --register COMPANIES.csv`.
    """

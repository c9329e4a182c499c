"""`regbatch desktop` and `regbatch-desktop`: the window, and the check of a build.

Owns: what happens on a machine without a screen or without Qt.
Never: imports Qt before it is needed, or anything heavy before the window is painted.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import click

from regbatch_desktop import __version__
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.root import InWords
from regbatch_desktop.domain.batch_link import batch_id_of, is_link
from regbatch_desktop.surroundings import data_dir, has_screen


@click.command()
@click.argument("workspace", required=False, default="")
@click.option(
    "--speed", type=click.FloatRange(0, 10), default=0.02, show_default=True, help="Latencies of the practice services."
)
@click.option("--smoke", is_flag=True, help="Check this build: every pane and one practice restaurant, then leave.")
@click.option("--report", type=click.Path(path_type=Path), default=None, help="With --smoke: also write the report to this file.")
@click.option("--picture", type=click.Path(path_type=Path), default=None, help="With --smoke: a picture of the window.")
def desktop(workspace: str, speed: float, smoke: bool, report: Path | None, picture: Path | None) -> int:
    """Open the window, on WORKSPACE (a file, or a link regbatch://batch/ID) if one is given."""
    if smoke:
        return _smoke(report, picture)
    link = workspace if is_link(workspace) else ""
    if link:
        batch_id_of(link)
    if not has_screen():
        from regbatch_desktop.commands.screen import Screen

        Screen().problem("There is no screen here; use `regbatch run` or `regbatch practice demo` instead.", "NO_SCREEN")
        return Exit.INPUT
    from regbatch_desktop.ui.start import run_desktop

    return run_desktop(data_dir(), path=_file(workspace) if workspace and not link else None, link=link, speed=speed)


def _file(named: str) -> Path:
    """A file as a person or a desktop names it: file managers hand over `file:///…` addresses."""
    if named[:8].casefold() != "file:///":
        return Path(named)
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(named).path))


# The installed program's own name: the window without a word in between.
desktop_cli = click.version_option(__version__, prog_name="RegBatch Desktop")(
    InWords(
        "regbatch-desktop", params=[*desktop.params], callback=desktop.callback, help=desktop.help,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
)  # fmt: skip


def _smoke(report: Path | None, picture: Path | None) -> int:
    """0 when every check held; the report says which did not."""
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="regbatch-smoke-", ignore_cleanup_errors=True) as folder:
        # Logs, keys and preferences of the check are not the person's.
        os.environ["REGBATCH_DATA_DIR"] = str(Path(folder) / "data")
        # The same order as a real start: painted first, everything else after.
        from regbatch_desktop.ui.start import painted_window, prepared

        qt = prepared()
        window = painted_window(qt, data_dir())
        painted_s = _process_age_s()
        from regbatch_desktop.ui.smoke import run_smoke

        found = {**run_smoke(qt, window, Path(folder), picture=picture), "painted_s": painted_s}
    text = json.dumps(found, indent=2)
    if report is not None:
        report.write_text(text + "\n", encoding="utf-8")
    if sys.stdout is not None:
        print(text)
    return Exit.OK if found["ok"] else Exit.UNEXPECTED


def _process_age_s() -> float | None:
    """Seconds since the system started this process; None where it does not say."""
    try:
        began = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
        return round(float(Path("/proc/uptime").read_text(encoding="ascii").split()[0]) - began / os.sysconf("SC_CLK_TCK"), 2)
    except (OSError, ValueError, IndexError):
        return None

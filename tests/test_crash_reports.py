"""A crash leaves a report on this machine, without secrets, under a number that a person can quote."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

from regbatch_desktop.crash_reports import KEPT, CrashReports

START = """
import sys
from pathlib import Path
from regbatch_desktop.crash_reports import CrashReports
reports = CrashReports(Path(sys.argv[1]))
reports.watch(told=print)
"""


def crashed(folder: Path, then: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", START + then, str(folder)], capture_output=True, text=True, check=False)


def test_an_error_that_nobody_caught_leaves_a_report_without_the_password_in_it(tmp_path: Path) -> None:
    done = crashed(tmp_path, "raise RuntimeError('login with password=Canary-77 failed')")
    (report,) = [each for each in CrashReports(tmp_path).unseen() if each.text]
    assert report.reference == done.stdout.strip()
    assert "RuntimeError" in report.text
    assert "Canary-77" not in report.path.read_text(encoding="utf-8")
    assert stat.S_IMODE(report.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(report.path.parent.stat().st_mode) == 0o700


def test_a_crash_of_native_code_leaves_a_report(tmp_path: Path) -> None:
    done = crashed(tmp_path, "import faulthandler; faulthandler._sigsegv()")
    assert done.returncode == -signal.SIGSEGV
    (report,) = CrashReports(tmp_path).unseen()
    assert "Segmentation fault" in report.text
    assert len(report.reference) == 6


def test_an_orderly_end_and_a_kill_leave_nothing_to_ask_about(tmp_path: Path) -> None:
    crashed(tmp_path, "reports.close()")
    crashed(tmp_path, "import os; os.kill(os.getpid(), 9)")
    assert CrashReports(tmp_path).unseen() == ()


def test_a_report_is_shown_once_and_only_the_newest_are_kept(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path)
    for number in range(KEPT + 3):
        reports.record(ValueError(str(number)))
    found = reports.unseen()
    assert len(found) == KEPT
    reports.shown(found)
    assert CrashReports(tmp_path).unseen() == ()
    assert all(each.path.with_suffix(".json.seen").exists() for each in found)

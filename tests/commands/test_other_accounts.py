"""What one person's program writes is closed to every other account of the machine."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gives the person's folders to the person alone by itself")
def test_no_file_of_a_run_can_be_read_by_another_account(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "REGBATCH_DATA_DIR": str(home / "data")}
    old = os.umask(0o000)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "regbatch_desktop", "practice", "demo", "--speed", "0.001"],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        os.umask(old)
    assert done.returncode == 0, done.stdout + done.stderr
    written = list(home.rglob("*"))
    assert any(path.suffix == ".db" for path in written)
    assert any(path.name == "regbatch.log" for path in written)
    open_to_others = [str(path) for path in written if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    assert open_to_others == []

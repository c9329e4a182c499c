"""A machine that is not as it should be: each time a clear sentence, and nothing half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

START = "from regbatch_desktop.__main__ import desktop_main; desktop_main()"


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START], env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True, text=True, check=False, timeout=170,
    )  # fmt: skip


def test_without_a_font_it_says_which_package_helps(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    done = started(FONTCONFIG_FILE=str(tmp_path / "fonts.conf"), REGBATCH_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 2, done.stderr
    assert "No font is installed" in done.stderr
    assert "[MACHINE_UNFIT]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = started(REGBATCH_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 2
    assert f"The folder {tmp_path}/file/data cannot be written (Not a directory)" in done.stderr
    assert "REGBATCH_DATA_DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_without_room_is_said_before_anything_is_opened(tmp_path: Path) -> None:
    """A file size limit of one block stands in for the full disk: the same write fails with an error of the system."""
    limited = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)); {START}"
    done = subprocess.run(
        [sys.executable, "-B", "-c", limited],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "REGBATCH_DATA_DIR": str(tmp_path / "data")},
        capture_output=True, text=True, check=False, timeout=170,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "cannot be written (File too large)" in done.stderr
    assert list((tmp_path / "data").iterdir()) == []


def test_without_a_keychain_it_says_where_the_key_lies(tmp_path: Path) -> None:
    environment = {**os.environ, "REGBATCH_DATA_DIR": str(tmp_path), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = subprocess.run(
        [sys.executable, "-m", "regbatch_desktop", "practice", "demo", "--speed", "0.001"],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "There is no usable keychain here" in done.stdout


@pytest.mark.parametrize("verb", ["status", "resume", "retry", "cancel"])
def test_a_workspace_that_is_not_there_is_named_and_none_is_made(tmp_path: Path, verb: str) -> None:
    path = tmp_path / "mondy.db"
    done = subprocess.run(
        [sys.executable, "-m", "regbatch_desktop", verb, "--workspace", str(path)],
        env={**os.environ, "REGBATCH_DATA_DIR": str(tmp_path / "data")}, capture_output=True, text=True, check=False, timeout=170,
    )  # fmt: skip
    assert done.returncode == 6, done.stderr
    assert f"There is no workspace at {path}. [WORKSPACE_UNUSABLE]" in done.stdout + done.stderr
    assert list(tmp_path.glob("mondy*")) == []

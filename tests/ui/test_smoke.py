"""`regbatch-desktop --smoke` says whether a build works; links open a batch and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from regbatch_desktop.ui.single_instance import SingleInstance
from tests.ui.qt_bench import application, wait_until

START = "from regbatch_desktop.__main__ import desktop_main; desktop_main()"


def started(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REGBATCH_DATA_DIR": str(data), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-c", START, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=350
    )


@pytest.mark.timeout(400)
def test_every_pane_opens_and_a_restaurant_reaches_its_shop_without_touching_the_persons_folder(tmp_path: Path) -> None:
    done = started(
        "--smoke", "--report", str(tmp_path / "report.json"), "--picture", str(tmp_path / "w.png"), data=tmp_path / "data"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report == json.loads(done.stdout)
    assert report["panes"] == ["leads", "batches", "batch", "selection", "configuration", "activity", "settings"]
    assert set(report["checks"].values()) == {"ok"}
    assert (tmp_path / "w.png").stat().st_size > 10_000
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "link",
    [
        "regbatch://batch/../../etc/passwd",
        "regbatch://batch/39139fd6-d7ea-40e2-8e00-cf63dcbc0e64?start=1",
        "regbatch://open//tmp/w.db",
        "regbatch:39139fd6-d7ea-40e2-8e00-cf63dcbc0e64",
        "regbatch://batch/39139fd6-d7ea-40e2-8e00-cf63dcbc0e64/x",
        "regbatch://batch/",
    ],
)
def test_a_link_that_is_more_than_a_batchs_id_is_refused_in_a_sentence(tmp_path: Path, link: str) -> None:
    done = started(link, data=tmp_path)
    assert done.returncode == 2
    assert (
        done.stderr.strip() == "This link cannot be opened: a RegBatch link holds a batch's id and nothing else. [INVALID_LINK]"
    )


def test_a_file_managers_address_names_the_file(tmp_path: Path) -> None:
    """A second start hands exactly that path to the first window."""
    data, wanted = tmp_path / "d", tmp_path / "Māori kai 1.regbatch"
    application()
    first = SingleInstance(data)
    asked: list[str] = []
    first.asked.connect(asked.append)
    assert first.is_first("")
    second = subprocess.Popen(
        [sys.executable, "-c", START, wanted.as_uri()],
        env={**os.environ, "REGBATCH_DATA_DIR": str(data), "QT_QPA_PLATFORM": "offscreen"},
    )
    wait_until(lambda: second.poll() is not None, deadline_s=100)
    wait_until(lambda: asked, deadline_s=10)
    assert (second.returncode, asked) == (0, [str(wanted)])
    first.close()

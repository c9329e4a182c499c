"""`regbatch-desktop --smoke` says whether a build works; links open a batch and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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

"""No screen is needed, and nothing of this machine's own data folder is touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from regbatch_desktop.ui.kit.garbage import garbage_collected_here
from tests.journeys.stage import qt


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGBATCH_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(autouse=True)
def _nothing_of_qt_is_left_to_other_threads() -> Iterator[None]:
    """The loop of a journey is collected with it, not later by a thread of another test's store."""
    qt()
    with garbage_collected_here():
        yield

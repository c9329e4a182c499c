"""The team's project, and a data folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.team.fixtures import stack, team

__all__ = ["stack", "team"]


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGBATCH_DATA_DIR", str(tmp_path / "desk"))

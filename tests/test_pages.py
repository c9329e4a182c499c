"""The README tells the truth about paths."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_path_in_the_table_exists() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Where do I change")[2]
    paths = re.findall(r"`([\w./]+/[\w./]+)`", table)
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []

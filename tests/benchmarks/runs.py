"""One run of a part of the benchmarks in a process of its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def figures(command: list[str]) -> dict[str, Any]:
    """One run in a fresh folder; the last line of its output."""
    with tempfile.TemporaryDirectory() as folder:
        filled = [folder if part == "{folder}" else part for part in command]
        done = subprocess.run(filled, cwd=ROOT, check=True, capture_output=True, text=True, timeout=900)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found

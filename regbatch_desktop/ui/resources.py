"""Where the files that come with the program lie: beside the package in a checkout, and in the frozen folder as well.

Owns: the folder.
Never: reads them.
"""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"

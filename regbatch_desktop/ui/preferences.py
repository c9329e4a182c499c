"""What the window remembers between starts: look, sizes, filters, shortcuts, templates.

Owns: one JSON file in the person's data folder, replaced in one go; a damaged one is set aside.
Never: holds a secret or anything of a workspace's rows.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any


class Preferences:
    """`get` and `put` JSON values by name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        try:
            loaded = json.loads(path.read_text(encoding="utf-8"))
            self._values = loaded if isinstance(loaded, dict) else {}
        except FileNotFoundError:
            pass
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                path.replace(path.with_suffix(".damaged"))

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or the default."""
        return self._values.get(name, default)

    def values(self) -> dict[str, Any]:
        """Everything that is remembered."""
        return dict(self._values)

    def put(self, name: str, value: Any) -> None:
        """Remember; a disk that refuses costs the memory, not the work."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        draft = self._path.with_suffix(".draft")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_text(json.dumps(self._values, ensure_ascii=False), encoding="utf-8")
            draft.replace(self._path)

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
        self._waits = False
        try:
            loaded = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(loaded, dict):
                raise ValueError("no object")
            self._values = loaded
        except FileNotFoundError:
            pass
        except (OSError, ValueError, RecursionError):
            with contextlib.suppress(OSError):
                path.replace(path.with_suffix(".damaged"))

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or the default; a value of another kind than the default counts as none."""
        found = self._values.get(name, default)
        if default is None or isinstance(found, type(default)):
            return found
        numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (found, default))
        return found if numbers else default

    def values(self) -> dict[str, Any]:
        """Everything that is remembered."""
        return dict(self._values)

    def put(self, name: str, value: Any, *, later: bool = False) -> None:
        """Remember; a disk that refuses costs the memory, not the work. `later`: no write is worth waiting for, the next one takes it
        along, and `flush`.
        """
        if self._values.get(name) == value:
            return
        self._values[name] = value
        self._waits = True
        if not later:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waits:
            return
        self._waits = False
        draft = self._path.with_suffix(".draft")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_text(json.dumps(self._values), encoding="utf-8")
            draft.replace(self._path)

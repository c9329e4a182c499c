"""The outbox's second copy: one line for each thing that happened, with its SHA-256, on the disk before it is answered.

Owns: the lines' form; what of a damaged file can be read.
Never: is read while the program runs; it is there for the day the other copy is damaged.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# Windows would make two bytes of a line's end.
_BYTES: int = getattr(os, "O_BINARY", 0)
Record = Mapping[str, Any]


def _line(record: Record) -> bytes:
    text = json.dumps(record, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    return text + b"\t" + hashlib.sha256(text).hexdigest().encode() + b"\n"


def read(path: Path) -> tuple[list[Record], bool]:
    """The records whose checksum fits, and whether every byte of the file belongs to one of them."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return [], True
    found: list[Record] = []
    whole = content.endswith(b"\n") or not content
    for line in content.split(b"\n"):
        if not line:
            continue
        text, _, checksum = line.rpartition(b"\t")
        if hashlib.sha256(text).hexdigest().encode() == checksum:
            found.append(json.loads(text))
        else:
            whole = False
    return found, whole


class Journal:
    """Appends. `append` returns when the lines are on the disk, or raises OSError with the file as it was."""

    def __init__(self, path: Path) -> None:
        is_new = not path.exists()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BYTES, 0o600)
        self._end = self._before = os.fstat(self._file).st_size
        if is_new:
            _sync_folder(path.parent)

    def append(self, records: Iterable[Record]) -> None:
        """All of them or none."""
        lines = b"".join(_line(record) for record in records)
        try:
            written = 0
            while written < len(lines):
                written += os.write(self._file, lines[written:])
            os.fsync(self._file)
        except OSError:
            self.take_back()
            raise
        self._before, self._end = self._end, self._end + len(lines)

    def take_back(self, *, last: bool = False) -> None:
        """Cut off what was not answered; with `last` the lines of the last append."""
        if last:
            self._end = self._before
        os.ftruncate(self._file, self._end)
        os.fsync(self._file)

    def close(self) -> None:
        """Nothing is waiting to be written."""
        os.close(self._file)


def written_anew(path: Path, records: Iterable[Record]) -> None:
    """Replace the file in one step; what was there goes on lying under a name of the caller's or not at all."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BYTES, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for record in records:
            file.write(_line(record))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

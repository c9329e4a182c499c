"""Crash reports: written on this machine under a reference number, shown at the next start, sent nowhere.

Owns: `<data folder>/crashes`: one file per crash, secrets taken out before it is written; the newest ten are kept.
Never: sends, or holds anything but versions and a traceback.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import logging
import os
import platform
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TextIO
from uuid import uuid4

from regbatch_desktop import __version__
from regbatch_desktop.logs import redacted

_log = logging.getLogger(__name__)
KEPT = 10


@dataclass(frozen=True, slots=True)
class CrashReport:
    """`reference` is what a person can quote; `text` everything that is known."""

    reference: str
    path: Path
    text: str


class CrashReports:
    """Reports of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "crashes"
        self._native: TextIO | None = None

    def watch(self, *, told: Callable[[str], None] = lambda _reference: None) -> None:
        """From now on errors that nobody caught, and crashes of native code, leave a report; `told` hears the reference."""

        def on_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            if issubclass(kind, KeyboardInterrupt):
                sys.__excepthook__(kind, error, trace)
                return
            told(self.record(error))

        def on_thread_error(given: threading.ExceptHookArgs) -> None:
            if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
                self.record(given.exc_value)

        sys.excepthook = on_error
        threading.excepthook = on_thread_error
        with contextlib.suppress(OSError):
            # Kept open: a crashing process can only write to what is open already. Empty means that nothing happened.
            self._made()
            self._native = (self._folder / f"{_reference()}.native").open("w", encoding="utf-8")
            faulthandler.enable(self._native, all_threads=True)

    def close(self) -> None:
        """An orderly end: no crash of native code happened."""
        if self._native is not None:
            faulthandler.disable()
            path = Path(self._native.name)
            self._native.close()
            path.unlink(missing_ok=True)
            self._native = None

    def record(self, error: BaseException) -> str:
        """Write a report; its reference, also when the disk refuses it."""
        reference = _reference()
        _log.error("unexpected problem %s", reference, exc_info=error)
        report = {
            "reference": reference, "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "version": __version__,
            "python": platform.python_version(), "system": platform.platform(),
            "traceback": redacted("".join(traceback.format_exception(error))),
        }  # fmt: skip
        with contextlib.suppress(OSError):
            self._made()
            path = self._folder / f"{reference}.json"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(report, file, indent=2)
            for old in sorted(self._folder.glob("*.json"), key=_age)[:-KEPT]:
                old.unlink(missing_ok=True)
        return reference

    def unseen(self) -> tuple[CrashReport, ...]:
        """Reports of earlier starts that were not shown yet, oldest first. Empty native files are cleared away."""
        found = []
        own = Path(self._native.name) if self._native is not None else None
        for path in sorted(self._folder.glob("*"), key=_age):
            if path == own or path.suffix not in (".json", ".native"):
                continue
            with contextlib.suppress(OSError):
                text = path.read_text(encoding="utf-8", errors="replace")
                if text:
                    found.append(CrashReport(path.stem, path, str(redacted(text))))
                else:
                    path.unlink()
        return tuple(found)

    def shown(self, reports: tuple[CrashReport, ...]) -> None:
        """They are not shown a second time; the files stay for whoever is asked about a reference."""
        for report in reports:
            with contextlib.suppress(OSError):
                report.path.replace(report.path.with_suffix(report.path.suffix + ".seen"))
        for old in sorted(self._folder.glob("*.seen"), key=_age)[:-KEPT]:
            old.unlink(missing_ok=True)

    def _made(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _reference() -> str:
    return uuid4().hex[:6].upper()


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

"""Log files: JSON lines, rotated, with secrets taken out by structure.

Owns: redaction, and that no library logs a URL with its query.
Never: logs to the terminal.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from regbatch_desktop.domain.secret import Secret

SENSITIVE = re.compile(r"pass(word|wd)?|secret|token|authorization|api_?key|cookie", re.IGNORECASE)
_IN_TEXT = re.compile(
    r"""(?P<key>["']?[\w-]*(?:password|passwd|secret|token|authorization|api_?key)[\w-]*["']?\s*[:=]\s*)"""
    r"""(?P<value>"[^"]*"|'[^']*'|(?:Bearer\s+)?[^\s,;}\]]+)""",
    re.IGNORECASE,
)
# Looked for first: most texts have none of these, and the pattern above is slow to find that out.
_HINT = re.compile(r"passw|secret|token|authorization|api_?key", re.IGNORECASE)
_FIELDS = ("code", "batch_id", "job_id", "restaurant_id")
MAX_BYTES = 2_000_000


def redacted(value: object) -> object:
    """The same with every secret as `***`: Secret values, sensitive keys, and `password=…` inside texts."""
    if isinstance(value, Secret):
        return "***"
    if isinstance(value, Mapping):
        return {k: "***" if isinstance(k, str) and SENSITIVE.search(k) else redacted(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return tuple(redacted(item) for item in value)
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return _IN_TEXT.sub(r"\g<key>***", value) if isinstance(value, str) and _HINT.search(value) else value


class JsonLines(logging.Formatter):
    """One JSON object per record; tracebacks are redacted like everything else."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging. The handler asks twice, for the size of its file and for the line; it is made once."""
        made: str | None = record.__dict__.get("json_line")
        if made is None:
            made = record.__dict__["json_line"] = self._line(record)
        return made

    def _line(self, record: logging.LogRecord) -> str:
        args = redacted(record.args) if record.args else ()
        try:
            message = record.msg % args if args else str(record.msg)
        except (TypeError, ValueError):
            message = str(record.msg)
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(message),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = redacted(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def also_to(stream: TextIO) -> None:
    """The same lines on a stream, for programs that run under a supervisor."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger("regbatch_desktop").addHandler(handler)


def configure(directory: Path) -> Path:
    """Log into `<directory>/regbatch.log`; safe to call twice. The file is the person's alone."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / "regbatch.log"
    root = logging.getLogger("regbatch_desktop")
    for old in tuple(root.handlers):
        root.removeHandler(old)
        old.close()
    handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False
    for noisy in ("httpx", "httpcore", "hpack", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return path

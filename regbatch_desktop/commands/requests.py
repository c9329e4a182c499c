"""Asking a running process to do something: one small file per request beside the workspace.

Owns: `<workspace>.requests/`; a request is answered by `.done` or `.refused` with a sentence.
Never: writes into the workspace file, which has one writer.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from uuid import uuid4

from regbatch_desktop.domain.errors import RegBatchError

Apply = Callable[[Mapping[str, object]], Awaitable[str]]
POLL_S = 0.3


def folder(workspace: Path) -> Path:
    """Where requests lie."""
    return workspace.with_name(workspace.name + ".requests")


def ask(workspace: Path, request: Mapping[str, object], *, wait_s: float = 20.0) -> str | None:
    """Put a request and wait for its answer; None when nobody answered in time (the request is taken back)."""
    place = folder(workspace)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = place / f"{uuid4().hex}.request"
    draft = name.with_suffix(".draft")
    draft.write_text(json.dumps(dict(request)), encoding="utf-8")
    draft.replace(name)
    answer = name.with_suffix(".answer")
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if answer.exists():
            text = answer.read_text(encoding="utf-8")
            answer.unlink()
            return text
        time.sleep(0.05)
    name.unlink(missing_ok=True)
    return None


async def serve(workspace: Path, apply: Apply) -> None:
    """Answer requests until cancelled. Old ones of a process that died are answered too."""
    place = folder(workspace)
    while True:
        for name in sorted(place.glob("*.request")) if place.is_dir() else ():
            try:
                answer = await apply(json.loads(name.read_text(encoding="utf-8")))
            except RegBatchError as error:
                answer = f"{error.sentence} [{error.code}]"
            except (ValueError, KeyError, TypeError, OSError):
                answer = "The request could not be read. [INVALID_INPUT]"
            with contextlib.suppress(OSError):
                draft = name.with_suffix(".part")
                draft.write_text(answer, encoding="utf-8")
                draft.replace(name.with_suffix(".answer"))
                name.unlink(missing_ok=True)
        await asyncio.sleep(POLL_S)

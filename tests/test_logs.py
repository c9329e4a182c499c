"""Nothing secret reaches the log file, in whatever shape it is logged."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest

from regbatch_desktop import logs
from regbatch_desktop.domain.secret import Secret

CANARY = "Canary-77"


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("account %s", (Secret(CANARY),)),
        ("body %s", ({"password": CANARY, "email": "a@b.nz"},)),
        ("nested %s", ([{"user": {"userPassword": CANARY}}],)),
        (f'reply {{"password": "{CANARY}", "ok": true}}', ()),
        (f"header Authorization: Bearer {CANARY}", ()),
        (f"url https://x.example/?token={CANARY}&a=1", ()),
        (f"api_key={CANARY}", ()),
    ],
)
def test_a_secret_is_taken_out(tmp_path: Path, message: str, arguments: tuple[object, ...]) -> None:
    path = logs.configure(tmp_path / "logs")
    logging.getLogger("regbatch_desktop.test").warning(message, *arguments)
    text = path.read_text(encoding="utf-8")
    assert CANARY not in text
    assert json.loads(text)["level"] == "WARNING"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_traceback_is_redacted_too(tmp_path: Path) -> None:
    path = logs.configure(tmp_path / "logs")
    try:
        raise ValueError(f"password={CANARY}")
    except ValueError:
        logging.getLogger("regbatch_desktop.test").exception("failed", extra={"job_id": "j1", "code": "DISK_FULL"})
    line = json.loads(path.read_text(encoding="utf-8"))
    assert CANARY not in json.dumps(line)
    assert (line["job_id"], line["code"]) == ("j1", "DISK_FULL")
    assert "ValueError" in line["traceback"]

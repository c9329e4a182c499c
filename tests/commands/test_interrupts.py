"""Ctrl-C once ends in order, twice leaves at once and says what is uncertain; both go on later without doing anything twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regbatch_desktop.practice import sample
from regbatch_desktop.practice.ledger import Ledger

ROOT = Path(__file__).parents[2]


class Running:
    """`regbatch run` in a process of its own; its lines as they come."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        environment = {**os.environ, "REGBATCH_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "regbatch_desktop", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=folder,
        )  # fmt: skip
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()

    def wait_for(self, wanted: Callable[[str], bool]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: any(wanted(line) for line in self.lines), timeout=60), "".join(self.lines)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def ended(self) -> int:
        code = self.process.wait(60)
        self._reader.join(10)
        return code


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Running]:
    leads, register = sample.write(tmp_path, sample.generate(restaurants=3, companies=200))
    running = Running(
        tmp_path, "run", str(leads), "--register", str(register), "--workspace", str(tmp_path / "w.db"), "--speed", "0.05",
        "--mode", "parallel",
    )  # fmt: skip
    yield running
    if running.process.poll() is None:
        running.process.kill()


def finish(folder: Path) -> None:
    running = Running(
        folder, "resume", "--workspace", str(folder / "w.db"), "--register", str(folder / "register.csv"), "--speed", "0.002"
    )
    code = running.ended()
    assert code in (0, 3, 4), "".join(running.lines)
    ledger = Ledger(folder / "w.db.practice.jsonl")
    try:
        assert ledger.duplicates() == []
        assert sum(event["kind"] == "account_created" for event in ledger.events) >= 1
    finally:
        ledger.close()


def test_once_ends_in_order_and_resume_goes_on(tmp_path: Path, started: Running) -> None:
    started.wait_for(lambda line: "step 6" in line)
    started.interrupt()
    assert started.ended() == 5, "".join(started.lines)
    assert any("will finish and be recorded" in line for line in started.lines)
    finish(tmp_path)


def test_twice_leaves_at_once_and_names_what_is_uncertain(tmp_path: Path, started: Running) -> None:
    started.wait_for(lambda line: "step 6" in line)
    started.interrupt()
    started.wait_for(lambda line: "Press Ctrl-C again" in line)
    started.interrupt()
    assert started.ended() in (5, 130), "".join(started.lines)
    if started.process.returncode == 130:
        assert any("Not known" in line or "Left at once" in line for line in started.lines)
    finish(tmp_path)

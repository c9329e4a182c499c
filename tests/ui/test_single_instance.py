"""One window per person: a second start hands its file over and leaves."""

from __future__ import annotations

import socket
from pathlib import Path

from PySide6.QtNetwork import QLocalServer

from regbatch_desktop.ui.single_instance import SingleInstance
from tests.ui.qt_bench import wait_until


def test_a_second_start_is_told_no_and_the_first_gets_the_path(tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    asked: list[str] = []
    first.asked.connect(asked.append)
    assert first.is_first("")
    assert not SingleInstance(tmp_path).is_first("/leads/Māori kai.db")
    assert not SingleInstance(tmp_path).is_first("")
    wait_until(lambda: len(asked) == 2)
    assert sorted(asked) == ["", "/leads/Māori kai.db"]
    assert SingleInstance(tmp_path / "other").is_first("")
    first.close()
    again = SingleInstance(tmp_path)
    assert again.is_first("")
    again.close()


def test_what_a_killed_program_left_is_no_obstacle(tmp_path: Path) -> None:
    killed = SingleInstance(tmp_path)
    assert killed.is_first("")
    (server,) = killed.findChildren(QLocalServer)
    path = server.fullServerName()
    killed.close()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    first = SingleInstance(tmp_path)
    assert first.is_first("")
    assert not SingleInstance(tmp_path).is_first("")
    first.close()

"""A second start raises the first window and hands its file over.

Owns: the local socket of this person's program.
Never: decides what is opened.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500
# The longest name of a socket file that every system takes (sun_path).
LONGEST = 100


def _name(data_dir: Path) -> str:
    """In the person's own folder, where no other account can put one first; a short name where that is not possible."""
    own = data_dir.resolve() / "window.socket"
    if sys.platform != "win32" and len(os.fsencode(own)) <= LONGEST:
        with contextlib.suppress(OSError):
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            return str(own)
    return f"regbatch-{zlib.crc32(str(data_dir.resolve()).encode()):08x}"


class SingleInstance(QObject):
    """`asked` carries the path that a second start was given, or ""."""

    asked = Signal(str)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name(data_dir)
        self._server: QLocalServer | None = None

    def is_first(self, path: str) -> bool:
        """False when another one runs: it was raised and told the path."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(WAIT_MS):
            socket.write(path.encode() + b"\n")
            socket.waitForBytesWritten(WAIT_MS)
            socket.disconnectFromServer()
            return False
        # What a killed program left is in the way.
        QLocalServer.removeServer(self._name)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name)
        return True

    def close(self) -> None:
        """Let the next start be the first."""
        if self._server is not None:
            self._server.close()

    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection() if self._server else None
        if socket is not None:
            socket.readyRead.connect(lambda: self._on_ready(socket))

    def _on_ready(self, socket: QLocalSocket) -> None:
        data = bytes(socket.readLine(4096).data()).decode("utf-8", "replace").strip()
        socket.disconnectFromServer()
        self.asked.emit(data)

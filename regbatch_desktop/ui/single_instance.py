"""A second start raises the first window and hands its file over.

Owns: the local socket of this person's program.
Never: decides what is opened.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500


class SingleInstance(QObject):
    """`asked` carries the path that a second start was given, or ""."""

    asked = Signal(str)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = "regbatch-" + f"{zlib.crc32(str(data_dir.resolve()).encode()):08x}"
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

"""A wire between one desktop and the project that can be cut, slowed, or made to lose answers, at the socket.

Owns: one listening port on this machine and the connections through it.
Never: understands what goes over it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit


class Wire:
    """`url` is what the desktop is given for the project's."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._own_port = 0
        # So many answers are lost after the request went through.
        self.losing = 0
        self.lost = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._own_port}"

    async def restore(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._own_port)
        self._own_port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Nobody answers, and what was under way breaks off."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _serve(self, near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self._open.add(out)
        try:
            far, to = await asyncio.open_connection(self._host, self._port)
        except OSError:
            out.transport.abort()
            return
        self._open.add(to)
        try:
            await asyncio.gather(self._forward(near, to), self._back(far, out))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for writer in (to, out):
                self._open.discard(writer)
                writer.transport.abort()

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        with contextlib.suppress(OSError):
            sink.write_eof()

    async def _back(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if self.losing:
                self.losing -= 1
                self.lost += 1
                raise ConnectionResetError
            sink.write(data)
            await sink.drain()
        raise ConnectionResetError


@contextlib.asynccontextmanager
async def wired(target: str) -> AsyncIterator[Wire]:
    wire = Wire(target)
    await wire.restore()
    try:
        yield wire
    finally:
        await wire.cut()


class SilentWire(Wire):
    """Can be cut (refused at once) or fall silent: connections are taken and nobody ever answers."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.is_silent = False
        self.is_mute = False

    def go_mute(self) -> None:
        """What is open stays open, and nothing comes through any more: as where packets vanish."""
        self.is_mute = self.is_silent = True

    async def fall_silent(self) -> None:
        await self.cut()
        self.is_silent = True
        await super().restore()

    async def restore(self) -> None:
        if self.is_silent:
            await self.cut()
        self.is_silent = self.is_mute = False
        await super().restore()

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if not self.is_mute:
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.write_eof()

    async def _serve(self, near: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        if not self.is_silent:
            await super()._serve(near, out)
            return
        self._open.add(out)
        with contextlib.suppress(OSError):
            while await near.read(65536):
                pass
        self._open.discard(out)
        out.transport.abort()


@contextlib.asynccontextmanager
async def silenceable(target: str, *, port: int = 0) -> AsyncIterator[SilentWire]:
    """`port`: the one of a wire that was there before."""
    wire = SilentWire(target)
    wire._own_port = port
    await wire.restore()
    try:
        yield wire
    finally:
        await wire.cut()

"""The practice services as a server of their own on 127.0.0.1.

Owns: the sockets; HTTP/1.1 is parsed by h11.
Never: listens on another address than loopback.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol
from urllib.parse import parse_qsl

import h11

from regbatch_desktop.practice.exchange import PracticeReply, PracticeRequest
from regbatch_desktop.practice.faults import Fault

MAX_BODY = 32 * 1024 * 1024
HOST = "127.0.0.1"


class Handler(Protocol):
    """Whoever answers: the practice platform, or another service that a test stands in for."""

    async def handle(self, request: PracticeRequest) -> PracticeReply: ...


@contextlib.asynccontextmanager
async def serving(platform: Handler, *, port: int = 0) -> AsyncIterator[int]:
    """Serve until the block ends; gives the port."""
    open_ones: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            open_ones.add(task)
            task.add_done_callback(open_ones.discard)
        with contextlib.suppress(ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            await _Connection(platform, reader, writer).run()
        writer.close()

    server = await asyncio.start_server(connected, HOST, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)


class _Connection:
    def __init__(self, platform: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._platform = platform
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        while True:
            request = await self._request()
            if request is None:
                return
            reply = await self._platform.handle(request)
            if not await self._answer(reply) or self._http.our_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _request(self) -> PracticeRequest | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(65_536))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > MAX_BODY:
                    return None
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                path, _, query = head.target.decode().partition("?")
                headers = {name.decode().lower(): value.decode("latin-1") for name, value in head.headers}
                return PracticeRequest(head.method.decode(), path, dict(parse_qsl(query)), headers, bytes(body))
            else:
                return None

    async def _answer(self, reply: PracticeReply) -> bool:
        """Send the reply; False when the connection is finished."""
        if reply.fault in (Fault.DROP_BEFORE, Fault.DROP_AFTER):
            self._writer.transport.abort()
            return False
        if reply.fault in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
            # The client gives up first; the connection ends with it.
            await self._reader.read()
            return False
        headers = [*reply.headers.items(), ("Content-Length", str(len(reply.body)))]
        self._send(h11.Response(status_code=reply.status, headers=headers))
        if reply.fault is Fault.TRUNCATED:
            self._send(h11.Data(data=reply.body[: len(reply.body) // 2]))
            await self._writer.drain()
            self._writer.transport.abort()
            return False
        if reply.fault is Fault.SLOW_BODY:
            for position in range(len(reply.body)):
                self._send(h11.Data(data=reply.body[position : position + 1]))
                await self._writer.drain()
                await asyncio.sleep(0.1)
        else:
            self._send(h11.Data(data=reply.body))
        self._send(h11.EndOfMessage())
        await self._writer.drain()
        return True

    def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)

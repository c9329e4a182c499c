"""The practice services in process, behind the same httpx clients as the real ones.

Owns: turning a fault into what httpx would raise on a real socket.
Never: opens a socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import httpx

from regbatch_desktop.practice.exchange import PracticeReply, PracticeRequest
from regbatch_desktop.practice.faults import Fault
from regbatch_desktop.practice.platform import PracticePlatform


class InProcessTransport(httpx.AsyncBaseTransport):
    """Calls the practice platform directly."""

    def __init__(self, platform: PracticePlatform) -> None:
        self._platform = platform

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx."""
        body = await request.aread()
        reply = await self._platform.handle(
            PracticeRequest(
                method=request.method,
                path=request.url.raw_path.decode().partition("?")[0],
                query=dict(parse_qsl(request.url.query.decode())),
                headers={k.lower(): v for k, v in request.headers.items()},
                body=body,
            )
        )
        if reply.fault in (Fault.DROP_BEFORE, Fault.DROP_AFTER):
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        if reply.fault in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
            await asyncio.sleep(request.extensions.get("timeout", {}).get("read") or 60.0)
            raise httpx.ReadTimeout("", request=request)
        return httpx.Response(reply.status, headers=dict(reply.headers), stream=_Body(reply), request=request)


class _Body(httpx.AsyncByteStream):
    def __init__(self, reply: PracticeReply) -> None:
        self._reply = reply

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body, fault = self._reply.body, self._reply.fault
        if fault is Fault.TRUNCATED:
            yield body[: len(body) // 2]
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
        if fault is Fault.SLOW_BODY:
            for position in range(len(body)):
                yield body[position : position + 1]
                await asyncio.sleep(0.1)
        else:
            yield body

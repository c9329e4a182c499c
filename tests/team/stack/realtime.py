"""Realtime as its clients see it: a channel can be joined, messages come, sockets die.

Owns: the open sockets. What a message says is made up: nobody may believe it.
Never: looks at who may see a row.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import aiohttp
from aiohttp import web


class RealtimeServer:
    """`joins` counts channels that were joined."""

    def __init__(self) -> None:
        self._sockets: dict[web.WebSocketResponse, dict[str, list[int]]] = {}
        self.joins = 0

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One client."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = {}
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._answer(socket, json.loads(message.data))
        finally:
            self._sockets.pop(socket, None)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        topic, event, payload = frame["topic"], frame["event"], frame.get("payload") or {}
        response: dict[str, Any] = {}
        if event == "phx_join":
            wanted = (payload.get("config") or {}).get("postgres_changes") or []
            response = {"postgres_changes": [{**each, "id": number + 1} for number, each in enumerate(wanted)]}
            self._sockets[socket][topic] = [each["id"] for each in response["postgres_changes"]]
            self.joins += 1
        if event in ("phx_join", "heartbeat", "phx_leave"):
            await self._send(socket, topic, "phx_reply", {"status": "ok", "response": response}, frame.get("ref"))
        if event == "phx_join":
            said = {"channel": topic, "extension": "postgres_changes", "message": "Subscribed to PostgreSQL", "status": "ok"}
            await self._send(socket, topic, "system", said, None)

    async def poke(self) -> None:
        """Tell every channel that something changed."""
        data: dict[str, Any] = {
            "schema": "public", "table": "registration_jobs", "type": "UPDATE", "commit_timestamp": "2026-01-01T00:00:00Z",
            "columns": [], "errors": None, "record": {}, "old_record": {},
        }  # fmt: skip
        for socket, topics in list(self._sockets.items()):
            for topic, ids in topics.items():
                with contextlib.suppress(ConnectionError):
                    await self._send(socket, topic, "postgres_changes", {"data": data, "ids": ids}, None)

    async def drop(self) -> None:
        """Lose every connection."""
        for socket in list(self._sockets):
            await socket.close(code=1011)

    @staticmethod
    async def _send(socket: web.WebSocketResponse, topic: str, event: str, payload: dict[str, Any], ref: object) -> None:
        await socket.send_str(json.dumps({"topic": topic, "event": event, "payload": payload, "ref": ref}))

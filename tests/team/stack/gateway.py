"""The project's one address: keys are checked, /auth/v1 answered, /rest/v1 handed to PostgREST, faults made on request.

Owns: which answers are lost, delayed or refused for a test; the newer error codes of the hosted service.
Never: looks into a database (auth.py does).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import aiohttp
import asyncpg
from aiohttp import web
from yarl import URL

from tests.team.stack.auth import ROLE_KEYS, AuthRefusal, AuthServer, role_token
from tests.team.stack.realtime import RealtimeServer

Handler = Any
_HOP = frozenset(
    {"host", "connection", "apikey", "content-length", "transfer-encoding", "accept-encoding", "date", "server"}
)  # fmt: skip


@dataclass
class Faults:
    """`lose_answers`: how often the answer to each distinct call of a function is lost after the call was made.
    `status`: answered instead of calling; `delay_s`: before calling. All for paths that contain `match`.
    """

    match: str = "/rest/v1/rpc/"
    lose_answers: int = 0
    status: int = 0
    delay_s: float = 0.0


class Gateway:
    """Serves until stopped; `url` is the project's."""

    def __init__(self, dsn: str, rest_url: str) -> None:
        self._dsn = dsn
        self._rest_url = rest_url
        self._faults = Faults()
        self._lost: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self._bytes = 0
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._database = await asyncpg.create_pool(
            self._dsn, min_size=1, max_size=5, server_settings={"search_path": "auth,public,extensions"}
        )
        self._http = aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=60))
        self._auth = AuthServer(self._database)
        app = web.Application(client_max_size=64 << 20, middlewares=[self._checked])
        app.router.add_route("*", "/rest/v1/{tail:.*}", self._rest)
        app.router.add_put("/_tests", self._configure)
        app.router.add_get("/_tests", self._report)
        self._realtime = RealtimeServer()
        app.router.add_get("/realtime/v1/websocket", self._realtime.serve)
        self._auth.routes(app.router)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=512)
        await site.start()
        self.url = self._auth.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close everything."""
        await self._runner.cleanup()
        await self._http.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._database.close(), 3)

    async def _configure(self, request: web.Request) -> web.Response:
        body = await request.json()
        for name, act in (("poke", self._realtime.poke), ("drop", self._realtime.drop)):
            if body.pop(name, False):
                await act()
                return web.json_response({})
        self._auth.lifetime_s = body.pop("lifetime_s", self._auth.lifetime_s)
        self._faults = Faults(**body)
        self._lost.clear()
        self._seen.clear()
        self._bytes = 0
        return web.json_response({})

    async def _report(self, _request: web.Request) -> web.Response:
        lost = sum(self._lost.values())
        return web.json_response(
            {
                "refreshes": self._auth.refreshes,
                "lost": lost,
                "requests": dict(self._seen),
                "bytes": self._bytes,
                "joins": self._realtime.joins,
            }
        )

    @web.middleware
    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/_tests"):
            answer: web.StreamResponse = await handler(request)
            return answer
        self._seen[request.path] += 1
        faulty = self._faults.match in request.path
        if faulty and self._faults.delay_s:
            await asyncio.sleep(self._faults.delay_s)
        if faulty and self._faults.status:
            return web.json_response({"message": "a fault of the tests"}, status=self._faults.status)
        if request.headers.get("apikey", request.query.get("apikey")) not in ROLE_KEYS:
            return web.json_response({"message": "Invalid API key", "hint": "Double check your API key."}, status=401)
        try:
            answer = await handler(request)
        except AuthRefusal as error:
            headers = {"x-supabase-api-version": "2024-01-01", "x-sb-error-code": error.code}
            return web.json_response({"code": error.code, "message": error.message}, status=error.status, headers=headers)
        if faulty and self._faults.lose_answers:
            call = hashlib.sha256(request.path.encode() + await request.read()).hexdigest()
            if self._lost[call] < self._faults.lose_answers:
                self._lost[call] += 1
                if request.transport is not None:
                    request.transport.abort()
        return answer

    async def _rest(self, request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        bearer = headers.get("Authorization", "")[7:]
        key = request.headers["apikey"]
        if not bearer or bearer in ROLE_KEYS:
            headers["Authorization"] = "Bearer " + role_token(ROLE_KEYS[key])
        url = URL(self._rest_url + request.raw_path.removeprefix("/rest/v1"), encoded=True)
        body = await request.read()
        async with self._http.request(request.method, url, headers=headers, data=body or None) as reply:
            kept = {name: value for name, value in reply.headers.items() if name.lower() not in _HOP}
            answer = await reply.read()
            self._bytes += len(answer)
            if reply.status in (401, 404):
                answer = newer_codes(answer)
            return web.Response(status=reply.status, body=answer, headers=kept)


def newer_codes(body: bytes) -> bytes:
    """PostgREST 12 says in some cases what the hosted service says with another code since version 13."""
    try:
        error = json.loads(body)
    except ValueError:
        return body
    code, message = error.get("code"), error.get("message") or ""
    if code == "42P01" and (found := re.match(r'relation "(.+)" does not exist', message)):
        error |= {"code": "PGRST205", "message": f"Could not find the table '{found[1]}' in the schema cache"}
    elif code == "PGRST301" and message == "JWT expired":
        error["code"] = "PGRST303"
    return json.dumps(error).encode()

"""Every cell of the outcome table (reliability §1.4), over real sockets where a socket decides it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from msgspec.structs import replace

from regbatch_desktop.domain.effects import EffectClass, OutcomeKind, may_repeat
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.breaker import Breaker
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.outcome import from_exception, from_reply, retry_after_s

LIMITS = ServiceLimits(default_deadline_s=1.0, connect_timeout_s=0.5, max_in_flight=4)
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], "asyncio.Future[None] | object"]
ERROR = b'{"success": false, "error": "no"}'


@contextlib.asynccontextmanager
async def scripted(raw: bytes, *, after: str = "close") -> AsyncIterator[str]:
    """A server that reads a request, sends `raw`, and then closes, resets, or says nothing more."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if after == "drip":
            with contextlib.suppress(ConnectionError):
                for position in range(len(raw)):
                    writer.write(raw[position : position + 1])
                    await writer.drain()
                    await asyncio.sleep(0.1)
        else:
            writer.write(raw)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
        if after == "reset":
            writer.transport.abort()
        elif after == "silence":
            await reader.read()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def reply(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


SOCKET_CELLS = [
    ("success", reply("200 OK", b'{"success": true, "x": 1}'), "close", OutcomeKind.SUCCEEDED, ""),
    ("success false", reply("200 OK", b'{"success": false, "error": "no"}'), "close", OutcomeKind.FAILED_DEFINITE, "REFUSED"),
    ("truncated", reply("200 OK", b'{"success": tr', length=400), "close", OutcomeKind.UNKNOWN, "CONNECTION_LOST"),
    ("malformed", reply("200 OK", b'{"success": tr'), "close", OutcomeKind.UNKNOWN, "NOT_JSON"),
    ("no verdict", reply("200 OK", b'{"ok": 1}'), "close", OutcomeKind.UNKNOWN, "UNEXPECTED_ANSWER"),
    ("html", reply("200 OK", b"<html>sign in</html>"), "close", OutcomeKind.UNKNOWN, "NOT_JSON"),
    ("redirect", reply("302 Found", b"", "Location: http://elsewhere.example/"), "close", OutcomeKind.UNKNOWN, "REDIRECTED"),
    ("rate limit", reply("429 Too Many", ERROR, "Retry-After: 7"), "close", OutcomeKind.NOT_EXECUTED, "RATE_LIMITED"),
    ("exists", reply("409 Conflict", b'{"error": "already exists"}'), "close", OutcomeKind.FAILED_DEFINITE, "ALREADY_EXISTS"),
    ("in progress", reply("409 Conflict", b'{"error": "in progress"}'), "close", OutcomeKind.NOT_EXECUTED, "IN_PROGRESS"),
    ("proxy 404", reply("404 Not Found", b"<html>"), "close", OutcomeKind.UNKNOWN, "NOT_JSON"),
    ("reset", b"", "reset", OutcomeKind.UNKNOWN, "CONNECTION_LOST"),
    ("closed", b"", "close", OutcomeKind.UNKNOWN, "CONNECTION_LOST"),
    ("silence", b"", "silence", OutcomeKind.UNKNOWN, "TIMEOUT"),
    ("drip", reply("200 OK", b'{"success": true}'), "drip", OutcomeKind.UNKNOWN, "TIMEOUT"),
    *[
        (f"{status}", reply(f"{status} X", ERROR), "close", OutcomeKind.FAILED_DEFINITE, f"HTTP_{status}")
        for status in (400, 401, 403, 404, 405, 415, 422)
    ],
    *[
        (f"{status}", reply(f"{status} X", ERROR), "close", OutcomeKind.UNKNOWN, f"HTTP_{status}")
        for status in (408, 425, 500, 502, 503, 504)
    ],
]


@pytest.mark.parametrize(("raw", "after", "kind", "code"), [c[1:] for c in SOCKET_CELLS], ids=[c[0] for c in SOCKET_CELLS])
async def test_what_came_over_the_socket(raw: bytes, after: str, kind: OutcomeKind, code: str) -> None:
    async with scripted(raw, after=after) as url, ServiceClient(url, limits=LIMITS) as client:
        outcome = await client.call("POST", "/x", body={"a": 1}, deadline_s=1.0)
    assert (outcome.kind, outcome.code) == (kind, code)


async def test_nobody_listens_means_not_sent() -> None:
    async with scripted(b"") as url:
        pass
    async with ServiceClient(url, limits=LIMITS) as client:
        outcome = await client.call("POST", "/x", body={}, deadline_s=1.0)
    assert outcome.kind is OutcomeKind.NOT_SENT


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("dns"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("busy")], ids=lambda e: type(e).__name__
)
def test_before_the_first_byte_means_not_sent(error: Exception) -> None:
    assert from_exception(error).kind is OutcomeKind.NOT_SENT


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout(""),
        httpx.WriteTimeout(""),
        httpx.ReadError(""),
        httpx.WriteError(""),
        httpx.RemoteProtocolError(""),
        TimeoutError(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_after_the_first_byte_means_unknown(error: Exception) -> None:
    assert from_exception(error).kind is OutcomeKind.UNKNOWN


def test_a_provider_whose_429_may_come_after_work() -> None:
    assert from_reply(429, {}, ERROR, refuses_before_work=False).kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize("effect_class", EffectClass)
@pytest.mark.parametrize("kind", OutcomeKind)
def test_only_what_is_harmless_is_repeated(kind: OutcomeKind, effect_class: EffectClass) -> None:
    outcome = replace(from_reply(200, {}, b'{"success": true}'), kind=kind)
    harmless = kind in (OutcomeKind.NOT_SENT, OutcomeKind.NOT_EXECUTED)
    harmless |= kind is OutcomeKind.UNKNOWN and effect_class in (EffectClass.READ, EffectClass.PUT, EffectClass.KEYED)
    assert may_repeat(outcome, effect_class) is harmless


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "99999999999"}, 900.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
    ],
)
def test_retry_after_is_read_as_the_server_means_it(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


async def test_a_secret_reaches_the_receiver_and_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    seen = bytearray()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        seen.extend(await reader.readexactly(length))
        writer.write(reply("200 OK", b'{"success": true}'))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with ServiceClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", limits=LIMITS) as client:
        with caplog.at_level("DEBUG"):
            await client.call("POST", "/x?q=1", body={"password": Secret("hunter2-canary")}, deadline_s=1.0)
    server.close()
    assert b"hunter2-canary" in seen
    assert "hunter2-canary" not in caplog.text


def test_the_breaker_leaves_a_dead_host_alone_and_probes_once() -> None:
    now = [0.0]
    breaker = Breaker(ServiceLimits(), clock=lambda: now[0])
    for _ in range(10):
        assert breaker.wait_s() == 0
        breaker.record(ok=False)
    assert breaker.wait_s() == pytest.approx(60)
    now[0] = 61
    assert breaker.wait_s() == 0
    assert breaker.wait_s() > 0, "a second probe was let through"
    breaker.record(ok=False)
    assert breaker.wait_s() == pytest.approx(120)
    now[0] = 200
    assert breaker.wait_s() == 0
    breaker.record(ok=True)
    assert breaker.wait_s() == 0

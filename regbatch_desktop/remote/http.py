"""One httpx client for one host: total time limits, a cap on calls in flight, a breaker. It never retries.

Owns: the connection pool, this process's share of the calls at once, the breaker of the host.
Never: logs a URL's query or a body; decides about repeating (the pipeline does: one retry layer).
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from types import TracebackType

import httpx
from anyio import CapacityLimiter

from regbatch_desktop.domain.effects import CallOutcome, OutcomeKind
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.breaker import Breaker
from regbatch_desktop.remote.outcome import from_exception, from_reply
from regbatch_desktop.remote.tls import verified_by
from regbatch_desktop.runtime.share import Share

_log = logging.getLogger(__name__)
MAX_REPLY_BYTES = 10 * 1024 * 1024


# Status, headers and body of a reply that arrived whole.
ReadReply = Callable[[int, Mapping[str, str], bytes], CallOutcome]


class _ReplyTooLarge(Exception):
    pass


def json_bytes(body: Mapping[str, object]) -> bytes:
    """The bytes of a body; the one place where a Secret is revealed."""

    def reveal(value: object) -> object:
        if isinstance(value, Secret):
            return value.reveal()
        raise TypeError(f"{type(value).__name__} does not go into a body")

    return json.dumps(body, ensure_ascii=False, default=reveal).encode("utf-8", "replace")


class ServiceClient:
    """Calls and reads against one host."""

    def __init__(
        self,
        base_url: str,
        *,
        limits: ServiceLimits,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        read_reply: ReadReply = from_reply,
        share: Share | None = None,
    ) -> None:
        self.limits = limits
        self.share = share or Share()
        self._read_reply = read_reply
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Accept": "application/json", **(headers or {})},
            transport=transport,
            verify=verified_by(transport),
            follow_redirects=False,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=15.0),
        )
        self._in_flight = CapacityLimiter(limits.max_in_flight)
        self.share.follow(self._resize)
        self._breaker = Breaker(limits, clock=time.monotonic)

    def _resize(self) -> None:
        self._in_flight.total_tokens = self.share.of(self.limits.max_in_flight)

    async def __aenter__(self) -> ServiceClient:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def call(
        self, method: str, path: str, *, body: Mapping[str, object] | None = None, deadline_s: float, idempotency_key: str = ""
    ) -> CallOutcome:
        """One request with an effect; exactly one attempt; never raises but for cancellation."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        async with self._in_flight:
            wait = self._breaker.wait_s()
            if wait > 0:
                message = "the service failed too often just now; it is left alone for a while"
                return CallOutcome(OutcomeKind.NOT_SENT, code="CIRCUIT_OPEN", message=message, retry_after_s=wait)
            outcome = await self._exchange(method, path, body, deadline_s, headers)
        # A refusal or a limit is an answer: the host works.
        self._breaker.record(ok=outcome.kind in (OutcomeKind.SUCCEEDED, OutcomeKind.FAILED_DEFINITE, OutcomeKind.NOT_EXECUTED))
        _log.info("%s %s: %s %s", method, path.partition("?")[0], outcome.kind.value, outcome.http_status or outcome.code)
        return outcome

    async def read(
        self, method: str, path: str, *, body: Mapping[str, object] | None = None, deadline_s: float
    ) -> dict[str, object]:
        """One read; the reply's object. ServiceUnavailable when it says nothing, ServiceRefused for a definite no."""
        outcome = await self.call(method, path, body=body, deadline_s=deadline_s)
        if outcome.kind is OutcomeKind.SUCCEEDED:
            return dict(outcome.reply)
        if outcome.kind is OutcomeKind.FAILED_DEFINITE:
            raise ServiceRefused(f"The service refused: {outcome.message}.", detail=f"{path} {outcome.code}")
        sentence = f"The service could not be read: {outcome.message}."
        raise ServiceUnavailable(sentence, detail=f"{path} {outcome.code}", retry_after_s=outcome.retry_after_s)

    async def _exchange(
        self, method: str, path: str, body: Mapping[str, object] | None, deadline_s: float, headers: Mapping[str, str]
    ) -> CallOutcome:
        # httpx's read timeout counts per gap; only a limit around everything stops a dripping body.
        timeout = httpx.Timeout(deadline_s, connect=min(self.limits.connect_timeout_s, deadline_s))
        content = None if body is None else json_bytes(body)
        if content is not None:
            headers = {**headers, "Content-Type": "application/json"}
        try:
            async with (
                asyncio.timeout(deadline_s),
                self._client.stream(method, path, content=content, headers=headers, timeout=timeout) as reply,
            ):
                data = await _bounded(reply)
                return self._read_reply(reply.status_code, reply.headers, data)
        except _ReplyTooLarge:
            return CallOutcome(OutcomeKind.UNKNOWN, code="REPLY_TOO_LARGE", message="the answer is larger than 10 MB")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TimeoutError, OSError) as error:
            return from_exception(error)


async def _bounded(reply: httpx.Response) -> bytes:
    chunks, size = [], 0
    async for chunk in reply.aiter_bytes():
        size += len(chunk)
        if size > MAX_REPLY_BYTES:
            raise _ReplyTooLarge
        chunks.append(chunk)
    return b"".join(chunks)

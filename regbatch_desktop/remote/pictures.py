"""Logos and header images from wherever a restaurant keeps them.

Owns: what may be asked for (https, or data in the address itself), how much of it is read, what is remembered.
Never: decodes a picture; sends a token or a cookie.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from types import TracebackType
from urllib.parse import unquote_to_bytes, urlsplit

import httpx

from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.remote.tls import verified_by

MAX_BYTES = 3 * 1024 * 1024
DEADLINE_S = 10.0
REMEMBERED = 200


class HttpPictures:
    """The Pictures port. One request at a time per address; what was read once is not read again."""

    def __init__(self, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport
        # Made when the first picture is asked for: most starts of the program look at none.
        self._client: httpx.AsyncClient | None = None
        self._known: dict[str, bytes] = {}

    async def __aenter__(self) -> HttpPictures:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def fetch(self, address: str) -> bytes:
        """See the port."""
        if address.startswith("data:image/"):
            return _embedded(address)
        if address not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[address] = await self._read(address)
        return self._known[address]

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            # A redirect away from https is refused as well, before anything is asked there.
            self._client = httpx.AsyncClient(
                transport=self._transport, verify=verified_by(self._transport), follow_redirects=True, max_redirects=3, timeout=DEADLINE_S,
                headers={"Accept": "image/*"}, limits=httpx.Limits(max_connections=4, keepalive_expiry=10.0),
                event_hooks={"request": [_only_https]},
            )  # fmt: skip
        return self._client

    async def _read(self, address: str) -> bytes:
        try:
            async with asyncio.timeout(DEADLINE_S), self._connected().stream("GET", address) as reply:
                if reply.status_code != httpx.codes.OK or not reply.headers.get("Content-Type", "").startswith("image/"):
                    raise ServiceRefused("There is no picture at this address.", detail=f"status {reply.status_code}")
                found = bytearray()
                async for chunk in reply.aiter_bytes():
                    found += chunk
                    if len(found) > MAX_BYTES:
                        raise ServiceRefused("The picture is larger than 3 MB.")
                return bytes(found)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects, ValueError) as error:
            raise ServiceRefused("This is no address of a picture.", detail=type(error).__name__) from error
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
            raise ServiceUnavailable("The picture could not be loaded.", detail=type(error).__name__) from error


async def _only_https(request: httpx.Request) -> None:
    if urlsplit(str(request.url)).scheme != "https":
        raise httpx.UnsupportedProtocol("only https", request=request)


def _embedded(address: str) -> bytes:
    """The bytes of a `data:` address (original rows hold base64 pictures, L27)."""
    head, comma, data = address.partition(",")
    if not comma or len(data) > MAX_BYTES * 4 // 3 + 4:
        raise ServiceRefused("The picture is not whole, or larger than 3 MB.")
    try:
        return base64.b64decode(data, validate=False) if head.endswith(";base64") else unquote_to_bytes(data)
    except (binascii.Error, ValueError) as error:
        raise ServiceRefused("The picture is not whole.") from error

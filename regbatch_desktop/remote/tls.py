"""The TLS settings of every client, read once, and what the first client would load while the window waits.

Owns: which authorities are trusted: those that httpx brings, or that the environment names.
Never: switches a check off, or opens a connection.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache

import anyio
import httpx


@cache
def tls() -> ssl.SSLContext:
    """One for all clients: reading every authority takes as long as three frames, and each client would do it anew. Blocks."""
    return httpx.create_ssl_context()


def verified_by(transport: httpx.AsyncBaseTransport | None) -> ssl.SSLContext | bool:
    """A client's `verify`. One with a transport of its own opens no connection, so nothing is read for it."""
    return tls() if transport is None else True


async def clients_loaded(*, network: bool = True) -> None:
    """What httpx and its limits load at first use is loaded by a thread, before the first client of a window: together it takes a
    fifth of a second. Without `network` only what a client needs that has a transport of its own.
    """
    await asyncio.to_thread(_loop_part)
    if network:
        await asyncio.to_thread(_network_part)


@cache
def _loop_part() -> None:
    # It comes with the first thing that is run on a loop of this kind.
    anyio.run(anyio.sleep, 0)


@cache
def _network_part() -> None:
    httpx.AsyncHTTPTransport(verify=tls())

"""The signed manifest of the newest version: fetched over HTTPS, verified with the public key that came with this build.

The file is one JSON object `{"manifest": base64, "signature": base64}`; the Ed25519 signature covers the manifest's bytes, so that neither the
server nor anybody between can invent a version.

Owns: the request (nothing of this machine or person is in it) and the verification.
Never: downloads a program.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from regbatch_desktop.domain.errors import ManifestUnusable, Offline
from regbatch_desktop.domain.release import Release, read_manifest
from regbatch_desktop.remote.tls import tls

LIMIT_BYTES = 64_000
DEADLINE_S = 10.0
_LOCAL = "http://127.0.0.1:"


class SignedReleases:
    """The Releases port. `url` is https (or this machine, for tests); `public_key` 32 bytes."""

    def __init__(self, url: str, public_key: bytes) -> None:
        if not url.startswith(("https://", _LOCAL)):
            raise ManifestUnusable("News of versions are only read over HTTPS.")
        self._url = url
        self._key = Ed25519PublicKey.from_public_bytes(public_key)

    async def newest(self) -> Release:
        """Offline when it cannot be reached, ManifestUnusable when it was not signed by us."""
        try:
            async with (
                asyncio.timeout(DEADLINE_S),
                httpx.AsyncClient(verify=tls(), follow_redirects=False, timeout=DEADLINE_S) as client,
            ):
                data = await self._bytes(client)
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            raise Offline("News of versions cannot be reached just now.", detail=type(error).__name__) from error
        return read_manifest(self._verified(data))

    async def _bytes(self, client: httpx.AsyncClient) -> bytes:
        async with client.stream("GET", self._url, headers={"User-Agent": "RegBatch", "Accept": "application/json"}) as reply:
            if reply.status_code != httpx.codes.OK:
                raise Offline("News of versions cannot be read just now.", detail=str(reply.status_code))
            data = b""
            async for chunk in reply.aiter_bytes():
                data += chunk
                if len(data) > LIMIT_BYTES:
                    raise ManifestUnusable("The news of versions cannot be read; nothing was changed.", detail="too large")
        return data

    def _verified(self, data: bytes) -> bytes:
        try:
            envelope = json.loads(data)
            manifest = base64.b64decode(envelope["manifest"], validate=True)
            self._key.verify(base64.b64decode(envelope["signature"], validate=True), manifest)
        except InvalidSignature as error:
            raise ManifestUnusable("The news of versions was not signed by RegBatch's makers; it was thrown away.") from error
        except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
            raise ManifestUnusable("The news of versions cannot be read; nothing was changed.", detail=str(error)) from error
        return manifest

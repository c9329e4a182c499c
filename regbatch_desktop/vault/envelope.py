"""Sealing a password for one field of one job with AES-256-GCM.

Owns: the envelope; workspace, job, field and key version are bound to the ciphertext.
Never: stores it (the store does), or keeps an opened secret.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from regbatch_desktop.domain.errors import SecretUnreadable
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import SaveSecret, SealedValue

FIRST_VERSION = 1


class Vault:
    """The Secrets port over a workspace's keys: the newest seals, every one opens what was sealed with it."""

    def __init__(self, keys: bytes | Mapping[int, bytes], *, workspace_id: str) -> None:
        known = {FIRST_VERSION: keys} if isinstance(keys, bytes) else keys
        self._ciphers = {version: AESGCM(key) for version, key in known.items()}
        self._newest = max(self._ciphers)
        self._workspace_id = workspace_id

    def seal(self, secret: Secret, *, job_id: str, field: str) -> SaveSecret:
        """The write that stores it under a new id."""
        nonce = secrets.token_bytes(12)
        bound = self._bound(job_id, field, self._newest)
        ciphertext = self._ciphers[self._newest].encrypt(nonce, secret.reveal().encode(), bound)
        return SaveSecret(str(uuid4()), job_id, field, self._newest, nonce, ciphertext)

    def open(self, sealed: SealedValue) -> Secret:
        """SecretUnreadable for a wrong key, a key that is newer than those here, or a changed value."""
        if sealed.key_version > self._newest:
            raise SecretUnreadable("This password was sealed with a newer key; open the workspace again while it can be reached.")
        bound = self._bound(sealed.job_id, sealed.field, sealed.key_version)
        try:
            return Secret(self._ciphers[sealed.key_version].decrypt(sealed.nonce, sealed.ciphertext, bound).decode())
        except (InvalidTag, KeyError, ValueError) as error:
            raise SecretUnreadable("A stored password cannot be opened with this workspace's key; type it again.") from error

    def _bound(self, job_id: str, field: str, key_version: int) -> bytes:
        return f"{self._workspace_id}/{job_id}/{field}/{key_version}".encode()

"""Sealing a password for one field of one job with AES-256-GCM.

Owns: the envelope; workspace, job, field and key version are bound to the ciphertext.
Never: stores it (the store does), or keeps an opened secret.
"""

from __future__ import annotations

import secrets
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from regbatch_desktop.domain.errors import SecretUnreadable
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import SaveSecret, SealedValue

KEY_VERSION = 1


class Vault:
    """The Secrets port over one workspace key."""

    def __init__(self, key: bytes, *, workspace_id: str) -> None:
        self._cipher = AESGCM(key)
        self._workspace_id = workspace_id

    def seal(self, secret: Secret, *, job_id: str, field: str) -> SaveSecret:
        """The write that stores it under a new id."""
        nonce = secrets.token_bytes(12)
        bound = self._bound(job_id, field, KEY_VERSION)
        ciphertext = self._cipher.encrypt(nonce, secret.reveal().encode(), bound)
        return SaveSecret(str(uuid4()), job_id, field, KEY_VERSION, nonce, ciphertext)

    def open(self, sealed: SealedValue) -> Secret:
        """SecretUnreadable for a wrong key or a changed value."""
        bound = self._bound(sealed.job_id, sealed.field, sealed.key_version)
        try:
            return Secret(self._cipher.decrypt(sealed.nonce, sealed.ciphertext, bound).decode())
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadable("A stored password cannot be opened with this workspace's key; type it again.") from error

    def _bound(self, job_id: str, field: str, key_version: int) -> bytes:
        return f"{self._workspace_id}/{job_id}/{field}/{key_version}".encode()

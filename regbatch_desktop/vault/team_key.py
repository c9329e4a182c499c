"""The key of a team's sealed passwords on one desktop: known while the program runs, kept between starts by the OS keychain alone.

Owns: sealing and opening that wait for the key; the sentence where there is none.
Never: writes the key to a file.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Mapping

import keyring
from keyring.errors import KeyringError

from regbatch_desktop.domain.errors import SecretUnreadable
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import SaveSecret, SealedValue
from regbatch_desktop.vault.envelope import Vault
from regbatch_desktop.vault.workspace_key import keychain_is_trusted


class TeamVault:
    """Seals and opens for one organisation, as soon as its key is known."""

    def __init__(self, organisation_id: str, user_id: str) -> None:
        self._organisation_id, self._service = organisation_id, f"RegBatch Desktop: organisation {organisation_id} for {user_id}"
        self._vault: Vault | None = None
        if keychain_is_trusted():
            with contextlib.suppress(KeyringError, ValueError):
                if (stored := keyring.get_password(self._service, "key")) is not None:
                    self._vault = Vault(_keys_of(stored), workspace_id=organisation_id)

    @property
    def has_key(self) -> bool:
        """Passwords can be sealed and opened now."""
        return self._vault is not None

    def use(self, keys: Mapping[int, bytes]) -> None:
        """The project released them. Blocks for the keychain."""
        self._vault = Vault(keys, workspace_id=self._organisation_id)
        if keychain_is_trusted():
            with contextlib.suppress(KeyringError):
                text = json.dumps({version: base64.b64encode(key).decode() for version, key in keys.items()})
                keyring.set_password(self._service, "key", text)

    def forget(self) -> None:
        """Signed out."""
        self._vault = None
        if keychain_is_trusted():
            with contextlib.suppress(KeyringError):
                keyring.delete_password(self._service, "key")

    def seal(self, secret: Secret, *, job_id: str, field: str) -> SaveSecret:
        """See the port. SecretUnreadable without the key."""
        return self._opened().seal(secret, job_id=job_id, field=field)

    def open(self, sealed: SealedValue) -> Secret:
        """See the port."""
        return self._opened().open(sealed)

    def _opened(self) -> Vault:
        if self._vault is None:
            raise SecretUnreadable(
                "Passwords need your team's key, which this machine keeps only in a keychain and does not have; "
                "they can be set as soon as your team's project is reached."
            )
        return self._vault


def _keys_of(stored: str) -> dict[int, bytes]:
    """ValueError for anything else than what `use` stored."""
    found = json.loads(stored)
    if not isinstance(found, dict) or not found:
        raise ValueError("no keys")
    return {int(version): base64.b64decode(key, validate=True) for version, key in found.items()}

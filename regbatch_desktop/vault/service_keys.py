"""Keys of services that a person has an account with (the NZBN API's subscription key), in the OS keychain.

Owns: where such a key lies; without a keychain that is known to encrypt it is not kept at all.
Never: writes a key into a file, a log, an export or a command line.
"""

from __future__ import annotations

import keyring
from keyring.errors import KeyringError, PasswordDeleteError

from regbatch_desktop.domain.errors import InvalidConfiguration
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.vault.workspace_key import keychain_is_trusted

NZBN = "NZBN API subscription"
_SERVICE = "RegBatch Desktop: service keys"


def stored_key(name: str) -> Secret | None:
    """The key, or None when none is stored or the keychain is locked."""
    if not keychain_is_trusted():
        return None
    try:
        found = keyring.get_password(_SERVICE, name)
    except KeyringError:
        return None
    return Secret(found) if found else None


def store_key(name: str, key: Secret) -> None:
    """Keep a key; an empty one forgets it. InvalidConfiguration when there is no keychain to keep it in."""
    if not keychain_is_trusted():
        raise InvalidConfiguration("There is no usable keychain here, so the key cannot be kept safely; it was not stored.")
    try:
        if key:
            keyring.set_password(_SERVICE, name, key.reveal())
        else:
            keyring.delete_password(_SERVICE, name)
    except PasswordDeleteError:
        return
    except KeyringError as error:
        raise InvalidConfiguration("The keychain did not take the key; unlock it and try again.") from error

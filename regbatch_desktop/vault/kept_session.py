"""The refresh token of a team's project: in the OS keychain, or in this run only.

Owns: the name under which it lies; only keychains that are known to encrypt are used (reliability §4.2).
Never: writes it to a file, or keeps the access token.
"""

from __future__ import annotations

import contextlib

import keyring
from keyring.errors import KeyringError

from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.vault.workspace_key import keychain_is_trusted

NOTICE = "There is no usable keychain here, so you stay signed in for this run only and sign in again at the next start."


class KeptSessions:
    """One refresh token per project and e-mail."""

    def __init__(self) -> None:
        self._this_run: dict[tuple[str, str], Secret] = {}

    @property
    def notice(self) -> str:
        """What the person should know, or ""."""
        return "" if keychain_is_trusted() else NOTICE

    def keep(self, url: str, email: str, refresh_token: Secret) -> None:
        """Replace the one before; it is durable before the token is used again."""
        self._this_run[url, email] = refresh_token
        if keychain_is_trusted():
            # A locked keychain costs the next start's sign-in, not this one's.
            with contextlib.suppress(KeyringError):
                keyring.set_password(_service(url), email, refresh_token.reveal())

    def find(self, url: str, email: str) -> Secret | None:
        """The last one, or None."""
        if (url, email) in self._this_run:
            return self._this_run[url, email]
        if keychain_is_trusted():
            with contextlib.suppress(KeyringError):
                found = keyring.get_password(_service(url), email)
                return Secret(found) if found else None
        return None

    def forget(self, url: str, email: str) -> None:
        """Signed out."""
        self._this_run.pop((url, email), None)
        if keychain_is_trusted():
            with contextlib.suppress(KeyringError):
                keyring.delete_password(_service(url), email)


def _service(url: str) -> str:
    return f"RegBatch Desktop: session at {url}"

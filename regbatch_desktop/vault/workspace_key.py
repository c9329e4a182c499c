"""The 32-byte key of a workspace: in the OS keychain, or in a private file with a clear notice.

Owns: where the key lies; only keychains that are known to encrypt are trusted (reliability §4.2).
Never: puts the key beside the workspace, or into a log.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from regbatch_desktop.domain.errors import SecretUnreadable

_TRUSTED = ("keyring.backends.macOS", "keyring.backends.Windows", "keyring.backends.SecretService", "keyring.backends.kwallet")
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class WorkspaceKey:
    """The key, and what the person should know about where it lies ("" = in the keychain)."""

    key: bytes
    notice: str = ""

    def __repr__(self) -> str:
        return "WorkspaceKey(***)"


def workspace_key(workspace_id: str, *, data_dir: Path) -> WorkspaceKey:
    """Find or make the key. SecretUnreadable when the keychain holds something else under the name."""
    if keychain_is_trusted():
        try:
            return WorkspaceKey(_from_keychain(workspace_id))
        except KeyringError:
            # A locked or broken keychain must not stop a run; the file below is said aloud.
            pass
    # After a crash the passwords in an unfinished configuration must still open, so "this run only" would not do.
    key = _from_file(data_dir / "keys" / f"{workspace_id}.key")
    notice = (
        "There is no usable keychain here, so the key for stored passwords lies in a private file "
        f"({data_dir / 'keys'}); keep that folder to yourself."
    )
    return WorkspaceKey(key, notice)


def keychain_is_trusted() -> bool:
    """Only keychains that are known to encrypt are."""
    try:
        return type(keyring.get_keyring()).__module__.startswith(_TRUSTED)
    except (KeyringError, RuntimeError):
        return False


def _from_keychain(workspace_id: str) -> bytes:
    service = f"RegBatch Desktop: workspace {workspace_id}"
    stored = keyring.get_password(service, "key")
    if stored is None:
        stored = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        keyring.set_password(service, "key", stored)
    return _decoded(stored)


def _from_file(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        # link() does not overwrite: of two first starts at once, both end up with the same key.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _decoded(path.read_text(encoding="ascii"))


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretUnreadable("The key of this workspace is damaged; stored passwords must be typed again.") from error
    if len(key) != KEY_BYTES:
        raise SecretUnreadable("The key of this workspace is damaged; stored passwords must be typed again.")
    return key

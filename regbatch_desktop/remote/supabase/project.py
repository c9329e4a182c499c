"""Which Supabase project a team works in: its address and its publishable key.

Owns: the form of the file that an administrator hands out; refusing keys that open everything.
Never: connects to it.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from regbatch_desktop.domain.errors import InputError

_LOCAL = ("127.0.0.1", "localhost", "::1")


class ProjectRefused(InputError):
    """The project file or one of its two values cannot be used."""

    code = "PROJECT_REFUSED"


@dataclass(frozen=True, slots=True)
class Project:
    """`publishable_key` is public by design: row level security, not the key, protects the rows."""

    url: str
    publishable_key: str


def project(url: str, key: str) -> Project:
    """Checked. ProjectRefused names what is wrong; a service-role or secret key is refused by name."""
    address, key = url.strip().rstrip("/"), key.strip()
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.path:
        raise ProjectRefused("The project's address looks like https://<name>.supabase.co, without anything after it.")
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise ProjectRefused("The project's address must begin with https://: passwords travel over it.")
    if not key:
        raise ProjectRefused("The project's publishable key is missing.")
    if key.startswith("sb_secret_"):
        raise ProjectRefused(
            "This is a secret key (sb_secret_…). It opens every organisation's rows and belongs on no desktop; "
            "use the publishable key (sb_publishable_…)."
        )
    if (role := _role(key)) == "service_role":
        raise ProjectRefused(
            "This is a service_role key. It opens every organisation's rows and belongs on no desktop; "
            "use the publishable key or the anon key."
        )
    if not key.startswith("sb_publishable_") and role != "anon":
        raise ProjectRefused("This is not a publishable key (sb_publishable_…) nor an anon key of a Supabase project.")
    return Project(address, key)


def read_project(text: str) -> Project:
    """From the handed-out file: JSON with `url` and `publishable_key`."""
    try:
        content = json.loads(text)
        return project(str(content["url"]), str(content["publishable_key"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ProjectRefused('A project file is JSON with "url" and "publishable_key".') from error


def written(chosen: Project) -> str:
    """The file's text."""
    return json.dumps({"url": chosen.url, "publishable_key": chosen.publishable_key}, indent=2)


def _role(key: str) -> str:
    """The role inside a key of the older form, or ""."""
    parts = key.split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return ""
    return str(claims.get("role", "")) if isinstance(claims, dict) else ""

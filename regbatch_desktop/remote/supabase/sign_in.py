"""Signing in with e-mail and password, renewing, signing out, and which organisations a person works for.

Owns: the exchange with the project's auth service.
Never: keeps a token (session.py, and the keychain for the refresh token).
"""

from __future__ import annotations

import base64
import contextlib
from dataclasses import dataclass
from typing import Any

import httpx
from supabase_auth.errors import AuthError

from regbatch_desktop.domain.errors import MembershipMissing, MembershipRevoked, RegBatchError
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.errors import translated
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.supabase.session import Keep, TeamSession, Tokens


@dataclass(frozen=True, slots=True)
class Organisation:
    """One that the person may work for."""

    id: str
    name: str
    role: str


async def sign_in(connection: Connection, email: str, password: Secret) -> Tokens:
    """SignInRefused with a sentence, Offline."""
    client = await connection.client()
    try:
        answer = await client.auth.sign_in_with_password({"email": email.strip(), "password": password.reveal()})
    except (AuthError, httpx.HTTPError) as error:
        raise translated(error) from error
    return _tokens(answer)


async def renew(connection: Connection, refresh_token: str) -> Tokens:
    """SessionExpired, SessionRevoked, Offline."""
    client = await connection.client()
    try:
        answer = await client.auth.refresh_session(refresh_token)
    except (AuthError, httpx.HTTPError) as error:
        raise translated(error) from error
    return _tokens(answer)


async def sign_out(connection: Connection, tokens: Tokens) -> None:
    """End this session at the project; without a connection it ends here only."""
    client = await connection.client()
    with contextlib.suppress(AuthError, httpx.HTTPError):
        await client.auth.admin.sign_out(tokens.access, "local")


def signed_in(project: Project, tokens: Tokens, *, keep: Keep) -> tuple[Connection, TeamSession]:
    """A connection that calls as this person. Close the connection; it takes the renewing one along."""
    session = TeamSession(tokens, renew=lambda refresh: renew(connection, refresh), keep=keep)
    connection = Connection(project, auth=session)
    return connection, session


async def organisations(connection: Connection, user_id: str) -> tuple[Organisation, ...]:
    """Those with a membership that stands, by name. MembershipMissing when there is none; MembershipRevoked when all were taken."""
    found: list[dict[str, Any]] = await connection.call("my_organisations")
    own = [Organisation(row["id"], row["name"], row["role"]) for row in found if not row["revoked"]]
    if own:
        return tuple(own)
    error: RegBatchError = MembershipMissing(
        "You are in no organisation of this project yet; ask your administrator.", detail=user_id
    )
    if found:
        error = MembershipRevoked("Your access was taken back; ask your administrator.", detail=user_id)
    raise error


async def feature_flags(connection: Connection, organisation_id: str) -> dict[str, bool]:
    """What the platform has switched on or off for the organisation: dotted names, nested or not, with `{enabled}` (reference §2.1)."""
    found = await connection.rows("organisations", "feature_flags", equal={"id": organisation_id})
    flags: dict[str, bool] = {}

    def read(value: object, name: str) -> None:
        if isinstance(value, bool):
            flags[name] = value
        elif isinstance(value, dict) and isinstance(value.get("enabled"), bool):
            flags[name] = value["enabled"]
        elif isinstance(value, dict):
            for part, below in value.items():
                read(below, f"{name}.{part}" if name else str(part))

    for row in found:
        read(row["feature_flags"], "")
    return flags


async def organisation_keys(connection: Connection, organisation_id: str) -> dict[int, bytes]:
    """Version → the 32 bytes that open what was sealed with it, the newest for sealing; the project notes who asked."""
    answer = await connection.call("organisation_key", organisation=organisation_id)
    return {int(version): base64.b64decode(key) for version, key in answer["keys"].items()}


def _tokens(answer: Any) -> Tokens:
    session, user = answer.session, answer.user
    return Tokens(session.access_token, session.refresh_token, float(session.expires_in), str(user.id), user.email or "")

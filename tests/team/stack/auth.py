"""Sign-in as Supabase Auth documents it: password and refresh grants, rotation with a reuse interval, sign-out, users for tests.

Owns: the answers of /auth/v1 and their error bodies; users and sessions live in the database's auth schema.
Never: sends mail, limits rates, or hashes a password as expensively as a real server must.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import uuid
from typing import Any

import jwt
from aiohttp import web

from tests.team.stack.processes import JWT_SECRET

ROLE_KEYS = {"sb_publishable_tests": "anon", "sb_secret_tests": "service_role"}
REUSE_S = 10.0


class AuthRefusal(Exception):
    """Becomes `{code, message}` with the status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def role_token(role: str) -> str:
    """The token that stands behind a project's key."""
    return jwt.encode({"iss": "supabase", "role": role, "iat": 1700000000, "exp": 4102444800}, JWT_SECRET, "HS256")


def hashed(password: str, salt: str = "") -> str:
    """Cheap on purpose: only made-up passwords come here."""
    salt = salt or secrets.token_hex(8)
    return f"{salt}${hashlib.sha256((salt + password).encode()).hexdigest()}"


class AuthServer:
    """`lifetime_s` of access tokens and `refreshes` (how often a token was refreshed) can be set and read by a test."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.url = ""
        self.lifetime_s = 3600
        self.refreshes = 0

    def routes(self, router: web.UrlDispatcher) -> None:
        """Add them."""
        router.add_post("/auth/v1/token", self._token)
        router.add_post("/auth/v1/logout", self._logout)
        router.add_get("/auth/v1/user", self._user)
        router.add_post("/auth/v1/admin/users", self._create)
        router.add_get("/auth/v1/health", self._health)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"name": "GoTrue", "version": "tests", "description": "auth of the tests"})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        user = await self._database.fetchrow(
            "insert into auth.users (email, encrypted_password, email_confirmed_at) values ($1, $2, now()) returning *",
            body["email"].lower(), hashed(body["password"]),
        )  # fmt: skip
        return web.json_response(_shown(user))

    async def _token(self, request: web.Request) -> web.Response:
        body = await request.json()
        if request.query.get("grant_type") == "password":
            return await self._by_password(body)
        self.refreshes += 1
        return await self._by_refresh_token(str(body.get("refresh_token") or ""))

    async def _by_password(self, body: dict[str, Any]) -> web.Response:
        email, password = str(body.get("email") or "").lower(), str(body.get("password") or "")
        user = await self._database.fetchrow("select * from auth.users where email = $1", email)
        stored = user["encrypted_password"] if user else ""
        if not user or hashed(password, stored.split("$")[0]) != stored:
            raise AuthRefusal(400, "invalid_credentials", "Invalid login credentials")
        session_id = await self._database.fetchval("insert into auth.sessions (user_id) values ($1) returning id", user["id"])
        return web.json_response(self._session(user, session_id, await self._issue(user["id"], session_id, None)))

    async def _by_refresh_token(self, token: str) -> web.Response:
        async with self._database.acquire() as connection, connection.transaction():
            row = await connection.fetchrow("select * from auth.refresh_tokens where token = $1 for update", token)
            if row is None:
                raise AuthRefusal(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
            user = await connection.fetchrow("select * from auth.users where id = $1", row["user_id"])
            issued = ""
            if row["revoked"]:
                child = await connection.fetchval(
                    "select token from auth.refresh_tokens where parent = $1 and not revoked", token
                )
                reused_soon = time.time() - row["updated_at"].timestamp() < REUSE_S
                if not child and not reused_soon:
                    raise AuthRefusal(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
                issued = child or ""
            await connection.execute("update auth.refresh_tokens set revoked = true, updated_at = now() where id = $1", row["id"])
            issued = issued or await self._issue(row["user_id"], row["session_id"], token, connection)
        return web.json_response(self._session(user, row["session_id"], issued))

    async def _issue(self, user_id: uuid.UUID, session_id: uuid.UUID, parent: str | None, connection: Any = None) -> str:
        token = secrets.token_urlsafe(9)[:12]
        await (connection or self._database).execute(
            "insert into auth.refresh_tokens (token, user_id, session_id, parent) values ($1, $2, $3, $4)",
            token, user_id, session_id, parent,
        )  # fmt: skip
        return token

    def _session(self, user: Any, session_id: uuid.UUID, refresh_token: str) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": f"{self.url}/auth/v1", "sub": str(user["id"]), "aud": "authenticated", "role": "authenticated",
            "exp": now + self.lifetime_s, "iat": now, "email": user["email"], "session_id": str(session_id),
            "app_metadata": json.loads(user["raw_app_meta_data"]), "user_metadata": json.loads(user["raw_user_meta_data"]),
            "aal": "aal1", "is_anonymous": False,
        }  # fmt: skip
        return {
            "access_token": jwt.encode(claims, JWT_SECRET, "HS256"), "token_type": "bearer", "expires_in": self.lifetime_s,
            "expires_at": now + self.lifetime_s, "refresh_token": refresh_token, "user": _shown(user),
        }  # fmt: skip

    async def _who(self, request: web.Request) -> dict[str, Any]:
        token = request.headers.get("Authorization", "")[7:]
        try:
            claims: dict[str, Any] = jwt.decode(token, JWT_SECRET, ["HS256"], audience="authenticated")
        except jwt.PyJWTError as error:
            raise AuthRefusal(403, "bad_jwt", f"invalid JWT: {error}") from error
        known = await self._database.fetchval("select 1 from auth.sessions where id = $1", uuid.UUID(claims["session_id"]))
        if not known:
            raise AuthRefusal(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return claims

    async def _user(self, request: web.Request) -> web.Response:
        claims = await self._who(request)
        return web.json_response(
            _shown(await self._database.fetchrow("select * from auth.users where id = $1", uuid.UUID(claims["sub"])))
        )

    async def _logout(self, request: web.Request) -> web.Response:
        claims = await self._who(request)
        column = "id" if request.query.get("scope") == "local" else "user_id"
        key = uuid.UUID(claims["session_id"] if column == "id" else claims["sub"])
        await self._database.execute(f"delete from auth.sessions where {column} = $1", key)
        return web.Response(status=204)


def _shown(user: Any) -> dict[str, Any]:
    def when(name: str) -> str | None:
        return user[name].isoformat().replace("+00:00", "Z") if user[name] else None

    return {
        "id": str(user["id"]), "aud": "authenticated", "role": "authenticated", "email": user["email"], "phone": "",
        "email_confirmed_at": when("email_confirmed_at"), "confirmed_at": when("email_confirmed_at"),
        "last_sign_in_at": when("last_sign_in_at"), "app_metadata": json.loads(user["raw_app_meta_data"]),
        "user_metadata": json.loads(user["raw_user_meta_data"]), "identities": [], "is_anonymous": False,
        "created_at": when("created_at"), "updated_at": when("updated_at"),
    }  # fmt: skip

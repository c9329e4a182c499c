"""A team's project for tests: one stack per process that needs it, fresh organisations and people for each test.

Owns: making organisations, members and signed-in stores; the faults of the gateway.
Never: empties tables; row level security itself keeps the tests apart.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.supabase.session import TeamSession, Tokens
from regbatch_desktop.remote.supabase.sign_in import sign_in, signed_in
from regbatch_desktop.remote.supabase.team_store import TeamStore

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = sorted((ROOT / "migrations" / "supabase").glob("*.sql"))
PASSWORD = "A-password-of-the-tests-1"


@dataclass(frozen=True)
class Stack:
    url: str
    dsn: str
    rest_log: Path

    @property
    def project(self) -> Project:
        return Project(self.url, "sb_publishable_tests")


@contextlib.contextmanager
def running_stack(*scripts: Path) -> Iterator[Stack]:
    """Its own process, which ends when its stdin does: also when the tests are killed."""
    command = [sys.executable, "-m", "tests.team.stack", *map(str, scripts)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the tests' project did not start (exit {process.wait()})")
    ready = json.loads(line)
    try:
        yield Stack(ready["url"], ready["dsn"], Path(ready["rest_log"]))
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with running_stack(*MIGRATIONS) as running:
        yield running


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `connection` calls as this person."""

    user_id: str
    email: str
    tokens: Tokens
    session: TeamSession
    connection: Connection


class Team:
    """The project as its administrator sees it (`sql`), and whoever was signed in."""

    def __init__(self, stack: Stack, sql: Any, http: httpx.AsyncClient, closing: contextlib.AsyncExitStack) -> None:
        self.stack = stack
        self.sql = sql
        self._http = http
        self._closing = closing

    async def organisation(self, name: str = "") -> str:
        key = await self.sql.fetchval("insert into public.organisations (name) values ($1) returning id", name or "Kai & Co")
        return str(key)

    async def person(self, *organisations: str, super_admin: bool = False) -> Person:
        email = f"{uuid.uuid4().hex}@example.test"
        answer = await self._http.post(
            f"{self.stack.url}/auth/v1/admin/users",
            json={"email": email, "password": PASSWORD},
            headers={"apikey": "sb_secret_tests"},
        )
        user_id = answer.json()["id"]
        for key in organisations:
            await self.sql.execute(
                "insert into public.organisation_members (organisation_id, user_id) values ($1, $2)", key, user_id
            )
        if super_admin:
            await self.sql.execute("insert into private.super_admins values ($1)", user_id)
        return await self.signed_in(email)

    async def signed_in(self, email: str) -> Person:
        async with Connection(self.stack.project) as nobody:
            tokens = await sign_in(nobody, email, Secret(PASSWORD))
        connection, session = signed_in(self.stack.project, tokens, keep=lambda _tokens: None)
        await self._closing.enter_async_context(connection)
        return Person(tokens.user_id, email, tokens, session, connection)

    async def store(self, organisation_id: str) -> TeamStore:
        """A new member's."""
        return TeamStore((await self.person(organisation_id)).connection, organisation_id=organisation_id)

    async def revoke(self, person: Person, organisation_id: str) -> None:
        await self.sql.execute(
            "update public.organisation_members set revoked_at = now() where organisation_id = $1 and user_id = $2",
            organisation_id, person.user_id,
        )  # fmt: skip

    async def faults(self, **faults: object) -> None:
        await self._http.put(f"{self.stack.url}/_tests", json=faults)

    async def report(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self._http.get(f"{self.stack.url}/_tests")).json()
        return answer


@contextlib.asynccontextmanager
async def administrated(stack: Stack) -> AsyncIterator[Team]:
    """The project without faults, before and after."""
    async with contextlib.AsyncExitStack() as closing:
        http = await closing.enter_async_context(httpx.AsyncClient(timeout=20))
        sql = await asyncpg.connect(stack.dsn)
        closing.push_async_callback(sql.close)
        made = Team(stack, sql, http, closing)
        await made.faults(lifetime_s=3600)
        yield made
        await made.faults(lifetime_s=3600)


@pytest_asyncio.fixture
async def team(stack: Stack) -> AsyncIterator[Team]:
    async with administrated(stack) as made:
        yield made

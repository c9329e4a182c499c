"""One client for the team's project: calls of functions and paged reads, repeated when an answer is lost.

Owns: the httpx client, waiting between repetitions, the page size.
Never: makes a call that is not safe to repeat; every function of the project is.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from postgrest import AsyncPostgrestClient
from supabase import AsyncClient, AsyncClientOptions, acreate_client

from regbatch_desktop.remote.supabase.errors import BusyServer, may_ask_again, translated
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.tls import verified_by

_log = logging.getLogger(__name__)
Row = dict[str, Any]
Answer = TypeVar("Answer")
# The project's own limit is 1,000 rows an answer, silently; pages stay below it.
PAGE = 500
ATTEMPTS = 5
PATIENT_ATTEMPTS = 40
FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 10.0


# No sign of an answer for so long: whoever waits is told that the project seems to be away. The call itself goes on.
SILENCE_S = 3.0
_heard: ContextVar[Callable[[], None]] = ContextVar("heard", default=lambda: None)

_BUSY = frozenset({429, 502, 503, 504, *range(520, 531)})


async def _note_answer(_response: httpx.Response) -> None:
    # However long its body takes on a slow line.
    _heard.get()()


async def _refuse_busy(response: httpx.Response) -> None:
    # The library's error keeps no status, and the bodies of such answers are anybody's.
    if response.status_code in _BUSY and "/auth/v1/" not in response.request.url.path:
        raise BusyServer(f"status {response.status_code}")


async def is_reachable(project: Project, *, within_s: float = 1.5) -> bool:
    """Somebody listens at the project's address: asked before anything that must not be broken off half-way."""
    parts = urlsplit(project.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(within_s):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


class Connection:
    """`auth` puts a person's token on the calls; without it they are made as nobody."""

    def __init__(
        self, project: Project, *, auth: httpx.Auth | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.project = project
        self._auth, self._transport = auth, transport
        self._http = self._new_client()
        self._client: AsyncClient | None = None
        self._rest: AsyncPostgrestClient | None = None
        # Told when a call has had no sign of an answer for SILENCE_S, and when it was answered after all.
        self.on_silence: Callable[[], None] = lambda: None
        self.on_late_answer: Callable[[], None] = lambda: None

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            auth=self._auth,
            transport=self._transport,
            verify=verified_by(self._transport),
            timeout=httpx.Timeout(20.0, connect=5.0, pool=60.0),
            event_hooks={"response": [_note_answer, _refuse_busy]},
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8),
        )

    async def renew(self) -> None:
        """Begin with new connections: the old ones may hang without a word. Calls under way on them end as lost."""
        old, self._http = self._http, self._new_client()
        self._client = self._rest = None
        await old.aclose()

    async def client(self) -> AsyncClient:
        """The library's client; made at first use, without a call."""
        if self._client is None:
            options = AsyncClientOptions(
                httpx_client=self._http, auto_refresh_token=False, persist_session=False, postgrest_client_retry=False
            )
            self._client = await acreate_client(self.project.url, self.project.publishable_key, options=options)
        return self._client

    async def _data(self) -> AsyncPostgrestClient:
        """The data API's part. It is taken once: every sign-in would make a new one, with the key in the token's place."""
        if self._rest is None:
            self._rest = (await self.client()).postgrest
            self._rest.headers.pop("Authorization", None)
        return self._rest

    async def __aenter__(self) -> Connection:
        """Nothing is sent."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def call(self, function: str, *, attempts: int = ATTEMPTS, **parameters: Any) -> Any:
        """The value of a function of the project."""
        client = await self._data()
        named = {f"p_{name}": value for name, value in parameters.items()}
        return await self.asked(lambda: client.rpc(function, named).execute(), function, attempts=attempts)

    async def rows(
        self, table: str, columns: str, *, equal: Mapping[str, object], order: str = "id", missing: tuple[str, ...] = ()
    ) -> list[Row]:
        """Every row, page by page. `missing`: columns that must be empty."""
        client = await self._data()
        found: list[Row] = []
        while True:
            start = len(found)

            def page(start: int = start) -> Awaitable[Any]:
                query = client.table(table).select(columns)
                for name, value in equal.items():
                    query = query.in_(name, list(value)) if isinstance(value, tuple) else query.eq(name, value)
                for name in missing:
                    query = query.is_(name, "null")
                for name in order.split(","):
                    query = query.order(name)
                return query.range(start, start + PAGE - 1).execute()

            got = await self.asked(page, table)
            found += got
            if len(got) < PAGE:
                return found

    async def asked(self, make: Callable[[], Awaitable[Any]], what: str, *, attempts: int = ATTEMPTS) -> Any:
        """The answer's data; asked again after a lost answer or a busy server, then the program's error."""
        for attempt in range(1, attempts + 1):
            try:
                return (await self._listened(make)).data
            except Exception as error:
                if attempt == attempts or not may_ask_again(error):
                    raise translated(error) from error
                _log.info("%s is asked again: %s", what, type(error).__name__)
                # Full jitter, so that several waiting machines do not come back together.
                await asyncio.sleep(random.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempt)))  # noqa: S311 - spreads, hides nothing
        raise AssertionError("unreachable")

    async def _listened(self, make: Callable[[], Awaitable[Any]]) -> Any:
        is_late = False

        def tell() -> None:
            nonlocal is_late
            is_late = True
            self.on_silence()

        timer = asyncio.get_running_loop().call_later(SILENCE_S, tell)
        token = _heard.set(timer.cancel)
        try:
            found = await make()
            if is_late:
                self.on_late_answer()
            return found
        finally:
            timer.cancel()
            _heard.reset(token)

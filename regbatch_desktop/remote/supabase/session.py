"""The signed-in person's tokens on every call, renewed once for however many calls wait.

Owns: access and refresh token, when they are renewed, keeping the new refresh token before it is used.
Never: shows or logs a token; stores the refresh token itself (`keep` does, in the keychain).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from regbatch_desktop.domain.errors import SignInNeeded
from regbatch_desktop.remote.supabase.errors import translated

EARLY_S = 30.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """`expires_in_s` counts from the moment of receipt: the machine's own clock may be wrong."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in_s: float
    user_id: str
    email: str


Renew = Callable[[str], Awaitable[Tokens]]
Keep = Callable[[Tokens], None]


class TeamSession(httpx.Auth):
    """Puts the token on the data API's calls. `renew` exchanges a refresh token; `keep` stores the new one."""

    def __init__(self, tokens: Tokens, *, renew: Renew, keep: Keep) -> None:
        self._tokens = tokens
        self._renew = renew
        self._keep = keep
        self._due = _due(tokens)
        self._renewing: asyncio.Future[None] | None = None
        self._ended: Exception | None = None
        self.renewals = 0

    @property
    def user_id(self) -> str:
        """The signed-in person."""
        return self._tokens.user_id

    @property
    def access_token(self) -> str:
        """For the change feed's channel."""
        return self._tokens.access

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """With the token; once more with a new one when the server calls it expired (the call was not made then)."""
        if "/auth/v1/" in request.url.path:
            yield request
            return
        if time.monotonic() >= self._due:
            await self._renewed(self._tokens.access)
        used = self._tokens.access
        request.headers["Authorization"] = f"Bearer {used}"
        response = yield request
        if response.status_code == 401 and b"PGRST30" in await response.aread():
            await self._renewed(used)
            request.headers["Authorization"] = f"Bearer {self._tokens.access}"
            yield request

    async def _renewed(self, used: str) -> None:
        """A token that is newer than `used`; whoever comes while it is fetched waits for the same one.

        A caller that gives up does not take the exchange with it: the refresh token may be used up already, and the new one
        would be lost.
        """
        if self._ended is not None:
            raise self._ended
        if self._tokens.access != used:
            return
        if self._renewing is None:
            self._renewing = asyncio.ensure_future(self._exchange())
        await asyncio.shield(self._renewing)

    async def _exchange(self) -> None:
        try:
            tokens = await self._renew(self._tokens.refresh)
        except Exception as error:
            known = translated(error)
            if isinstance(known, SignInNeeded):
                # It will not get better: every later call is told the same.
                self._ended = known
            raise known from error
        finally:
            self._renewing = None
        self._keep(tokens)
        self._tokens, self._due = tokens, _due(tokens)
        self.renewals += 1


def _due(tokens: Tokens) -> float:
    return time.monotonic() + max(0.0, tokens.expires_in_s - EARLY_S)

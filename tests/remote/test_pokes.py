"""A channel that is given up leaves nothing running, at whatever moment."""

from __future__ import annotations

import asyncio
import contextlib

from websockets.asyncio.server import ServerConnection, serve

from regbatch_desktop.remote.supabase.pokes import Pokes
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.supabase.session import TeamSession, Tokens


class _Unheard:
    """Nobody to be told: no channel ever stands here."""

    def poke(self) -> None:
        raise AssertionError("a poke without a channel")

    def set_live(self, live: bool) -> None:
        assert not live


async def _renew(_: str) -> Tokens:
    raise AssertionError("no token is renewed here")


def _keep(_: Tokens) -> None:
    raise AssertionError("no token is kept here")


async def test_stopping_while_a_join_is_unanswered_leaves_no_task() -> None:
    asked = asyncio.Event()

    async def silent(connection: ServerConnection) -> None:
        async for message in connection:
            if "phx_join" in str(message):
                asked.set()

    async with serve(silent, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        before = asyncio.all_tasks()
        session = TeamSession(Tokens("access", "refresh", 3600.0, "user", "kea@example.org"), renew=_renew, keep=_keep)
        pokes = Pokes(Project(f"http://127.0.0.1:{port}", "key"), session, "organisation", _Unheard())
        running = asyncio.ensure_future(pokes.run())
        await asyncio.wait_for(asked.wait(), 30)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        ours = {task for task in asyncio.all_tasks() - before if "realtime" in repr(task)}
        # What was cancelled ends by itself; what was forgotten would wait out its ten seconds.
        assert not ours or not (await asyncio.wait(ours, timeout=5))[1]

"""A service is never asked more at once than its limit allows, whatever the number of processes that share it."""

from __future__ import annotations

import asyncio

from regbatch_desktop.domain.effects import OutcomeKind
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.runtime.share import Share


class Counting:
    """Answers when `open` is set; knows how many wait for an answer."""

    def __init__(self) -> None:
        self.waiting = 0
        self.open = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.waiting += 1
        await self.open.wait()
        self.waiting -= 1
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n"
            b'{"success":true}'
        )
        await writer.drain()
        writer.close()


async def steady(counting: Counting, number: int) -> int:
    """Wait until as many wait as expected, and a moment more for one too many."""
    async with asyncio.timeout(10):
        while counting.waiting < number:  # noqa: ASYNC110 - the other side of a socket tells nobody
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    return counting.waiting


async def test_the_calls_at_once_follow_the_number_of_processes() -> None:
    counting, share = Counting(), Share()
    async with await asyncio.start_server(counting.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        limits = ServiceLimits(default_deadline_s=30.0, max_in_flight=4)
        async with ServiceClient(f"http://127.0.0.1:{port}", limits=limits, share=share) as client:
            share.set_processes(2)
            calls = [asyncio.ensure_future(client.call("POST", "/x", body={}, deadline_s=30.0)) for _ in range(10)]
            assert await steady(counting, 2) == 2
            share.set_processes(1)
            assert await steady(counting, 4) == 4
            counting.open.set()
            outcomes = await asyncio.gather(*calls)
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.SUCCEEDED}


def test_everybody_may_do_at_least_something() -> None:
    share = Share()
    share.set_processes(50)
    assert share.of(3) == 1
    assert share.stretched(0.35) == 17.5
    share.set_processes(0)
    assert share.of(3) == 3

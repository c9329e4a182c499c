"""A program that decides, pushes, and kills itself at a named point; run once more without one, it must finish.

Owns: the points. What was acknowledged is printed at the moment it was.
Never: judges.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.remote.supabase.session import TeamSession, Tokens
from regbatch_desktop.services import decisions
from tests.sync.clients import Client, Network
from tests.sync.desks import COMPANIES
from tests.team.fixtures import Person

IN_FILE = ("before_journal", "before_commit", "after_commit")
WHEN_SENDING = ("marked_sent", "before_the_call", "call_was_made", "answered", "cached", "settled")
POINTS = tuple(f"deciding:{name}" for name in IN_FILE) + tuple(f"sending:{name}" for name in (*IN_FILE, *WHEN_SENDING))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Dying(Network):
    """The network of somebody who is killed while a call is under way."""

    at: Callable[[str], None] = staticmethod(lambda _name: None)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        is_mutation = request.url.path.endswith("/apply_mutation")
        if is_mutation:
            self.at("before_the_call")
        response = await super().handle_async_request(request)
        if is_mutation:
            self.at("call_was_made")
        return response


async def main(given: dict[str, str], jobs: list[str], point: str) -> None:
    async def never(_refresh: str) -> Tokens:
        raise AssertionError("the token lasts longer than this")

    tokens = Tokens(given["access"], "", 3600.0, given["user"], "")
    session = TeamSession(tokens, renew=never, keep=lambda _: None)
    project = Project(given["url"], "sb_publishable_tests")
    person = Person(given["user"], "", tokens, session, Connection(project, auth=session))
    client = Client(Path(given["folder"]), person, project, given["organisation"])
    client.network = network = Dying()
    await client.start()
    await client.sync.puller.pull()
    phase, _, name = point.partition(":")
    count = 0

    def reached(at: str, during: str) -> None:
        nonlocal count
        if (during, at) == (phase, name):
            count += 1
            # The second time: something is there already, and something is still to come.
            if count == 2:
                _die()

    client.file.on_point = lambda at: reached(at, "deciding")
    for job_id in jobs:
        job = await client.sync.store.job(job_id)
        if not job.step(3).is_done:
            await decisions.choose_company(client.doors, job_id, COMPANIES[0], decided_by="Ann")
            print("kept", client.file.entries[-1].mutation.id, flush=True)
    client.file.on_point = lambda at: reached(at, "sending")
    client.sync.pusher.on_point = lambda at: reached(at, "sending")
    network.at = lambda at: reached(at, "sending")
    assert not await client.sync.pusher.push()
    for entry in client.file.entries:
        print("ended", entry.mutation.id, entry.state.value, flush=True)
    await client.stop()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]))

"""`regbatch worker`: the engine without a window, sharing a team's batches with desktops and other workers.

Owns: signals, the health line.
Never: decides for a person; the service account is an ordinary member.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path

import click

from regbatch_desktop import logs
from regbatch_desktop.bootstrap import TeamWorkspace, opened_team
from regbatch_desktop.bootstrap.services import Services, limits_for
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.membership import PASSWORD, read_access, signed_in_member
from regbatch_desktop.commands.options import FilePath, service_options, services
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.supabase.project import Project
from regbatch_desktop.runtime.garbage import collect_seldom
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.services.worker import Worker


@click.command()
@click.option("--project", "project_file", type=FilePath, required=True, help="The project file of your administrator.")
@click.option("--email", required=True, help=f"The service account; its password comes from the environment variable {PASSWORD}.")
@click.option("--organisation", default="", help="Id or name; needed when the account works for several.")
@click.option("--at-once", type=click.IntRange(1, 50), default=8, show_default=True, help="Restaurants at the same time.")
@click.option(
    "--in-flight",
    type=click.IntRange(1, 500),
    default=None,
    help="Calls to the platform at the same time, of all who work for the team together; otherwise what the platform is known to bear.",
)
@click.option(
    "--lease", type=click.FloatRange(1, 600), default=60.0, show_default=True, help="Seconds until others may take over."
)
@click.option(
    "--health-every", type=click.FloatRange(0.2, 3600), default=30.0, show_default=True, help="Seconds between health lines."
)
@service_options
def worker(
    project_file: Path, email: str, organisation: str, at_once: int, in_flight: int | None, lease: float, health_every: float, register: Path | None,
    platform_url: str, speed: float, onboarding_sync: bool | None, faults: Path | None,
) -> int:  # fmt: skip
    """Work on the team's started batches until SIGTERM or Ctrl-C; calls under way are finished and recorded first.

    Standard output gets one JSON object per health line, standard error the log as JSON lines.
    """
    project, password = read_access(project_file, email)
    chosen = services(register=register, platform_url=platform_url, speed=speed, faults=faults, onboarding_sync=onboarding_sync)
    limits = limits_for(chosen)
    if in_flight is not None:
        limits = replace(limits, max_in_flight=in_flight)
    return asyncio.run(_work(project, email, password, organisation, chosen, limits, at_once, lease, health_every))


async def _work(
    project: Project,
    email: str,
    password: Secret,
    organisation: str,
    chosen: Services,
    limits: ServiceLimits,
    at_once: int,
    lease: float,
    every: float,
) -> int:
    tokens, member = await signed_in_member(project, email, password, organisation)
    async with opened_team(project, tokens, member, chosen, keep=lambda _: None, limits=limits, lease_ttl_s=lease) as team:
        logs.also_to(sys.stderr)
        working = Worker(team.doors, team.store, at_once=at_once, poll_s=min(5.0, lease / 2))
        return await _until_stopped(working, team, every)


async def _until_stopped(working: Worker, team: TeamWorkspace, every: float) -> int:
    collect_seldom()
    screen = Screen(as_json=True)
    scope = TaskScope("worker-command")
    interrupts = 0

    def interrupted() -> None:
        nonlocal interrupts
        interrupts += 1
        if interrupts == 1:
            working.request_stop()
        else:
            run.cancel()

    def say() -> None:
        print(json.dumps({"health": dict(working.health), "feed": team.feed.freshness.words}), flush=True)

    async def health() -> None:
        while True:
            say()
            await asyncio.sleep(every)

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, interrupted)
    run = scope.spawn(working.run(), name="work")
    scope.spawn(team.feed.run(), name="feed")
    scope.spawn(team.pokes.run(), name="pokes")
    scope.spawn(health(), name="health")
    try:
        left = await run
    except asyncio.CancelledError:
        screen.line("Left at once; what is uncertain is settled by whoever takes over.")
        return Exit.ABANDONED
    finally:
        await scope.aclose()
        say()
    return Exit.ABANDONED if left else Exit.CANCELLED

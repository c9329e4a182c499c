"""Options that several commands share, and reading their files.

Owns: defaults and the sentences for wrong values.
Never: opens a workspace.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from regbatch_desktop.bootstrap.services import Services
from regbatch_desktop.domain.configuration import YoloConfiguration, overlay
from regbatch_desktop.domain.errors import InvalidConfiguration
from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE
from regbatch_desktop.practice.faults import FaultPlan
from regbatch_desktop.services.reviewer import Selection
from regbatch_desktop.surroundings import data_dir

FilePath = click.Path(path_type=Path)


def _added(options: list[Callable[..., Any]]) -> Callable[..., Any]:
    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


workspace_option = click.option(
    "--workspace", type=FilePath, default=None, help="Workspace file. Default: workspace.db in your data folder."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object per line on standard output.")
service_options = _added(
    [
        click.option(
            "--register", type=FilePath, default=None, help="A file of companies (CSV, XLSX, JSON), searched on this machine."
        ),
        click.option("--platform-url", default="", help="Talk to a platform at this address instead of practice in process."),
        click.option(
            "--speed", type=click.FloatRange(0, 10), default=0.02, show_default=True, help="Practice latencies; 1 = as in life."
        ),
        click.option(
            "--onboarding-sync/--no-onboarding-sync",
            default=None,
            help="Whether the platform lets you synchronise onboarding records. Default: on in practice, off in life.",
        ),
        click.option("--faults", type=FilePath, default=None, help="A JSON fault plan for the practice services."),
    ]
)
run_options = _added(
    [
        click.option(
            "--select", "selection", type=click.Choice([s.value for s in Selection]), default="best", show_default=True,
            help="best: accept a company that is sure, else none; ask: you choose here; none: leave it waiting.",
        ),
        click.option("--min-score", type=click.FloatRange(0, 1), default=DEFAULT_MIN_SCORE, show_default=True, help="Least score that counts as sure."),
        click.option("--config", type=FilePath, default=None, help="JSON with {section: {field: value}} for every restaurant."),
        click.option(
            "--mode", type=click.Choice(["sequential", "parallel"]), default=None,
            help="Step 6 for one restaurant at a time, or for up to four. Default: as the batch was made (sequential).",
        ),
        click.option("--report", type=FilePath, default=None, help="Where the CSV report goes. Default: beside the workspace."),
    ]
)  # fmt: skip


def workspace_path(path: Path | None) -> Path:
    """The given file, or the default one."""
    return path or data_dir() / "workspace.db"


def services(
    *, register: Path | None, platform_url: str, speed: float, faults: Path | None, onboarding_sync: bool | None = None
) -> Services:
    """The services an option set names. InvalidConfiguration for an unreadable fault plan."""
    plan = None
    if faults is not None:
        try:
            plan = FaultPlan.from_file(faults)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InvalidConfiguration(f"The fault plan {faults} cannot be read: {error}.") from error
    return Services(platform_url, register, speed, plan, onboarding_sync=onboarding_sync)


def read_overrides(path: Path | None) -> dict[str, object]:
    """The --config file, checked against the schema before anything starts."""
    if path is None:
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InvalidConfiguration(f"The configuration {path} cannot be read: {error}.") from error
    if not isinstance(data, dict):
        raise InvalidConfiguration(f"The configuration {path} must be an object of sections.")
    overlay(YoloConfiguration(), data)
    return data

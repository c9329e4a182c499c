"""The pages tell the truth: every path, link, picture, command, option and make target in them exists and runs."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from regbatch_desktop.commands.desktop import desktop_cli
from regbatch_desktop.commands.root import cli

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "packaging" / "README.md", *(ROOT / "docs").glob("*.md")])
IDS = [str(page.relative_to(ROOT)) for page in PAGES]
TOP = {path.name for path in ROOT.iterdir()} - {"build", "dist"}


def code(page: Path) -> Iterator[str]:
    """Every `…` and every line of an indented or fenced block."""
    fenced = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip().partition("  #")[0].strip()
        else:
            yield from (span.strip() for span in re.findall(r"`([^`]+)`", line))


def commands(page: Path) -> Iterator[list[str]]:
    """Command lines of ours, as words."""
    for span in code(page):
        plain = re.sub(r"\s*\|.*|[\[\]…]|\s+#.*", "", span).replace(".venv/bin/", "")
        if re.match(r"(regbatch|regbatch-desktop|make)( [^·›]*)?$", plain):
            yield shlex.split(plain)


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_path_exists(page: Path) -> None:
    named = [span for span in code(page) if re.fullmatch(r"\.?[\w.-]+(/[\w.-]+)*/?", span) and span.split("/")[0] in TOP]
    assert [path for path in named if not (ROOT / path).exists()] == []
    if page.name == "README.md":
        assert len(named) > 8


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    missing = []
    for target in targets:
        file, _, anchor = target.partition("#")
        found = (page.parent / file) if file else page
        if not found.exists() or (found.suffix == ".png" and found.stat().st_size < 5_000):
            missing.append(target)
        elif anchor:
            heads = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            if anchor not in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}:
                missing.append(target)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_exists_with_its_options_and_explains_itself(page: Path) -> None:
    for words in commands(page):
        if words[0] == "make":
            for target in words[1:]:
                done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
                assert done.returncode == 0, f"{page.name}: {' '.join(words)}: {done.stderr}"
            continue
        command: click.Command = cli if words[0] == "regbatch" else desktop_cli
        rest = words[1:]
        path = []
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            name = rest.pop(0)
            found = command.get_command(click.Context(command), name)
            assert found is not None, f"{page.name}: there is no `{' '.join(words)}`"
            path.append(name)
            command = found
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help", "-h"}
        used = {word.partition("=")[0] for word in rest if word.startswith("-")}
        assert used <= known, f"{page.name}: `{' '.join(words)}` has {used - known}"
        helped = CliRunner().invoke(cli if words[0] == "regbatch" else desktop_cli, [*path, "--help"])
        assert helped.exit_code == 0
        assert "Usage:" in helped.output


def test_the_pages_name_commands_at_all() -> None:
    found = [" ".join(words) for page in PAGES for words in commands(page)]
    assert {"make run", "make test", "make package", "regbatch doctor", "regbatch-desktop --smoke"} <= set(found)


def test_the_version_that_is_built_is_the_newest_in_the_list_of_changes_or_still_to_come() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[0] == "Unreleased" or re.match(r"\d+\.\d+\.\d+", heads[0])

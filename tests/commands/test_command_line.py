"""The command line as a person uses it: real processes, real files."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from regbatch_desktop.practice import sample

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return sample.write(tmp_path_factory.mktemp("sample"), sample.generate(restaurants=6, companies=500))


def regbatch(folder: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REGBATCH_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "regbatch_desktop", *arguments],
        capture_output=True, text=True, env=environment, cwd=folder, input=text, timeout=120, check=False,
    )  # fmt: skip


def run(folder: Path, leads: Path, register: Path, *more: str, text: str = "") -> subprocess.CompletedProcess[str]:
    workspace = str(folder / "w.db")
    fixed = ("--register", str(register), "--workspace", workspace, "--speed", "0.002", "--mode", "parallel")
    return regbatch(folder, "run", str(leads), *fixed, *more, text=text)


def report(folder: Path) -> list[dict[str, str]]:
    with (folder / "w-report.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_leads_file_becomes_finished_shops(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done = run(tmp_path, *files, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["event"] == "result"
    assert sum(lines[-1]["counts"].values()) == 6
    ended = {row["status"] for row in report(tmp_path)}
    assert ended <= {"completed", "failed"}, done.stderr
    assert done.returncode == (0 if ended == {"completed"} else 3)
    assert all(row["shop"].startswith("https://") for row in report(tmp_path) if row["status"] == "completed")
    shown = regbatch(tmp_path, "status", "--workspace", str(tmp_path / "w.db"), "--json")
    assert json.loads(shown.stdout.splitlines()[-1])["percent"] == 100
    assert regbatch(tmp_path, "doctor", "--workspace", str(tmp_path / "w.db")).returncode == 0


def test_without_a_choice_it_waits_and_a_person_can_choose_later(tmp_path: Path, files: tuple[Path, Path]) -> None:
    waiting = run(tmp_path, *files, "--select", "none")
    assert waiting.returncode in (3, 4)
    assert "waits for a person" in waiting.stdout
    resume = ("resume", "--workspace", str(tmp_path / "w.db"), "--register", str(files[1]), "--speed", "0.002")
    asked = regbatch(tmp_path, *resume, "--select", "ask", "--mode", "parallel", text="n\n" * 10)
    assert asked.returncode in (0, 3), asked.stdout + asked.stderr
    assert {row["decision"] for row in report(tmp_path) if row["status"] == "completed"} == {
        "none of these by a person at the terminal"
    }


def test_cancel_sticks(tmp_path: Path, files: tuple[Path, Path]) -> None:
    run(tmp_path, *files, "--select", "none")
    workspace = ("--workspace", str(tmp_path / "w.db"))
    assert "Cancelled" in regbatch(tmp_path, "cancel", *workspace).stdout
    assert "nothing to resume" in regbatch(tmp_path, "resume", *workspace).stdout


HOSTILE = [
    '=HYPERLINK("http://x")',
    "<b>Kea</b> <img src=x>",
    "\u202eKea",
    "[red]Kea[/red]",
    "Kea\x00 Nul",
    "+Kea",
    "x" * 1_000_000,
    "",
]


def test_hostile_names_go_through_without_harm(tmp_path: Path, files: tuple[Path, Path]) -> None:
    leads = tmp_path / "leads.csv"
    with leads.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["Store Name", "Address"])
        rows.writerows([name, f"{number} High Street"] for number, name in enumerate(HOSTILE))
    done = run(tmp_path, leads, files[1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "row 8: bad: The name has 1,000,000 characters" in done.stdout
    assert "row 9: bad: The restaurant has no name." in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    cells = [cell for row in report(tmp_path) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert '\'=HYPERLINK("http://x")' in cells


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "No column looks like a restaurant name"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"%PDF-1.7", "not a CSV or XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_words(
    tmp_path: Path, files: tuple[Path, Path], content: bytes, sentence: str
) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_bytes(content)
    done = run(tmp_path, leads, files[1])
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "LEADS_UNREADABLE" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_configuration_is_refused_before_anything_starts(tmp_path: Path, files: tuple[Path, Path]) -> None:
    config = tmp_path / "c.json"
    config.write_text(json.dumps({"website": {"primary_colour": "#123456"}}))
    done = run(tmp_path, *files, "--config", str(config))
    assert done.returncode == 2
    assert "Did you mean primary_color?" in done.stderr
    assert not (tmp_path / "w.db").exists()


def test_what_the_platform_does_not_allow_is_not_asked_of_it(tmp_path: Path, files: tuple[Path, Path]) -> None:
    """L37: a sub-step whose feature is off is skipped with the reason, not met as a 403."""
    done = run(tmp_path, *files, "--no-onboarding-sync")
    assert done.returncode in (0, 3), done.stderr
    calls = (tmp_path / "w.db.practice.jsonl").read_text()
    assert "onboarding_user_created" in calls
    assert '"onboarding"' not in calls


def test_a_key_is_not_kept_where_no_keychain_can_hide_it(tmp_path: Path) -> None:
    kept = regbatch(tmp_path, "nzbn-key", text="canary-4711\n")
    assert kept.returncode == 2
    assert "no usable keychain" in kept.stderr
    assert "canary-4711" not in kept.stdout + kept.stderr
    assert not any(b"canary-4711" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

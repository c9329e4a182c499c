"""`regbatch doctor --project` says what is wrong with a project, and a worker says why it cannot work."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from regbatch_desktop.remote.supabase.project import written
from tests.team.fixtures import PASSWORD, Team


async def regbatch(folder: Path, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    env = os.environ | {"REGBATCH_DATA_DIR": str(folder / "data"), "REGBATCH_PASSWORD": password}
    command = [sys.executable, "-m", "regbatch_desktop", *arguments]
    done = await asyncio.to_thread(subprocess.run, command, env=env, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


async def test_a_sound_project_and_one_with_an_open_policy(team: Team, tmp_path: Path) -> None:
    person = await team.person(await team.organisation("Aroha"))
    file = tmp_path / "project.json"
    file.write_text(written(team.stack.project))
    asked = ("doctor", "--project", str(file), "--email", person.email)
    code, output = await regbatch(tmp_path, *asked)
    assert code == 0, output
    assert "PROBLEM" not in output
    assert "organisation Aroha" in output
    await team.sql.execute("create policy everybody on public.restaurants for select to authenticated using (true)")
    try:
        code, output = await regbatch(tmp_path, *asked)
    finally:
        await team.sql.execute("drop policy everybody on public.restaurants")
    assert code == 6
    assert "restaurants: everybody" in output


async def test_a_worker_that_cannot_work_says_why(team: Team, tmp_path: Path) -> None:
    first, second = await team.organisation("Aroha"), await team.organisation("Bob")
    both, nowhere = await team.person(first, second), await team.person()
    file = tmp_path / "project.json"
    file.write_text(written(team.stack.project))
    refused = tmp_path / "secret.json"
    refused.write_text('{"url": "https://a.supabase.co", "publishable_key": "sb_secret_x"}')
    for arguments, password, words in (
        (("--project", str(file), "--email", both.email), PASSWORD, "Choose the organisation"),
        (("--project", str(file), "--email", nowhere.email), PASSWORD, "MEMBERSHIP_MISSING"),
        (("--project", str(file), "--email", both.email), "wrong", "SIGN_IN_REFUSED"),
        (("--project", str(file), "--email", both.email), "", "REGBATCH_PASSWORD"),
        (("--project", str(refused), "--email", both.email), PASSWORD, "secret key"),
        (("--project", str(tmp_path / "none.json"), "--email", both.email), PASSWORD, "cannot be read"),
    ):
        code, output = await regbatch(tmp_path, "worker", *arguments, password=password)
        assert code == 2, output
        assert words in output
        assert "Traceback" not in output

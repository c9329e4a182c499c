"""What was acknowledged is on the disk twice: a bit that flips, a torn file, a full disk, a second program."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from regbatch_desktop.domain.errors import DiskFull, WorkspaceLocked, WorkspaceTooNew, WorkspaceUnusable
from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.store.outbox_file import OutboxFile
from tests.sync.damage import campaign, mutation, outbox_with


async def test_damage_to_one_file_loses_no_acknowledged_decision(tmp_path: Path) -> None:
    found = await campaign(tmp_path / "outbox", tmp_path, flips=20, tears=15)
    for name, total in found.items():
        lost = {key: total[key] for key in ("lost", "changed", "lost_later", "alarmed_again")}
        assert not any(lost.values()), (name, lost)
        # In a database a flip may hit nothing that is in use; in the journal every byte counts.
        assert total["noticed"] > total["tried"] * (0.9 if name == "outbox.log flip" else 0.3), (
            f"{name}: damage goes by unnoticed"
        )


async def test_a_file_that_is_gone_or_replaced_comes_back_from_the_other(tmp_path: Path) -> None:
    kept = await outbox_with(tmp_path / "outbox", 10)
    for name in ("outbox.db", "outbox.log"):
        for content in (None, b"", b"something else entirely"):
            copy = tmp_path / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(tmp_path / "outbox", copy)
            (copy / name).unlink() if content is None else (copy / name).write_bytes(content)
            file = OutboxFile(copy)
            assert {entry.mutation.id: entry.state for entry in file.entries} == kept, (name, content)
            file.close()


async def test_a_second_program_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = OutboxFile(tmp_path / "outbox")
    with pytest.raises(WorkspaceLocked, match="open"):
        OutboxFile(tmp_path / "outbox")
    file.close()
    OutboxFile(tmp_path / "outbox").close()


def test_a_folder_that_is_synchronised_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match="synchronised by dropbox"):
        OutboxFile(tmp_path / "Dropbox" / "outbox")


def test_a_read_only_folder_is_refused_with_a_sentence() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        # Whatever runs the tests may be allowed everything; this process is not.
        with contextlib.suppress(PermissionError):
            os.setuid(65534)
        try:
            OutboxFile(folder)
        except WorkspaceUnusable as error:
            os.write(writing, error.sentence.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    said = os.read(reading, 1000).decode()
    os.close(reading)
    folder.rmdir()
    assert said == f"The folder {folder} is read-only."


_ON_A_FULL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from regbatch_desktop.domain.errors import WorkspaceError
from regbatch_desktop.store.outbox_file import OutboxFile
from tests.sync.damage import mutation

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

async def main():
    file = OutboxFile(Path(sys.argv[1]))
    # No file of this process may grow beyond this: every write after it fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    kept = refused = 0
    for number in range(60):
        try:
            await file.add(mutation(number))
            kept += 1
        except WorkspaceError as error:
            refused += 1
            sentence = error.code
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    more = await file.add(mutation(1000))
    print(kept, refused, sentence, len(file.entries), flush=True)
    import os
    os._exit(9)

asyncio.run(main())
"""


@pytest.mark.parametrize("limit", [12_000, 25_000, 60_000])
def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(tmp_path: Path, limit: int) -> None:
    folder = tmp_path / "outbox"
    run = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK, str(folder), str(limit)], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert run.returncode == 9, run.stderr
    kept, refused, code, listed = run.stdout.split()
    assert int(refused) > 0, "the disk was not full enough"
    assert code == DiskFull.code
    assert int(listed) == int(kept) + 1
    file = OutboxFile(folder)
    assert file.recovery == ""
    assert len(file.entries) == int(kept) + 1, "what was refused is there, or what was kept is not"
    file.close()


async def test_what_a_newer_program_left_is_not_touched(tmp_path: Path) -> None:
    file = OutboxFile(tmp_path / "outbox")
    await file.add(mutation(1))
    file.close()
    for name in ("outbox.db", "outbox.log"):
        (tmp_path / "outbox" / name).unlink()
    from regbatch_desktop.store.journal import written_anew

    intent = replace(mutation(1), payload_schema=99).written()
    record = {
        "seq": 1,
        "id": "x",
        "state": "queued",
        "since": "2026-11-25T00:00:00+00:00",
        "revision": 1,
        "reason": "",
        "detail": {},
    }
    written_anew(tmp_path / "outbox" / "outbox.log", [record | {"intent": intent}])
    with pytest.raises(WorkspaceTooNew, match="newer version"):
        OutboxFile(tmp_path / "outbox")
    assert "99" in (tmp_path / "outbox" / "outbox.log").read_text()


async def test_many_at_once_are_all_kept_in_order(tmp_path: Path) -> None:
    file = OutboxFile(tmp_path / "outbox")
    await asyncio.gather(*(file.add(mutation(number)) for number in range(50)))
    await asyncio.gather(*(file.change(entry.mutation.id, FateState.SENT) for entry in file.entries[:20]))
    file.close()
    again = OutboxFile(tmp_path / "outbox")
    assert [entry.mutation.args["company_number"] for entry in again.entries] == [str(number) for number in range(50)]
    assert sum(entry.state is FateState.SENT for entry in again.entries) == 20
    again.close()

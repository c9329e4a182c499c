"""News of versions over a real HTTP server: only what was signed by the makers counts, and never while somebody works."""

from __future__ import annotations

import asyncio
import base64
import json
import runpy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from regbatch_desktop.domain.batch import BatchProgress, BatchStatus
from regbatch_desktop.domain.errors import InvalidStatus, ManifestUnusable, Offline, RegBatchError
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.read_models import BatchRow
from regbatch_desktop.remote.releases import SignedReleases
from regbatch_desktop.services.updates import Updates, origin

signed = runpy.run_path(str(Path(__file__).parents[2] / "packaging" / "manifest.py"))["signed"]
NOW = datetime(2026, 11, 25, tzinfo=UTC)
PAGE = "https://regbatch.example/download"


@asynccontextmanager
async def published(body: bytes, *, status: int = 200) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that gives one answer; its address and the requests it saw."""
    seen: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/news.json", seen
    finally:
        server.close()


def news_of(key: Ed25519PrivateKey, version: str = "0.9.0", *, now: datetime = NOW) -> bytes:
    envelope: str = signed(key, version, PAGE, "Company selection is quicker.", now=now)
    return envelope.encode()


def updates(url: str, key: Ed25519PrivateKey) -> Updates:
    return Updates(SignedReleases(url, key.public_key().public_bytes_raw()), now=lambda: NOW, installed="0.2.0")


def a_batch(status: JobStatus) -> BatchRow:
    return BatchRow("b", "Monday", NOW, NOW, BatchProgress(BatchStatus(status.value), {status: 1}))


async def test_a_newer_signed_version_is_told_with_its_page_and_nothing_of_this_machine_is_sent() -> None:
    key = Ed25519PrivateKey.generate()
    async with published(news_of(key)) as (url, seen):
        found = await updates(url, key).look(())
    assert found is not None
    assert (found.version, found.page, found.notes) == ("0.9.0", PAGE, "Company selection is quicker.")
    headers = {line.partition(":")[0].casefold() for line in seen[0].splitlines()[1:] if line}
    assert headers <= {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert "User-Agent: RegBatch\r\n" in seen[0]


@pytest.mark.parametrize("version", ["0.2.0", "0.1.9", "0.2"])
async def test_an_older_or_equal_version_is_no_news(version: str) -> None:
    key = Ed25519PrivateKey.generate()
    async with published(news_of(key, version)) as (url, _):
        assert await updates(url, key).look(()) is None


async def test_somebody_elses_signature_is_thrown_away() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    async with published(news_of(other)) as (url, _):
        with pytest.raises(ManifestUnusable, match="not signed by RegBatch's makers"):
            await updates(url, key).look(())


async def test_a_changed_manifest_under_an_old_signature_is_thrown_away() -> None:
    key = Ed25519PrivateKey.generate()
    envelope = json.loads(news_of(key))
    manifest = base64.b64decode(envelope["manifest"]).replace(b"regbatch.example", b"evil.example.org")
    envelope["manifest"] = base64.b64encode(manifest).decode()
    async with published(json.dumps(envelope).encode()) as (url, _):
        with pytest.raises(ManifestUnusable, match="not signed"):
            await updates(url, key).look(())


async def test_news_past_their_date_are_not_believed() -> None:
    key = Ed25519PrivateKey.generate()
    async with published(news_of(key, now=NOW - timedelta(days=200))) as (url, _):
        with pytest.raises(ManifestUnusable, match="out of date"):
            await updates(url, key).look(())


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b'{"manifest": 1, "signature": 2}', b"[" * 5000, b"x" * 100_000])
async def test_rubbish_gives_a_sentence(body: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    async with published(body) as (url, _):
        with pytest.raises(ManifestUnusable, match="cannot be read"):
            await updates(url, key).look(())


async def test_a_server_that_is_away_or_sends_elsewhere_gives_a_sentence() -> None:
    key = Ed25519PrivateKey.generate()
    async with published(b"", status=302) as (url, _):
        with pytest.raises(Offline):
            await updates(url, key).look(())
    with pytest.raises(Offline):
        await updates("http://127.0.0.1:9/news.json", key).look(())
    with pytest.raises(RegBatchError, match="HTTPS"):
        updates("http://regbatch.example/news.json", key)


async def test_it_never_looks_while_a_batch_runs_or_decisions_are_unsent() -> None:
    key = Ed25519PrivateKey.generate()
    async with published(news_of(key)) as (url, seen):
        with pytest.raises(InvalidStatus, match="A batch is running"):
            await updates(url, key).look((a_batch(JobStatus.IN_PROGRESS),))
        with pytest.raises(InvalidStatus, match="not sent yet"):
            await updates(url, key).look((), unsent=2)
        assert seen == []
        assert await updates(url, key).look((a_batch(JobStatus.COMPLETED),)) is not None


def test_it_looks_once_a_day() -> None:
    ours = updates("http://127.0.0.1:9/", Ed25519PrivateKey.generate())
    assert ours.is_due("")
    assert ours.is_due("rubbish")
    assert ours.is_due((NOW - timedelta(hours=25)).isoformat())
    assert not ours.is_due((NOW - timedelta(hours=23)).isoformat())


def test_a_package_manager_or_a_checkout_keeps_it_off(tmp_path: Path) -> None:
    folder = tmp_path
    assert not origin(folder).may_look
    (folder / "origin.json").write_text('{"kept_by": "the package manager of this system"}')
    assert not origin(folder).may_look
    (folder / "origin.json").write_text('{"kept_by": "", "url": "", "key": ""}')
    assert not origin(folder).may_look
    (folder / "origin.json").write_text('{"kept_by": "", "url": "https://regbatch.example/news.json", "key": "YWJj"}')
    assert origin(folder).may_look
    (folder / "origin.json").write_text("[")
    assert not origin(folder).may_look

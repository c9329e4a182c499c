"""The peers' environment: they are installed by the run and never become dependencies of the product."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE.parents[1] / ".venv-bench"


def peers_python() -> str:
    """The peers' environment, made when missing or when the list has changed."""
    stamp, wanted = PEERS / "peers.txt", (HERE / "peers.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(PEERS, with_pip=True, clear=True)
        subprocess.run([PEERS / "bin/pip", "install", "-q", "-r", HERE / "peers.txt"], check=True)
        stamp.write_text(wanted)
    return str(PEERS / "bin/python")

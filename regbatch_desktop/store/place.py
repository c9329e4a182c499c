"""Where a database may lie: a local, writable folder that nothing synchronises.

Owns: the sentences for places that damage databases.
Never: opens a file.
"""

from __future__ import annotations

import os
from pathlib import Path

from regbatch_desktop.domain.errors import WorkspaceUnusable

_SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud")
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"})


def check_place(path: Path, *, must_exist: bool) -> None:
    """WorkspaceUnusable for a folder where a database of ours would be damaged, or cannot be written."""
    if path.is_dir():
        raise WorkspaceUnusable(f"{path} is a folder; give the name of a workspace file.")
    if must_exist and not path.exists():
        raise WorkspaceUnusable(f"There is no workspace at {path}.")
    lowered = str(path.absolute()).casefold()
    if synced := next((name for name in _SYNCED if name in lowered), ""):
        raise WorkspaceUnusable(f"{path.parent} is synchronised by {synced}, which damages databases; choose a local folder.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WorkspaceUnusable(f"The folder {path.parent} cannot be made: {error.strerror}.") from error
    if (kind := _file_system(path.parent)) in _NETWORK:
        raise WorkspaceUnusable(f"{path.parent} is on a network share ({kind}); a workspace needs a local disk.")
    if not must_exist and not os.access(path.parent, os.W_OK):
        raise WorkspaceUnusable(f"The folder {path.parent} is read-only.")
    if not must_exist and path.exists() and not os.access(path, os.W_OK):
        raise WorkspaceUnusable(f"The file {path} is read-only.")


def _file_system(folder: Path) -> str:
    """The file system type on Linux, "" where it cannot be told."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    target = str(folder.resolve())
    best, kind = "", ""
    for line in mounts:
        parts = line.split()
        if (
            len(parts) >= 3
            and (target == parts[1] or target.startswith(parts[1].rstrip("/") + "/"))
            and len(parts[1]) >= len(best)
        ):
            best, kind = parts[1], parts[2]
    return kind

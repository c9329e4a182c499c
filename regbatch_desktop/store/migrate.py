"""Bringing a workspace file to this program's revision, with a backup in front.

Owns: which revision this program knows; a newer file is refused politely.
Never: imports Alembic when there is nothing to do (it costs most of a second).
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from regbatch_desktop.domain.errors import WorkspaceDamaged, WorkspaceTooNew, WorkspaceUnusable
from regbatch_desktop.store.connection import APPLICATION_ID

# Run from a checkout or an editable install; the installers place the folder beside the package as well.
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations" / "local"
REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]
KEEP_BACKUPS = 3


def revision(connection: sqlite3.Connection) -> str | None:
    """The file's revision, None for an empty file. WorkspaceUnusable for somebody else's database."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    if not tables:
        return None
    (identity,) = connection.execute("PRAGMA application_id").fetchone()
    if identity != APPLICATION_ID or "alembic_version" not in tables:
        raise WorkspaceUnusable("This file is a database, but not a RegBatch workspace; it was left untouched.")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def refuse_newer(path: Path) -> None:
    """WorkspaceTooNew for a file of a newer program, before anything touches it."""
    probe = sqlite3.connect(path)
    try:
        present = revision(probe)
    finally:
        probe.close()
    if present is not None and present not in REVISIONS:
        raise WorkspaceTooNew(
            f"This workspace was written by a newer version (revision {present}); update RegBatch Desktop to open it."
        )


def migrate(connection: sqlite3.Connection, path: Path) -> bool:
    """Migrate when needed; True when something was done. All in one transaction: a kill leaves the old file."""
    present = revision(connection)
    if present == HEAD:
        return False
    if present is not None:
        back_up(connection, path)
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import Connection, create_engine, event
    from sqlalchemy.pool import StaticPool

    script = ScriptDirectory(str(MIGRATIONS))
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, pool_reset_on_return=None)

    @event.listens_for(engine, "begin")
    def _begin_exclusively(bound: Connection) -> None:
        # The driver opens no transaction by itself here, so that tables, revision and identity change together.
        bound.exec_driver_sql("BEGIN EXCLUSIVE")

    context = EnvironmentContext(Config(), script, fn=lambda rev, _: script._upgrade_revs(HEAD, rev))
    with engine.begin() as bound:
        context.configure(connection=bound, transactional_ddl=True)
        context.run_migrations()
        bound.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    return True


def back_up(connection: sqlite3.Connection, path: Path) -> Path:
    """A verified copy `<name>.backup-<time>` beside the file; the newest three are kept."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = path.with_name(f"{path.name}.backup-{stamp}")
    # What was killed half-way must not look like a backup.
    draft = path.with_name(f"{path.name}.being-backed-up")
    draft.unlink(missing_ok=True)
    copy = sqlite3.connect(draft)
    try:
        connection.backup(copy)
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
        counts = [db.execute("SELECT count(*) FROM registration_jobs").fetchone()[0] for db in (connection, copy)]
    finally:
        copy.close()
    if verdict != "ok" or counts[0] != counts[1]:
        raise WorkspaceDamaged("The backup before the update could not be verified; nothing was changed.")
    draft.chmod(0o600)
    draft.replace(target)
    for old in sorted(path.parent.glob(f"{path.name}.backup-*"))[:-KEEP_BACKUPS]:
        old.unlink(missing_ok=True)
    return target

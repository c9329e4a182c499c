"""A note on a restaurant.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has written one yet."""
    op.execute("ALTER TABLE restaurants ADD COLUMN note TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE restaurants ADD COLUMN note_by TEXT DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE restaurants ADD COLUMN note_at TEXT")

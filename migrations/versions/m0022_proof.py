"""When and how a session's person last showed who they are, for acts that stand as evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns; sessions that are open ask again."""
    op.add_column("sessions", sa.Column("proved_at", sa.BigInteger(), nullable=True))
    op.add_column("sessions", sa.Column("proved_by", sa.String(), nullable=True))

"""What changes of the roster concern, and what each post was ever asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ASKS = sa.text("(asks IS NOT NULL OR answer IS NOT NULL)")


def upgrade() -> None:
    """Make the table and the index; the first look after this is at every post."""
    op.create_table(
        "roster_changes",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name="pk_roster_changes"),
    )
    op.create_index(
        "ix_effects_addressee", "effects", ["addressee", "case_id"], sqlite_where=_ASKS, postgresql_where=_ASKS
    )

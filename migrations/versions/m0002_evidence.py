"""What each attempt to deliver came to: the gateway's number, the parts taken, patience; the pace of bots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the table of bots."""
    op.add_column("notices", sa.Column("first_tried_at", sa.BigInteger(), nullable=True))
    op.add_column("notices", sa.Column("waits", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notices", sa.Column("without_engine", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("attempts", sa.Column("reference", sa.String(), nullable=False, server_default=""))
    op.add_column("attempts", sa.Column("parts_taken", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "bots",
        sa.Column("bot", sa.String(), nullable=False),
        sa.Column("state", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot", name="pk_bots"),
    )

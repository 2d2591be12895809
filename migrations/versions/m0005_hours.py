"""When notices go out: lane, first instant, what went out together, and how much a person was told in a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING = sa.text("status IN ('queued', 'claimed', 'again')")


def upgrade() -> None:
    """Add the columns and the table; what waits now goes out as it would have."""
    op.add_column("notices", sa.Column("lane", sa.String(), nullable=False, server_default="urgent"))
    op.add_column("notices", sa.Column("not_before", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("notices", sa.Column("bundle", sa.BigInteger(), nullable=True))
    op.execute("UPDATE notices SET not_before = queued_at")
    op.drop_index("ix_notices_waiting", table_name="notices")
    op.create_index("ix_notices_waiting", "notices", ["not_before"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_table(
        "told",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", name="pk_told"),
    )

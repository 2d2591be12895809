"""From which instant an act is late, and when a clock stood still, beside each duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MIDNIGHT_IN_SHANGHAI = "(due_legal + 28800000000) % 86400000000 = 0"


def upgrade() -> None:
    """Add the columns: terms in days end with a midnight, which is late; what ends otherwise keeps its last instant."""
    op.add_column("duties", sa.Column("late_from", sa.BigInteger(), nullable=True))
    op.add_column("duties", sa.Column("pauses", sa.String(), nullable=True))
    op.execute(
        f"UPDATE duties SET late_from = CASE WHEN {_MIDNIGHT_IN_SHANGHAI} THEN due_legal ELSE due_legal + 1 END"  # noqa: S608
    )

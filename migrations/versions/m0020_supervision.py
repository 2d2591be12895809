"""The indexes by which the board and the supervision list find what stood a month ago, and papers of one kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ENDED, _PAPER = sa.text("ended_at IS NOT NULL"), sa.text("kind = 'paper'")


def upgrade() -> None:
    """Make the two indexes."""
    op.create_index("ix_duties_ended_at", "duties", ["ended_at"], sqlite_where=_ENDED, postgresql_where=_ENDED)
    op.create_index("ix_effects_paper", "effects", ["name", "case_id"], sqlite_where=_PAPER, postgresql_where=_PAPER)

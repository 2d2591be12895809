"""Effects name the duty to acknowledge that their notice opened; frozen, whatever the table becomes later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ASKED = sa.text("answer IS NOT NULL")


def upgrade() -> None:
    """Add the column; what was owed before asked for no answer."""
    op.add_column("effects", sa.Column("answer", sa.String(), nullable=True))
    op.create_index("ix_effects_answer", "effects", ["case_id", "answer"], sqlite_where=_ASKED, postgresql_where=_ASKED)

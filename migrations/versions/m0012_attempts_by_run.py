"""What a run tried to deliver is found by the run."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index attempts by their run."""
    op.create_index("ix_attempts_run_id", "attempts", ["run_id"])

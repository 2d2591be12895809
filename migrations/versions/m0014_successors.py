"""Organisations that were merged into another, and the tasks of recurring duties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("organisations", sa.Column("ended_at", sa.BigInteger(), nullable=True))
    op.add_column("organisations", sa.Column("successor_id", _TEXT, nullable=True))
    op.create_table(
        "obligation_tasks",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("leader", _TEXT, nullable=False),
        sa.Column("person", _TEXT, nullable=False),
        sa.Column("due", _TEXT, nullable=False),
        sa.Column("cell", _TEXT, nullable=False),
        sa.Column("outcome", _TEXT, nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_obligation_tasks"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_obligation_tasks_case_id_cases"),
    )
    op.create_index("ix_obligation_tasks_source", "obligation_tasks", ["source"])

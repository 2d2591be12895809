"""The duty watch: shifts and absences as they stand, and what was passed on because a post had nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "watch_shifts",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("code", _TEXT, nullable=False),
        sa.Column("organisation_id", _TEXT, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("leader", _TEXT, nullable=False),
        sa.Column("keepers", _TEXT, nullable=False),
        sa.Column("by_head", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_watch_shifts_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "code", name="pk_watch_shifts"),
    )
    op.create_index("ix_watch_shifts_ends_at", "watch_shifts", ["ends_at"])
    op.create_table(
        "watch_absences",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("substitute_id", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_watch_absences_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_watch_absences"),
    )
    op.create_index("ix_watch_absences_ends_at", "watch_absences", ["ends_at"])
    op.create_table(
        "passings",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("effect_key", _TEXT, nullable=False),
        sa.Column("from_role", _TEXT, nullable=False),
        sa.Column("to_role", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_passings_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "effect_key", name="pk_passings"),
    )

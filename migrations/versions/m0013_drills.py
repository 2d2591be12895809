"""Which hall a drill holds when, and who is expected at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "drills",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("hall", _TEXT, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("stage", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_drills"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drills_case_id_cases"),
    )
    op.create_index("ix_drills_county_id_hall_starts_at", "drills", ["county_id", "hall", "starts_at"])
    op.create_table(
        "drill_invitations",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("part", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person_id", name="pk_drill_invitations"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drill_invitations_case_id_cases"),
    )
    op.create_index("ix_drill_invitations_person_id", "drill_invitations", ["person_id"])

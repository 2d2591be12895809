"""Quotas of recurring duties, and which evidence counts for which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "obligations",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("quota", _TEXT, nullable=False),
        sa.Column("holder", _TEXT, nullable=False),
        sa.Column("period", _TEXT, nullable=False),
        sa.Column("first", _TEXT, nullable=False),
        sa.Column("last", _TEXT, nullable=False),
        sa.Column("clause_id", _TEXT, nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.Column("outcome", _TEXT, nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_obligations"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_obligations_case_id_cases"),
        sa.UniqueConstraint(
            "county_id", "quota", "holder", "first", name="uq_obligations_county_id_quota_holder_first"
        ),
    )
    op.create_table(
        "obligation_evidence",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("day", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "sha256", name="pk_obligation_evidence"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_obligation_evidence_case_id_cases"),
    )
    op.create_index("ix_obligation_evidence_sha256", "obligation_evidence", ["sha256"])

"""The year of drills, line by line, and what kind of unit a unit is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORDS = (
    "county_id", "subject", "subject_kind", "clause_id", "reach", "first", "last", "day", "hall", "state", "number",
    "into_no", "path", "department_id", "unit_id", "town_id", "sector",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables and the column."""
    op.add_column("units", sa.Column("kind", _TEXT, nullable=True))
    op.create_table(
        "drill_years",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_drill_years"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drill_years_case_id_cases"),
        sa.UniqueConstraint("county_id", "year", name="uq_drill_years_county_id_year"),
    )
    op.create_table(
        "drill_lines",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("no", _TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in _WORDS),
        sa.Column("held_on", _TEXT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_drill_lines"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drill_lines_case_id_cases"),
    )
    op.create_index("ix_drill_lines_county_id_subject", "drill_lines", ["county_id", "subject"])

"""Tip-offs: what one is about and the fingerprint of the reporter's code; never who gave it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "tipoffs",
        sa.Column("case_id", _CASE, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("county_id", "unit", "matter", "code")),
        sa.PrimaryKeyConstraint("case_id", name="pk_tipoffs"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_tipoffs_case_id_cases"),
    )
    op.create_index("ix_tipoffs_county_id_unit_matter", "tipoffs", ["county_id", "unit", "matter"])
    op.create_index("ix_tipoffs_code", "tipoffs", ["code"])

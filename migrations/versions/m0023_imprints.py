"""Imprints: which PDF was made of which page, by what and in which fonts, and where the journal says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; papers that were issued before get their imprint when the flow runs."""
    op.create_table(
        "imprints",
        sa.Column("page_sha256", sa.String(), nullable=False),
        sa.Column("pdf_sha256", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("fonts", sa.String(), nullable=False),
        sa.Column("journal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("page_sha256", name="pk_imprints"),
    )
    op.create_index("ix_imprints_case_number", "imprints", ["case_number"])
    op.create_index("ix_imprints_journal", "imprints", ["journal"])

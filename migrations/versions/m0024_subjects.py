"""The name that an identity provider has for the person behind an account, entered by an administrator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; each name stands for one account."""
    op.add_column("accounts", sa.Column("subject", sa.String(), nullable=True))
    op.create_index("ix_accounts_subject", "accounts", ["subject"], unique=True)

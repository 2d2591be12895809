"""Enforcement certificates of officers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "certificates",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("number", _TEXT, nullable=False),
        sa.Column("valid_from", _TEXT, nullable=False),
        sa.Column("valid_until", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_certificates_person_id_persons"),
        sa.UniqueConstraint("person_id", "number", "valid_from", name="uq_certificates_person_id_number_valid_from"),
    )

"""The first schema."""

from __future__ import annotations

from alembic import op
from sqlmodel import SQLModel

from models import tables
from models.guards import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the database forward."""
    assert tables.ALL
    connection = op.get_bind()
    SQLModel.metadata.create_all(connection)
    for guard in guards(connection.dialect.name):
        op.execute(guard)

"""What waits stands in its indexes in the order in which it goes out, so that nobody puts all of it in order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WAITS = "status IN ('queued', 'claimed', 'again')"
_AT_ONCE = sa.text(f"{_WAITS} AND (lane = 'urgent' OR channel = 'preview')")
_PACED = sa.text(f"{_WAITS} AND lane <> 'urgent' AND channel <> 'preview'")


def upgrade() -> None:
    """Make both indexes anew."""
    for name, which in (("ix_notices_at_once", _AT_ONCE), ("ix_notices_paced", _PACED)):
        op.drop_index(name, table_name="notices")
        op.create_index(name, "notices", ["not_before", "id"], sqlite_where=which, postgresql_where=which)

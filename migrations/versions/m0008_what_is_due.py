"""What is due is found by an index alone: notices at once and by the hour, messages, effects that reach nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WAITS = "status IN ('queued', 'claimed', 'again')"
_AT_ONCE = sa.text(f"{_WAITS} AND (lane = 'urgent' OR channel = 'preview')")
_PACED = sa.text(f"{_WAITS} AND lane <> 'urgent' AND channel <> 'preview'")
_TIED = sa.text("bundle IS NOT NULL")
_TO_NOBODY = sa.text("status = 'owed' AND to_nobody")


def upgrade() -> None:
    """Make the indexes; what is to be tried again is found when it may be, and what reached nobody is marked."""
    op.execute(
        "UPDATE notices SET not_before = claimed_until"
        " WHERE status IN ('claimed', 'again') AND claimed_until > not_before"
    )
    op.drop_index("ix_notices_waiting", table_name="notices")
    op.create_index("ix_notices_at_once", "notices", ["not_before"], sqlite_where=_AT_ONCE, postgresql_where=_AT_ONCE)
    op.create_index("ix_notices_paced", "notices", ["not_before"], sqlite_where=_PACED, postgresql_where=_PACED)
    op.create_index(
        "ix_notices_paced_person", "notices", ["person_id", "channel"], sqlite_where=_PACED, postgresql_where=_PACED
    )
    op.create_index("ix_notices_bundle", "notices", ["bundle"], sqlite_where=_TIED, postgresql_where=_TIED)
    op.add_column("effects", sa.Column("to_nobody", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE effects SET to_nobody = true WHERE status = 'owed' AND kind = 'notice' AND NOT EXISTS"
        " (SELECT 1 FROM notices WHERE notices.case_id = effects.case_id AND notices.effect_key = effects.key)"
    )
    op.create_index(
        "ix_effects_to_nobody", "effects", ["owed_at"], sqlite_where=_TO_NOBODY, postgresql_where=_TO_NOBODY
    )

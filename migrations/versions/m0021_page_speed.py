"""The indexes by which a page finds what one person began, acknowledged or started, and what is late longest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_FIRST, _ACKNOWLEDGED = sa.text("seq = 1"), sa.text("kind = 'acknowledge'")
_OPEN, _ENDED = sa.text("status = 'open'"), sa.text("ended_at IS NOT NULL")


def upgrade() -> None:
    """Make the indexes; let that of ended duties say from when each was late, that of notices which came last."""
    op.create_index("ix_cases_kind", "cases", ["kind", "id"])
    first = ["person_id", "case_id", "recorded_at"]
    op.create_index("ix_acts_first", "acts", first, sqlite_where=_FIRST, postgresql_where=_FIRST)
    op.create_index(
        "ix_acts_acknowledged",
        "acts",
        ["person_id", "case_id", "seq"],
        sqlite_where=_ACKNOWLEDGED,
        postgresql_where=_ACKNOWLEDGED,
    )
    op.create_index("ix_duties_open_late", "duties", ["late_from"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.drop_index("ix_duties_ended_at", "duties")
    op.create_index(
        "ix_duties_ended_at", "duties", ["ended_at", "late_from"], sqlite_where=_ENDED, postgresql_where=_ENDED
    )
    op.drop_index("ix_notices_person_id", "notices")
    op.create_index("ix_notices_person_id", "notices", ["person_id", "id"])
    op.create_index("ix_runs_principal", "runs", ["principal", "started_at"])
